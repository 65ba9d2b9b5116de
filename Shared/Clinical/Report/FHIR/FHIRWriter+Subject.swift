/// Who was looked at and why, and who answers for it: nothing that the request and the laboratory do not say.
extension FHIRWriter {
    mutating func addSubject() {
        addPatient()
        addPhenotype()
        addSpecimen()
        addLaboratory()
        addRequest()
    }

    private mutating func addPatient() {
        let subject = report.subject
        let known = OrderedJSON.string(report.laboratory?.patient) ?? OrderedJSON.string(subject.caseID)
        let gender =
            switch subject.sex {
            case .male: "male"
            case .female: "female"
            case .unknown: "unknown"
            }
        let years = subject.years.map { ", \(Self.brief($0)) years old at the latest examination" } ?? ""
        add(
            "Patient", "patient", narrative: "The person whose sample was looked at; sex as stated: \(gender)\(years).",
            [
                "identifier": known.map { value in
                    [["value": value, "assigner": OrderedJSON.string(report.laboratory?.name).map { ["display": $0] }]]
                }, "gender": .text(gender),
            ])
    }

    /// Each term of the case is a Condition; one that was looked for and not seen is refuted.
    private mutating func addPhenotype() {
        for (key, term, isPresent) in phenotype {
            add(
                "Condition", key,
                narrative: "\(term.name) (\(term.id)): \(isPresent ? "seen" : "looked for and not seen").",
                [
                    "clinicalStatus": isPresent
                        ? FHIRCoding(.conditionStatus, "active", "Active").concept : nil,
                    "verificationStatus": isPresent
                        ? FHIRCoding(.verification, "confirmed", "Confirmed").concept
                        : FHIRCoding(.verification, "refuted", "Refuted").concept,
                    "code": FHIRCoding.concept(FHIRCoding.term(term), text: term.name), "subject": reference("patient"),
                    "recordedDate": .text(Self.time(report.provenance.createdAt)),
                ])
        }
    }

    /// The case's terms with the keys of their Conditions.
    var phenotype: [(key: String, term: ClinicalReport.Term, isPresent: Bool)] {
        report.subject.present.enumerated().map { ("present.\($0.offset + 1)", $0.element, true) }
            + report.subject.excluded.enumerated().map { ("excluded.\($0.offset + 1)", $0.element, false) }
    }

    private mutating func addSpecimen() {
        let laboratory = report.laboratory
        let received = laboratory?.received.flatMap(Self.date)
        let unread = received == nil ? laboratory?.received.map { "Received: \($0)." } : nil
        add(
            "Specimen", "specimen", narrative: "Sample \(report.subject.sample). \(laboratory?.specimen ?? "")",
            [
                "identifier": OrderedJSON.string(report.subject.sample).map { [["value": $0]] },
                "type": FHIRCoding.text(laboratory?.specimen), "subject": reference("patient"),
                "receivedTime": received.map { .text($0) }, "note": Self.note(unread).map { [$0] },
            ])
    }

    private mutating func addLaboratory() {
        guard let laboratory = report.laboratory else { return }
        add(
            "Organization", "laboratory", narrative: "\(laboratory.name), \(laboratory.address)",
            [
                "identifier": OrderedJSON.string(laboratory.licence).map { [["value": $0]] },
                "name": .string(laboratory.name) ?? "the laboratory",
                "address": OrderedJSON.string(laboratory.address).map { [["text": $0]] },
            ])
        for (key, name) in [("director", laboratory.director), ("orderer", laboratory.orderedBy)] {
            guard let name = OrderedJSON.string(name), case .text(let words) = name else { continue }
            add("Practitioner", key, narrative: words, ["name": [["text": name]]])
        }
    }

    /// What was ordered, where the laboratory says.
    private mutating func addRequest() {
        guard let laboratory = report.laboratory, hasRequest else { return }
        let test = OrderedJSON.string(laboratory.test)
        add(
            "ServiceRequest", "request",
            narrative:
                "Ordered: \(laboratory.test ?? "the analysis"), by \(laboratory.orderedBy ?? "whom is not stated").",
            [
                "status": "completed", "intent": "order", "code": test.map { ["text": $0] },
                "subject": reference("patient"),
                "requester": orderer, "reasonReference": .list(phenotype.filter(\.isPresent).map { reference($0.key) }),
                "specimen": [reference("specimen")],
            ])
    }

    /// Whether the laboratory says what was ordered or by whom.
    var hasRequest: Bool {
        OrderedJSON.string(report.laboratory?.test) != nil || OrderedJSON.string(report.laboratory?.orderedBy) != nil
    }

    /// Who ordered the test, where that is stated.
    var orderer: OrderedJSON? {
        OrderedJSON.string(report.laboratory?.orderedBy).map { _ in reference("orderer") }
    }

    /// Who answers for the report, where that is stated.
    var director: OrderedJSON? {
        OrderedJSON.string(report.laboratory?.director).map { _ in reference("director") }
    }

    /// A number with three digits behind the point at most.
    static func brief(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
        let rounded = (value * 1000).rounded() / 1000
        return rounded == rounded.rounded() ? "\(Int64(rounded))" : "\(rounded)"
    }
}
