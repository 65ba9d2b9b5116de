/// The Human Phenotype Ontology: terms, and which of them are kinds of which.
///
/// Terms are numbered so that parents come before their children: a walk from first to last has seen all ancestors of a term when it
/// comes to it. Obsolete terms have no number; ``resolve(_:)`` leads from one to the term that replaces it.
public struct Ontology: Sendable {
    /// A term that is in use.
    public struct Term: Sendable, Hashable {
        /// `HP:0001250`.
        public var id: String
        /// What people call it.
        public var name: String
        /// The numbers of the terms of which it is a kind (`is_a`).
        public var parents: [Int]
    }

    /// What an identifier leads to.
    public enum Resolution: Sendable, Hashable {
        /// A term by its own identifier.
        case current(Int)
        /// A term that was merged with this one (`alt_id`), or that replaces it as obsolete (`replaced_by`).
        case replaced(Int)
        /// An obsolete term that nothing replaces; the terms to consider, if the ontology names some.
        case obsolete(consider: [String])
        /// No term of this release.
        case unknown

        /// The term to go on with; nil where there is none.
        public var term: Int? {
            switch self {
            case .current(let term), .replaced(let term): term
            case .obsolete, .unknown: nil
            }
        }
    }

    /// The release, such as `hp/releases/2025-01-16`; empty where the file does not say it.
    public let version: String
    /// The terms in use, parents first.
    public let terms: [Term]
    /// For each term, all terms of which it is a kind and itself, ascending.
    let ancestors: [[Int32]]
    private let numbers: [String: Int]
    private let formerly: [String: Int]
    private let obsolete: [String: [String]]

    init(
        version: String, terms: [Term], ancestors: [[Int32]], formerly: [String: Int], obsolete: [String: [String]]
    ) {
        self.version = version
        self.terms = terms
        self.ancestors = ancestors
        self.formerly = formerly
        self.obsolete = obsolete
        numbers = Dictionary(uniqueKeysWithValues: terms.enumerated().map { ($1.id, $0) })
    }

    /// The root of the terms that say what is abnormal; others say how it is inherited, how often, when it began.
    public static let abnormality = "HP:0000118"

    /// What an identifier leads to.
    public func resolve(_ id: String) -> Resolution {
        if let number = numbers[id] { return .current(number) }
        if let number = formerly[id] { return .replaced(number) }
        if let consider = obsolete[id] { return .obsolete(consider: consider) }
        return .unknown
    }

    /// Whether a term is another one or a kind of it.
    public func isKind(_ term: Int, of other: Int) -> Bool {
        ancestors[term].binarySearch(Int32(other)) != nil
    }

    /// `HP:0001250 Seizure`.
    public func text(_ term: Int) -> String { "\(terms[term].id) \(terms[term].name)" }
}

extension [Int32] {
    /// The place of a value in an ascending list.
    func binarySearch(_ value: Int32) -> Int? {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low < count && self[low] == value ? low : nil
    }
}
