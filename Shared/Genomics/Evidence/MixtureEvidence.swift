/// What the reads at an allele of a mixture of molecules say of it: how many prefer it by how much Phred, by strand.
///
/// It says all that a likelihood of the allele's share needs, in as few numbers however deep the reads are.
public struct MixtureEvidence: Sendable, Hashable, Codable {
    /// The Phred by which reads prefer the allele, rising, negative where they prefer others; each once.
    public private(set) var preferences: [Int] = []
    /// The reads on the forward strand, one number a preference.
    public private(set) var forward: [Int] = []
    /// The reads on the reverse strand.
    public private(set) var reverse: [Int] = []
    /// Whether the allele touches a stretch whose length is often misread.
    public var isArtefactProne = false

    /// No read says more.
    public static let limit = 60

    /// No reads.
    public init() {}

    /// Counts a read.
    public mutating func add(_ preference: Int, isReverse: Bool) {
        let preference = max(-Self.limit, min(Self.limit, preference))
        let place = preferences.firstIndex { $0 >= preference } ?? preferences.count
        if place == preferences.count || preferences[place] != preference {
            preferences.insert(preference, at: place)
            forward.insert(0, at: place)
            reverse.insert(0, at: place)
        }
        if isReverse { reverse[place] += 1 } else { forward[place] += 1 }
    }
}

extension MixtureEvidence {
    private enum Keys: String, CodingKey { case preferences, forward, reverse, isArtefactProne }

    /// Reads evidence; throws where it is none that can be reckoned with.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        preferences = try container.decode([Int].self, forKey: .preferences)
        forward = try container.decode([Int].self, forKey: .forward)
        reverse = try container.decode([Int].self, forKey: .reverse)
        isArtefactProne = try container.decode(Bool.self, forKey: .isArtefactProne)
        if let flaw {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: flaw))
        }
    }

    private var flaw: String? {
        guard preferences.count == forward.count, preferences.count == reverse.count else {
            return "preferences and reads of a mixture differ in number"
        }
        guard zip(preferences, preferences.dropFirst()).allSatisfy(<),
            preferences.allSatisfy({ (-Self.limit...Self.limit).contains($0) })
        else { return "preferences of a mixture do not rise from -\(Self.limit) to \(Self.limit)" }
        guard (forward + reverse).allSatisfy({ (0...Int(Int32.max)).contains($0) }) else {
            return "a number of reads of a mixture is no count"
        }
        return nil
    }
}
