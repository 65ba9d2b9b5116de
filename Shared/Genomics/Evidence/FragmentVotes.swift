import Foundation

/// What each fragment at an allele says of it, in few bytes: for the phase of neighbouring sites.
///
/// As JSON it is one string: base64 of five bytes a fragment, the first four those of its name's hash and the last one by how much Phred
/// it prefers the allele, negative for another.
public struct FragmentVotes: Sendable, Hashable {
    /// The votes by the fragment's number.
    public private(set) var preferences: [UInt32: Int8] = [:]

    /// No votes.
    public init() {}

    /// Adds a read's vote; those of one fragment add up.
    public mutating func add(_ fragment: UInt32, _ preference: Int) {
        let sum = Int(preferences[fragment] ?? 0) + preference
        preferences[fragment] = Int8(max(-100, min(100, sum)))
    }
}

extension FragmentVotes: Codable {
    /// Reads the string; throws where it is none.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let bytes = Data(base64Encoded: text), bytes.count.isMultiple(of: 5) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "these are no votes of fragments"))
        }
        let values = [UInt8](bytes)
        for start in stride(from: 0, to: values.count, by: 5) {
            let fragment = values[start..<start + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            preferences[fragment] = Int8(bitPattern: values[start + 4])
        }
    }

    /// Writes the string: the same for the same votes.
    public func encode(to encoder: any Encoder) throws {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(5 * preferences.count)
        for (fragment, preference) in preferences.sorted(by: { $0.key < $1.key }) {
            for shift in stride(from: 0, to: 32, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: fragment >> UInt32(shift)))
            }
            bytes.append(UInt8(bitPattern: preference))
        }
        var container = encoder.singleValueContainer()
        try container.encode(Data(bytes).base64EncodedString())
    }
}
