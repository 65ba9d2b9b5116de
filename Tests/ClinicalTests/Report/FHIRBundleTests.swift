import Foundation
import TestSupport
import Testing

@testable import Clinical

@Suite("FHIR bundles")
struct FHIRBundleTests {
    /// All examples, each read once.
    private static let read = Result {
        try ClinicalReportExamples.all.map { (report: $0.report, reading: try FHIRReading($0.report)) }
    }

    @Test("A bundle holds the findings of its report, each once and with its class")
    func oneTruth() throws {
        var count = 0
        for (report, reading) in try Self.read.get() {
            let findings = report.findings + (report.secondary ?? [])
            count += findings.count
            let variants = reading.profiled("variant")
            #expect(variants.map { $0.answer("69551-0") } == findings.map(\.allele.alternate))
            #expect(variants.map { $0.answer("69547-8") } == findings.map(\.allele.reference))
            let places = variants.map { $0.components("81254-5").first?["valueRange"]?["low"]?["value"]?.integer }
            #expect(places == findings.map(\.allele.position))
            let implications = reading.profiled("diagnostic-implication")
            let classes = implications.map { item in
                item.components("53037-8").first?["valueCodeableConcept"]?["coding"]?.elements.first?["display"]?.text
            }
            #expect(classes == findings.map { $0.classification.byPoints.rawValue })
            let marked = implications.map { item in
                item["extension"]?.elements.contains { $0["url"]?.text?.hasSuffix("secondaryFinding") == true } ?? false
            }
            #expect(marked == report.findings.map { _ in false } + (report.secondary ?? []).map { _ in true })
            #expect(reading.profiled("molecular-consequence").count == findings.count { $0.allele.chosen != nil })
            #expect(reading.profiled("genotype").count == report.drugs?.genes.count ?? 0)
            #expect(reading.profiled("therapeutic-implication").count == report.drugs?.advice.count ?? 0)
            #expect(reading.typed("RiskAssessment").count == report.risk.count)
        }
        #expect(count > 50)
    }

    @Test("All 28 criteria are in the implication: those that are met as evidence, the others as notes")
    func criteria() throws {
        let report = ClinicalReportExamples.positive
        let implication = try #require(try FHIRReading(report).profiled("diagnostic-implication").first)
        let evidence = implication.components("93044-6").compactMap { $0["valueCodeableConcept"]?["text"]?.text }
        let notes = implication["note"]?.elements.compactMap { $0["text"]?.text } ?? []
        for item in report.findings[0].classification.criteria {
            let list = item.outcome == .met ? evidence : notes
            #expect(list.contains { $0.hasPrefix(item.criterion.rawValue) && $0.contains(item.reason) })
        }
        #expect(evidence.contains { $0.hasPrefix("ClinVar (clinvar@2026-11): Pathogenic") })
    }

    /// A finding, and relatives of every kind.
    private static var family: ClinicalReport {
        var report = ClinicalReportExamples.positive
        report.family = .init(
            relatives: [
                .init(name: "M", relation: "mother", sex: .female, isAffected: true, isCalled: true, isConfirmed: true),
                .init(name: "F", relation: "father", sex: .male, isAffected: false, isCalled: true, isConfirmed: false),
                .init(name: "C", relation: "half-sibling", isCalled: false),
                .init(name: "U", relation: "relative", sex: .male, isCalled: true),
            ], isAffected: true, gaps: [])
        return report
    }

