import Foundation
import Hashing

/// Gathers a report's resources: each has a key of our own, from which its identifier follows.
struct FHIRWriter {
    let report: ClinicalReport
    let status: FHIRBundle.Status
    let geneIDs: [String: String]
    private let digest: String
    /// The entries of the Bundle, the GenomicReport first.
    private(set) var entries: [OrderedJSON] = []

    init(_ report: ClinicalReport, status: FHIRBundle.Status, geneIDs: [String: String], digest: String) {
        (self.report, self.status, self.geneIDs, self.digest) = (report, status, geneIDs, digest)
    }

    /// A profile of Genomics Reporting.
    static func profile(_ name: String) -> String {
        "http://hl7.org/fhir/uv/genomics-reporting/StructureDefinition/\(name)"
    }

    /// The UUID of a key within this report: SHA-256 of both, as version 8 (RFC 9562, section 5.8).
    func uuid(_ key: String) -> String {
        var digits = Array(SHA256Digest.hexadecimal(of: Array("\(digest)/\(key)".utf8)).utf8.prefix(32))
        digits[12] = UInt8(ascii: "8")
        digits[16] = Array("89ab".utf8)[Int(digits[16]) & 3]
        let text = String(decoding: digits, as: UTF8.self)
        var (parts, rest) = ([Substring](), text[...])
        for length in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return parts.joined(separator: "-")
    }

    /// A reference to the resource of a key.
    func reference(_ key: String, display: String? = nil) -> OrderedJSON {
        ["reference": .text("urn:uuid:\(uuid(key))"), "display": .string(display)]
    }

    /// Adds a resource with its narrative, a sentence for people who have no program for it.
    mutating func add(
        _ type: String, _ key: String, profile: String? = nil, narrative: String, _ body: OrderedJSON
    ) {
        let id = uuid(key)
        let head: OrderedJSON = [
            "resourceType": .text(type), "id": .text(id),
            "meta": profile.map { ["profile": [.text(Self.profile($0))]] }, "text": Self.narrative(narrative),
        ]
        guard case .object(let start) = head, case .object(let rest) = body else {
            preconditionFailure("a resource is an object")
        }
        entries.append(["fullUrl": .text("urn:uuid:\(id)"), "resource": .object(start + rest)])
    }

    /// `2026-11-28T18:00:00Z`.
    static func time(_ date: Date) -> String { date.formatted(.iso8601) }

    private static func narrative(_ text: String) -> OrderedJSON {
        let lines = OrderedJSON.cleaned(text).split(separator: "\n").map { line in
            let escaped = line.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            return "<p>\(escaped)</p>"
        }
        return [
            "status": "generated",
            "div": .text("<div xmlns=\"http://www.w3.org/1999/xhtml\">\(lines.joined())</div>"),
        ]
    }
}

/// Parts that several resources have.
extension FHIRWriter {
    /// An extension of a simple value, `value` with the type that its name ends in.
    static func extended(_ name: String, _ type: String, _ value: OrderedJSON?) -> OrderedJSON? {
        guard let value else { return nil }
        let address = name.hasPrefix("http") ? name : profile(name)
        return .object([.init(name: "url", value: .text(address)), .init(name: "value\(type)", value: value)])
    }

    /// An extension of extensions; nil where it would be empty.
    static func extended(_ name: String, _ parts: [OrderedJSON?]) -> OrderedJSON? {
        let parts = parts.compactMap { $0 }
        return parts.isEmpty ? nil : ["url": .text(profile(name)), "extension": .list(parts)]
    }

    /// A part of an extension of extensions, whose address is its name.
    static func part(_ name: String, _ type: String, _ value: OrderedJSON?) -> OrderedJSON? {
        guard let value else { return nil }
        return .object([.init(name: "url", value: .text(name)), .init(name: "value\(type)", value: value)])
    }

    /// `Annotation` with its kind.
    static func note(_ text: String?, kind: FHIRCoding? = nil) -> OrderedJSON? {
        guard let text = OrderedJSON.string(text) else { return nil }
        return ["extension": [extended("annotation-code", "CodeableConcept", kind?.concept)], "text": text]
    }

    /// A component of an Observation; nil without a value.
    static func component(_ code: FHIRCoding, _ type: String, _ value: OrderedJSON?) -> OrderedJSON? {
        guard let value else { return nil }
        return .object([
            .init(name: "code", value: code.concept ?? .object([])), .init(name: "value\(type)", value: value),
        ])
    }

    /// A gene: its identifier of HGNC where that is known, else its symbol as text.
    func gene(_ symbol: String) -> OrderedJSON? {
        FHIRCoding.concept(geneIDs[symbol].map { FHIRCoding(.hgnc, $0, symbol) }, text: symbol)
    }

    /// What an Observation of Genomics Reporting says beside what all of them say.
    struct Observation {
        var profile: String
        var code: FHIRCoding
        var narrative: String
        var isSecondary = false
        var extensions: [OrderedJSON?] = []
        var value: OrderedJSON?
        var absence: OrderedJSON?
        var method: FHIRCoding?
        var derivedFrom: [String] = []
        var components: [OrderedJSON?] = []
        var notes: [String] = []
    }

    /// Adds an Observation.
    mutating func add(_ observation: Observation, _ key: String) {
        let secondary =
            observation.isSecondary
            ? Self.extended(
                "http://hl7.org/fhir/StructureDefinition/observation-secondaryFinding", "CodeableConcept",
                FHIRCoding.text("Secondary finding: medically actionable, and not what was asked for")) : nil
        add(
            "Observation", key, profile: observation.profile, narrative: observation.narrative,
            [
                "extension": .list(([secondary] + observation.extensions).compactMap { $0 }),
                "status": .text(status.rawValue),
                "category": [
                    FHIRCoding(.category, "laboratory", "Laboratory").concept,
                    FHIRCoding(.diagnosticService, "GE", "Genetics").concept,
                ],
                "code": observation.code.concept, "subject": reference("patient"),
                "effectiveDateTime": .text(effective), "performer": laboratory.map { [$0] },
                "valueCodeableConcept": observation.value, "dataAbsentReason": observation.absence,
                "note": .list(observation.notes.compactMap { Self.note($0) }), "method": observation.method?.concept,
                "specimen": reference("specimen"), "device": reference("software"),
                "derivedFrom": .list(observation.derivedFrom.map { reference($0) }),
                "component": .list(observation.components.compactMap { $0 }),
            ])
    }

    /// When what is said holds: as of the day on which the specimen was received where that is stated, else as of the report.
    var effective: String {
        report.laboratory?.received.flatMap(Self.date) ?? Self.time(report.provenance.createdAt)
    }

    /// A date, or a time with its zone, as FHIR writes them; nil of other words.
    static func date(_ text: String) -> String? {
        let form =
            /\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(Z|[+-](0\d|1[0-4]):[0-5]\d))?/
        let text = OrderedJSON.cleaned(text)
        return text.wholeMatch(of: form) == nil || text.hasPrefix("0000") ? nil : text
    }

    /// The laboratory, where one is named.
    var laboratory: OrderedJSON? { report.laboratory.map { reference("laboratory", display: $0.name) } }
}
