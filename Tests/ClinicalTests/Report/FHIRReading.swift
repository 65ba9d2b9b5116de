import Foundation
import TestSupport

@testable import Clinical

/// A Bundle as a receiver reads it.
struct FHIRReading {
    var bundle: JSONValue
    var resources: [JSONValue]

    init(_ report: ClinicalReport, status: FHIRBundle.Status = .preliminary, geneIDs: [String: String] = [:]) throws {
        let bytes = try FHIRBundle(report, status: status, geneIDs: geneIDs).bytes
        bundle = Self.value(try JSONSerialization.jsonObject(with: Data(bytes)))
        resources = bundle["entry"]?.elements.compactMap { $0["resource"] } ?? []
    }

    /// What `JSONSerialization` read, which is much faster than a decoder; a Bundle of ours has no truth values.
    private static func value(_ any: Any) -> JSONValue {
        switch any {
        case let text as String: .string(text)
        case let items as [Any]: .array(items.map(value))
        case let members as [String: Any]: .object(members.mapValues(value))
        case let number as NSNumber: Decimal(string: number.stringValue).map { .number($0) } ?? .null
        default: .null
        }
    }

    /// The resources of a profile of Genomics Reporting.
    func profiled(_ name: String) -> [JSONValue] {
        let address = "http://hl7.org/fhir/uv/genomics-reporting/StructureDefinition/\(name)"
        return resources.filter { $0["meta"]?["profile"]?.elements.first?.text == address }
    }

    /// The resources of a type.
    func typed(_ name: String) -> [JSONValue] { resources.filter { $0["resourceType"]?.text == name } }

    /// All texts of a document, wherever they stand.
    static func texts(_ value: JSONValue) -> [String] {
        (value.text.map { [$0] } ?? []) + value.elements.flatMap(texts)
            + value.members.sorted { $0.key < $1.key }.flatMap { texts($0.value) }
    }

    /// The values of the members of a name, wherever they stand.
    static func values(_ name: String, in value: JSONValue) -> [JSONValue] {
        value.elements.flatMap { values(name, in: $0) }
            + value.members.sorted { $0.key < $1.key }.flatMap { member in
                (member.key == name ? [member.value] : []) + values(name, in: member.value)
            }
    }
}

extension JSONValue {
    /// The components of an Observation with a code.
    func components(_ code: String) -> [JSONValue] {
        self["component"]?.elements.filter { $0["code"]?.code == code } ?? []
    }

    /// The code of a concept's first coding.
    var code: String? { self["coding"]?.elements.first?["code"]?.text }

    /// A component's value: its code, else its text, its string, or its number.
    var answer: String? {
        let concept = self["valueCodeableConcept"]
        return concept?.code ?? concept?["text"]?.text ?? self["valueString"]?.text
            ?? self["valueQuantity"]?["value"]?.number.map { "\($0)" }
    }

    /// The value of a component with a code, as ``answer``.
    func answer(_ code: String) -> String? { components(code).first?.answer }
}
