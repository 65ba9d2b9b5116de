import Events
import Foundation

/// Any JSON, compared by value: the order of keys and the spelling of numbers do not count.
typealias JSONValue = JSONDocument

extension JSONDocument {
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
