import Events
import Foundation
import Messaging

extension EventSchema {
    /// What keeps records from being what their `ce_type` promises, each with its place; records of no JSON event pass.
    public static func violations(in records: some Sequence<IncomingRecord>) throws -> [String] {
        try records.flatMap { record in
            // A dead letter keeps the headers of a value that was refused.
            guard record.topic != Topics.deadLetters else { return [String]() }
            return try violations(in: record.value, type: record.header("ce_type")).map { "\(record.topic): \($0)" }
        }
    }

    /// What keeps records that are about to be sent from being what their `ce_type` promises.
    public static func violations(in records: some Sequence<OutgoingRecord>) throws -> [String] {
        try records.flatMap { record in
            try violations(in: record.value, type: record.headers.first { $0.name == "ce_type" }?.value)
                .map { "\(record.topic): \($0)" }
        }
    }

    /// What keeps a JSON event's bytes from obeying its schema, each with its place.
    public static func violations(in bytes: some Sequence<UInt8>, of type: EventType) throws -> [String] {
        try of(event: type.folder).violations(in: JSONValue(bytes), at: "")
    }

    private static func violations(in value: [UInt8]?, type: String?) throws -> [String] {
        guard let type = type.flatMap(EventType.init(rawValue:)), let value, try has(event: type.folder) else {
            return []
        }
        return try violations(in: value, of: type)
    }

    /// The keywords that are checked here, and those that say something about values that needs no check.
    private static let keywords: Set<String> = [
        "$schema", "$id", "$defs", "title", "description", "examples", "type", "enum", "minimum", "maximum",
        "minLength", "pattern", "format", "minItems", "maxItems", "items", "properties", "required",
        "additionalProperties", "propertyNames",
    ]

    /// What keeps a value from obeying this schema; `path` is where the value stands in the event.
    public func violations(in document: JSONValue, at path: String) throws -> [String] {
        let unknown = Set(value.members.keys).subtracting(Self.keywords)
        guard unknown.isEmpty else {
            throw SchemaProblem("\(place): \(unknown.sorted()) are not checked: teach EventSchema these keywords")
        }
        var problems: [String] = []
        func check(_ isRight: Bool, _ problem: @autoclosure () -> String) {
            if !isRight { problems.append("\(path.isEmpty ? "the event" : path) \(problem())") }
        }
        if let type = value["type"]?.text { check(document.isOf(type), "is no \(type)") }
        if let cases { check(document.text.map(cases.contains) ?? false, "is none of \(cases)") }
        switch document {
        case .number(let number):
            if let minimum = value["minimum"]?.number { check(number >= minimum, "is \(number), less than \(minimum)") }
            if let maximum = value["maximum"]?.number { check(number <= maximum, "is \(number), more than \(maximum)") }
        case .string(let text):
            if let length = value["minLength"]?.integer { check(text.unicodeScalars.count >= length, "is too short") }
            if let pattern = value["pattern"]?.text { check(text.contains(try Regex(pattern)), "is no \(pattern)") }
            if let format = value["format"]?.text { check(try Self.isOf(format, text), "is no \(format)") }
        case .array(let elements):
            if let count = value["minItems"]?.integer {
                check(elements.count >= count, "has \(elements.count) elements")
            }
            if let count = value["maxItems"]?.integer {
                check(elements.count <= count, "has \(elements.count) elements")
            }
            if let items = try items() {
                for (index, element) in elements.enumerated() {
                    problems += try items.violations(in: element, at: "\(path)/\(index)")
                }
            }
        case .object(let members):
            for name in required.subtracting(members.keys).sorted() { check(false, "has no \(name)") }
            let names = try value["propertyNames"].map { try part($0, "propertyNames") }
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                problems += try names?.violations(in: .string(name), at: "the name of \(path)/\(name)") ?? []
                if let property = try property(name) ?? values() {
                    problems += try property.violations(in: member, at: "\(path)/\(name)")
                }
            }
        case .null, .bool: break
        }
        return problems
    }

    private static func isOf(_ format: String, _ text: String) throws -> Bool {
        switch format {
        case "uuid": UUID(uuidString: text) != nil
        case "date-time": (try? Date(text, strategy: .iso8601)) != nil
        default: throw SchemaProblem("the format \(format) is not checked: teach EventSchema this one")
        }
    }
}

extension JSONDocument {
    /// Whether it is of one of JSON Schema's types.
    fileprivate func isOf(_ type: String) -> Bool {
        switch (self, type) {
        case (.null, "null"), (.bool, "boolean"), (.string, "string"), (.array, "array"), (.object, "object"),
            (.number, "number"):
            true
        case (.number(var number), "integer"):
            {
                var whole = Decimal()
                NSDecimalRound(&whole, &number, 0, .plain)
                return whole == number
            }()
        default: false
        }
    }
}