    @Test("Each relative who was looked at is a FamilyMemberHistory that the report refers to")
    func relatives() throws {
        let reading = try FHIRReading(Self.family)
        let histories = reading.typed("FamilyMemberHistory")
        let codes = histories.map { $0["relationship"]?["coding"]?.elements.first?["code"]?.text }
        #expect(codes == ["MTH", "FTH", "HSIB", "FAMMEMB"])
        #expect(histories.map { $0["condition"] != nil } == [true, false, false, false])
        #expect(
            histories.map { $0["sex"]?["coding"]?.elements.first?["code"]?.text } == [
                "female", "male", "unknown", "male",
            ])
        #expect(histories[1]["note"]?.elements.first?["text"]?.text?.contains("contradicted by the calls") == true)
        let asked = try #require(reading.typed("DiagnosticReport").first)["extension"]?.elements.filter {
            $0["url"]?.text?.hasSuffix("supportingInfo") == true
        }
        #expect(asked?.count == 4)
    }

    @Test("Every reference leads to a resource of the bundle")
    func references() throws {
        for (_, reading) in try Self.read.get() {
            let addresses = reading.bundle["entry"]?.elements.compactMap { $0["fullUrl"]?.text } ?? []
            #expect(Set(addresses).count == addresses.count)
            let references = FHIRReading.values("reference", in: reading.bundle).compactMap(\.text)
            #expect(!references.isEmpty && Set(references).isSubset(of: addresses))
            let results = reading.profiled("genomic-report").first?["result"]?.elements.count ?? 0
            #expect(results == reading.typed("Observation").count)
        }
    }

    @Test("A report has the same bytes each time, and another report other identifiers")
    func sameBytes() throws {
        let one = try FHIRBundle(ClinicalReportExamples.negative)
        #expect(try one == FHIRBundle(ClinicalReportExamples.negative))
        var other = ClinicalReportExamples.negative
        other.remarks.append("One more.")
        #expect(try one.identifier != FHIRBundle(other).identifier)
        #expect(
            one.identifier.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
    }

    @Test("The conclusion begins and ends with the disclaimer, and the report is preliminary until somebody says more")
    func conclusion() throws {
        for (_, reading) in try Self.read.get() {
            let report = try #require(reading.profiled("genomic-report").first)
            let conclusion = report["conclusion"]?.text ?? ""
            #expect(conclusion.hasPrefix(ClinicalReport.disclaimer) && conclusion.hasSuffix(ClinicalReport.disclaimer))
            #expect(report["status"]?.text == "preliminary")
        }
        let negative = try FHIRReading(ClinicalReportExamples.negative, status: .final)
        let report = try #require(negative.profiled("genomic-report").first)
        #expect(report["status"]?.text == "final")
        #expect(report["conclusionCode"]?.elements.first?.code == "LA6577-6")
        #expect(negative.profiled("variant").isEmpty)
    }

    @Test("A variant says its names, place, assembly and state in LOINC's codes")
    func variant() throws {
        let variant = try #require(
            try FHIRReading(ClinicalReportExamples.compoundHeterozygote).profiled("variant").first)
        let finding = ClinicalReportExamples.compoundHeterozygote.findings[0]
        #expect(variant.answer("48018-6") == "CFTR")
        #expect(variant.answer("81290-9") == finding.genomicName)
        #expect(variant.answer("48004-6") == finding.allele.chosen?.codingName)
        #expect(variant.answer("48005-3") == finding.allele.chosen?.proteinName)
        #expect(variant.answer("62374-4") == "LA26806-2")
        #expect(variant.answer("48000-4") == "LA21260-7")
        #expect(variant.answer("53034-5") == "LA6706-1")
        #expect(variant.answer("92822-6") == "LA30102-0")
        let known = try FHIRReading(ClinicalReportExamples.compoundHeterozygote, geneIDs: ["CFTR": "HGNC:1884"])
        #expect(known.profiled("variant").first?.answer("48018-6") == "HGNC:1884")
    }

    @Test("Two alleles of a gene say how they lie to each other, and their implications name both")
    func phase() throws {
        let phased = try FHIRReading(ClinicalReportExamples.compoundHeterozygote)
        #expect(phased.profiled("sequence-phase-relationship").map { $0["valueCodeableConcept"]?.code } == ["Trans"])
        #expect(phased.profiled("diagnostic-implication").allSatisfy { $0["derivedFrom"]?.elements.count == 2 })
        let open = try FHIRReading(ClinicalReportExamples.inconclusive)
        #expect(open.profiled("sequence-phase-relationship").map { $0["valueCodeableConcept"]?.code } == ["Unknown"])
    }

    @Test("A mitochondrial allele has its share, and no chromosome, for LOINC's list has none for it")
    func mitochondrion() throws {
        var report = ClinicalReportExamples.mitochondrial
        report.findings[0].allele.call = AnnotatedAllele.Call(
            genotype: "0/1", zygosity: .heterozygous, depth: 200, depths: [137, 63], share: 0.314)
        let variant = try #require(try FHIRReading(report).profiled("variant").first)
        #expect(variant.answer("53034-5") == "LA6703-8")
        #expect(variant.answer("81258-6") == "0.314")
        #expect(variant.answer("82121-5") == "63")
        #expect(variant.components("48000-4").isEmpty)
    }

    @Test("A gene without a call and advice that is not certain stay what they are")
    func drugs() throws {
        let reading = try FHIRReading(ClinicalReportExamples.positive)
        let names = reading.profiled("genotype").map { $0["valueCodeableConcept"]?["text"]?.text }
        #expect(names == ["CYP2C19 *1/*2", "TPMT *1/*3A or *3B/*3C", "CYP2D6: no call"])
        let advice = reading.profiled("therapeutic-implication")
        #expect(advice.map { $0.answer("51963-7") } == ["clopidogrel", "azathioprine"])
        #expect(advice.map { $0.answer("therapeutic-implication") } == ["LA10317-8", "LA10317-8"])
        let notes = advice.last?["note"]?.elements.compactMap { $0["text"]?.text } ?? []
        #expect(notes.contains { $0.hasPrefix("Other advice of this guideline may hold instead") })
    }

    @Test("Nothing about a laboratory is made up, and nothing names the person but what it states")
    func identity() throws {
        let bare = try FHIRReading(ClinicalReportExamples.bare)
        #expect(bare.typed("Organization").isEmpty && bare.typed("Practitioner").isEmpty)
        #expect(bare.typed("Patient").first?["identifier"] == nil)
        #expect(bare.typed("Patient").first?["name"] == nil)
        var report = ClinicalReportExamples.positive
        report.laboratory?.patient = "MRN 12"
        #expect(
            try FHIRReading(report).typed("Patient").first?["identifier"]?.elements.first?["value"]?.text == "MRN 12")
    }

    @Test("Texts that try to be markup are text, and control characters are gone")
    func hostile() throws {
        let reading = try FHIRReading(ClinicalReportExamples.hostile)
        for narrative in FHIRReading.values("div", in: reading.bundle).compactMap(\.text) {
            #expect(!narrative.contains("<script") && !narrative.contains("<img"))
        }
        let texts = FHIRReading.texts(reading.bundle)
        #expect(
            texts.allSatisfy { text in
                text.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" || $0 == "\t" }
            })
    }

    @Test("A number that is none is refused with its place")
    func notFinite() {
        var report = ClinicalReportExamples.positive
        report.findings[0].allele.frequencies = [PopulationFrequency(source: "x@1", frequency: .nan)]
        #expect(throws: EncodingError.self) { try FHIRBundle(report) }
    }

    /// What the suite's own knowledge says of calls of two genes, one of them with a call at a single position.
    private static func pharmacogenomics() throws -> ClinicalReport {
        var report = ClinicalReportExamples.bare
        let lines = try PharmacogenomicFixture.gene(
            "CYP2C19", [94_775_367: "0/1", 94_775_507: "0/1", 94_781_859: "0/1", 94_842_866: "1/1"])
        report.drugs = try PharmacogenomicFixture.whole(
            lines + ["chr6 18138997 C T 0/1"], contigs: ["##contig=<ID=chr10>", "##contig=<ID=chr6>"])
        return report
    }

    @Test("What guidelines say of real calls is all there: as implications of the genes' results, or as notes")
    func guidelines() throws {
        let report = try Self.pharmacogenomics()
        let drugs = try #require(report.drugs)
        let reading = try FHIRReading(report)
        #expect(reading.profiled("genotype").count == drugs.genes.count)
        let notes = FHIRReading.texts(try #require(reading.profiled("genomic-report").first))
        let implied = Set(reading.profiled("therapeutic-implication").map { $0.answer("conclusion-string") ?? "" })
        #expect(!drugs.advice.isEmpty)
        for advice in drugs.advice {
            let words = OrderedJSON.cleaned(advice.recommendation)
            #expect(implied.contains(words) || notes.contains { $0.contains(words) })
        }
        let clopidogrel = reading.profiled("therapeutic-implication").first { $0.answer("51963-7") == "clopidogrel" }
        #expect(clopidogrel?.answer("therapeutic-implication") == "LA10317-8")
    }

    /// Leaves the bundles of all examples for `Tools/validate_fhir`.
    @Test(
        "The bundles of all examples are written for the validator",
        .enabled(if: FHIRBundleTests.folder != nil, "HELICASE_FHIR names no folder: Tools/validate_fhir sets it"))
    func files() throws {
        let folder = try #require(Self.folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let drugs = ClinicalReportExamples.Example(name: "drugs", report: try Self.pharmacogenomics())
        let family = ClinicalReportExamples.Example(name: "family", report: Self.family)
        for example in ClinicalReportExamples.all + [drugs, family] {
            let bundle = try FHIRBundle(
                example.report, status: example.report.laboratory == nil ? .preliminary : .final)
            try Data(bundle.bytes).write(to: URL(filePath: "\(folder)/\(example.name).fhir.json"))
            guard let submission = ClinVarSubmission(example.report).bytes else { continue }
            try Data(submission).write(to: URL(filePath: "\(folder)/\(example.name).clinvar.json"))
        }
    }

    static let folder = ProcessInfo.processInfo.environment["HELICASE_FHIR"]
}
