import Foundation
import Schemas

/// A JSON Schema or a part of one, which finds its references in the files beside it.
struct EventSchema {
    /// Where it stands: a file below `Events` and a JSON pointer.
    let place: String
    private let value: JSONValue
    private let file: URL

    /// Opens `Events/<event>/v1.json`.
    static func of(event: String) throws -> EventSchema {
        try open(SchemaFiles.folder.appendingPathComponent("Events/\(event)/v1.json"), pointer: "")
    }

    private static func open(_ file: URL, pointer: String) throws -> EventSchema {
        var value = try JSONValue(Data(contentsOf: file))
        for key in pointer.split(separator: "/") {
            guard let member = value[String(key)] else { throw SchemaProblem("\(file.path) has no \(pointer)") }
            value = member
        }
        return try resolve(value, file, place: file.pathComponents.suffix(2).joined(separator: "/") + "#" + pointer)
    }

    private static func resolve(_ value: JSONValue, _ file: URL, place: String) throws -> EventSchema {
        guard let reference = value["$ref"]?.text else { return EventSchema(place: place, value: value, file: file) }
        let parts = reference.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let target = parts[0].isEmpty ? file : URL(fileURLWithPath: String(parts[0]), relativeTo: file)
        return try open(target.standardizedFileURL, pointer: parts.count > 1 ? String(parts[1]) : "")
    }

    /// The `title`.
    var title: String? { value["title"]?.text }
    /// The names under `properties`.
    var properties: Set<String> { Set(value["properties"]?.members.keys.map { $0 } ?? []) }
    /// The names under `required`.
    var required: Set<String> { Set(value["required"]?.elements.compactMap(\.text) ?? []) }
    /// The values that are allowed, where they are listed.
    var cases: [String]? { value["enum"]?.elements.compactMap(\.text) }
    /// Whether keys are allowed that it does not know.
    var isOpen: Bool { value["additionalProperties"] == .bool(true) }

    /// Whether it is a document that another schema would describe: any keys.
    var isFree: Bool { isOpen && properties.isEmpty }

    /// The schema of a property.
    func property(_ name: String) throws -> EventSchema? {
        try value["properties"]?[name].map { try Self.resolve($0, file, place: "\(place)/\(name)") }
    }

    /// The schema of an array's elements.
    func items() throws -> EventSchema? {
        try value["items"].map { try Self.resolve($0, file, place: "\(place)/items") }
    }

    /// The schema of a dictionary's values.
    func values() throws -> EventSchema? {
        guard let values = value["additionalProperties"], case .object = values else { return nil }
        return try Self.resolve(values, file, place: "\(place)/values")
    }

    /// Every property of it and of what it holds, by place.
    func allProperties() throws -> Set<String> {
        var places = Set(properties.map { "\(place)/\($0)" })
        for name in properties { places.formUnion(try property(name)?.allProperties() ?? []) }
        return places.union(try items()?.allProperties() ?? [])
    }
}

/// A schema that is not as it should be.
struct SchemaProblem: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
