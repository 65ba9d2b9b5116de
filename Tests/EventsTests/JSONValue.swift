import Foundation

/// Any JSON, compared by value: the order of keys and the spelling of numbers do not count.
enum JSONValue: Decodable, Hashable {
    case null
    case bool(Bool)
    case number(Decimal)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self =
            if container.decodeNil() {
                .null
            } else if let value = try? container.decode(Bool.self) {
                .bool(value)
            } else if let value = try? container.decode(Decimal.self) {
                .number(value)
            } else if let value = try? container.decode(String.self) {
                .string(value)
            } else if let value = try? container.decode([JSONValue].self) {
                .array(value)
            } else {
                .object(try container.decode([String: JSONValue].self))
            }
    }

    init(_ bytes: some Sequence<UInt8>) throws { self = try JSONDecoder().decode(JSONValue.self, from: Data(bytes)) }

    /// The members of an object; none of anything else.
    var members: [String: JSONValue] { if case .object(let members) = self { members } else { [:] } }
    /// The elements of an array; none of anything else.
    var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
    /// The text of a string.
    var text: String? { if case .string(let text) = self { text } else { nil } }
    /// The value of a number.
    var integer: Int? { if case .number(let number) = self { Int("\(number)") } else { nil } }

    /// A member of an object.
    subscript(key: String) -> JSONValue? { members[key] }
}
