import Events
import Foundation

/// Any JSON, compared by value: the order of keys and the spelling of numbers do not count.
public typealias JSONValue = JSONDocument

extension JSONDocument {
    /// Reads JSON.
    public init(_ bytes: some Sequence<UInt8>) throws {
        self = try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
    }

    /// The members of an object; none of anything else.
    public var members: [String: JSONValue] { if case .object(let members) = self { members } else { [:] } }
    /// The elements of an array; none of anything else.
    public var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
    /// The text of a string.
    public var text: String? { if case .string(let text) = self { text } else { nil } }
    /// The value of a number.
    public var number: Decimal? { if case .number(let number) = self { number } else { nil } }
    /// The value of a number that is whole.
    public var integer: Int? { number.flatMap { Int("\($0)") } }

    /// A member of an object.
    public subscript(key: String) -> JSONValue? { members[key] }
}
