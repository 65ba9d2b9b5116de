import Events
import Foundation
import Schemas

/// A JSON Schema or a part of one, which finds its references by the `$id`s of the files in `Schemas/Events`.
public struct EventSchema {
    /// Where it stands: a file below `Events` and a JSON pointer.
    public let place: String
    let value: JSONValue
    /// The `$id` of its file, against which its references are resolved.
    private let base: String

    /// What the `$id`s begin with: a name, not an address.
    private static let root = "https://helicase.org/schemas/Events/"

    /// Opens `Events/<event>/v1.json`.
    public static func of(event: String) throws -> EventSchema { try open("\(root)\(event)/v1.json", pointer: "") }

    /// Whether an event travels as JSON.
    static func has(event: String) throws -> Bool { try files.get()["\(root)\(event)/v1.json"] != nil }

    /// The schemas by their `$id`s.
    private static let files = Result { () throws -> [String: JSONValue] in
        let folder = SchemaFiles.folder.appending(path: "Events")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap {
            $0 as? URL
        }
        var schemas: [String: JSONValue] = [:]
        for file in files ?? [] where file.lastPathComponent == "v1.json" {
            let schema = try JSONValue(Data(contentsOf: file))
            guard let id = schema["$id"]?.text, schemas.updateValue(schema, forKey: id) == nil else {
                throw SchemaProblem("\(file.path) has no $id, or another's")
            }
        }
        return schemas
    }

    private static func open(_ id: String, pointer: String) throws -> EventSchema {
        guard var value = try files.get()[id] else { throw SchemaProblem("no schema has the $id \(id)") }
        for key in pointer.split(separator: "/") {
            guard let member = value[String(key)] else { throw SchemaProblem("\(id) has no \(pointer)") }
            value = member
        }
        return try resolve(
            value, base: id, place: id.split(separator: "/").suffix(2).joined(separator: "/") + "#" + pointer)
    }

    private static func resolve(_ value: JSONValue, base: String, place: String) throws -> EventSchema {
        guard let reference = value["$ref"]?.text else { return EventSchema(place: place, value: value, base: base) }
        guard value.members.keys.allSatisfy(["$ref", "description"].contains) else {
            throw SchemaProblem("\(place): EventSchema looks at nothing beside a $ref but its description")
        }
        let parts = reference.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let pointer = parts.count > 1 ? parts[1] : ""
        if parts[0].isEmpty { return try open(base, pointer: pointer) }
        guard let target = URL(string: parts[0], relativeTo: URL(string: base)) else {
            throw SchemaProblem("\(place): \(reference) is no reference")
        }
        return try open(target.absoluteString, pointer: pointer)
    }

    /// A part of it, with its reference resolved.
    func part(_ value: JSONValue, _ name: String) throws -> EventSchema {
        try Self.resolve(value, base: base, place: "\(place)/\(name)")
    }

    /// The `title`.
    public var title: String? { value["title"]?.text }
    /// The names under `properties`.
    public var properties: Set<String> { Set(value["properties"]?.members.keys.map { $0 } ?? []) }
    /// The names under `required`.
    public var required: Set<String> { Set(value["required"]?.elements.compactMap(\.text) ?? []) }
    /// The values that are allowed, where they are listed.
    public var cases: [String]? { value["enum"]?.elements.compactMap(\.text) }
    /// Whether keys are allowed that it does not know.
    public var isOpen: Bool { value["additionalProperties"] == .bool(true) }

    /// Whether it is a document that another schema would describe: any keys.
    public var isFree: Bool { isOpen && properties.isEmpty }

    /// The schema of a property.
    public func property(_ name: String) throws -> EventSchema? {
        try value["properties"]?[name].map { try part($0, name) }
    }

    /// The schema of an array's elements.
    public func items() throws -> EventSchema? {
        try value["items"].map { try part($0, "items") }
    }

    /// The schema of a dictionary's values.
    public func values() throws -> EventSchema? {
        guard let values = value["additionalProperties"], case .object = values else { return nil }
        return try part(values, "values")
    }

    /// Every property of it and of what it holds, by place.
    public func allProperties() throws -> Set<String> {
        var places = Set(properties.map { "\(place)/\($0)" })
        for name in properties { places.formUnion(try property(name)?.allProperties() ?? []) }
        return places.union(try items()?.allProperties() ?? [])
    }
}

/// A schema that is not as it should be.
public struct SchemaProblem: Error, CustomStringConvertible {
    /// Which schema, and what is wrong with it.
    public let description: String
    init(_ description: String) { self.description = description }
}

extension EventType {
    /// `run` of `org.helicase.run.v1`: the folder in `Schemas/Events`.
    public var folder: String { String(rawValue.dropFirst("org.helicase.".count).dropLast(".v1".count)) }
}
