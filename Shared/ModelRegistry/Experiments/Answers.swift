import Tasks

/// What two versions say of an example, as an experiment compares it: questions, each of which has the same number of answers.
public struct Answers: Sendable, Codable, Hashable {
    /// What kind of scores they are.
    public enum Kind: String, Sendable, Codable {
        /// One question, whose answers are classes that exclude each other.
        case classes
        /// A question a label: whether it holds.
        case labels
        /// A question a number: whether the challenger says more than the champion, or less, by more than the tolerance.
        case values
    }

    /// What kind of scores they are.
    public var kind: Kind
    /// The names of the scores.
    public var names: [String]
    /// How far numbers may be apart that count as the same, in their own unit; 0 of probabilities.
    public var tolerance: Double

    /// The most scores of an example that are compared: what a unit of work stores grows with their square.
    public static let mostNames = 64

    /// Those of versions that say this.
    ///
    /// Throws ``RegistryError`` where there are too many, or where numbers come without a tolerance above 0.
    public init(_ outcome: Outcome, tolerance: Double? = nil) throws(RegistryError) {
        names = outcome.names
        switch outcome {
        case .classes: kind = .classes
        case .labels: kind = .labels
        case .values: kind = .values
        }
        guard names.count <= Self.mostNames else {
            throw RegistryError(
                "the versions say \(names.count) things of an example, and at most \(Self.mostNames) are compared")
        }
        guard kind == .values else {
            guard tolerance == nil else {
                throw RegistryError(
                    "probabilities are compared by the calls that follow from them, without a tolerance")
            }
            self.tolerance = 0
            return
        }
        guard let tolerance, tolerance > 0, tolerance.isFinite else {
            throw RegistryError("numbers are compared with a tolerance above 0: how far apart still counts as the same")
        }
        self.tolerance = tolerance
    }

    /// Whether a version that says this can be compared.
    public func fits(_ outcome: Outcome) -> Bool {
        guard outcome.names == names else { return false }
        switch outcome {
        case .classes: return kind == .classes
        case .labels: return kind == .labels
        case .values: return kind == .values
        }
    }

    private init(_ kind: Kind, _ names: [String]) { (self.kind, self.names, tolerance) = (kind, names, 0) }

    /// Copies of an allele: what experiments compared that were begun before other tasks had any.
    static let genotypes = Answers(.classes, ["0/0", "0/1", "1/1"])

    /// Questions an example.
    var questions: Int { kind == .classes ? 1 : names.count }
    /// Answers a question.
    var categories: Int { kind == .classes ? names.count : 2 }

    /// What the answers of a question are called, or what it means that they shift.
    func title(_ question: Int, _ category: Int) -> String {
        switch kind {
        case .classes: names[category]
        case .labels: category == 1 ? names[question] : "not \(names[question])"
        case .values: names[question]
        }
    }
}
