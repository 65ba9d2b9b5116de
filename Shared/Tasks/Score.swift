import Genomics

/// What a score is of.
public struct ScoredSubject: Sendable, Hashable {
    /// Its name among all records of a run: the number of an input record, or the allele `chr20:100:A:T`.
    public var record: String
    /// The record's place in the input, counted from 0; nil where a run has no such order.
    public var number: Int?
    /// What people call it.
    public var name: String?
    /// The allele and what was counted for it, where it is one: what genotyping needs beside the scores.
    public var candidate: Candidate?

    /// Describes a subject.
    public init(record: String, number: Int? = nil, name: String? = nil, candidate: Candidate? = nil) {
        self.record = record
        self.number = number
        self.name = name
        self.candidate = candidate
    }
}

/// What a model says of an example.
public struct Score: Sendable, Hashable {
    /// Probabilities, or values with their units, as the model's ``Outcome`` says; none where nothing could be scored.
    public var values: [Float]
    /// Why there are none, or not all.
    public var problem: String?

    /// A score; with a problem where it is not one of all that the example holds.
    public init(_ values: [Float], problem: String? = nil) {
        self.values = values
        self.problem = problem
    }

    /// An example that cannot be scored.
    public init(problem: String) {
        values = []
        self.problem = problem
    }
}
