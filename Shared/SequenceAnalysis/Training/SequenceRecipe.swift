import Foundation
import NeuralNetwork

/// How a model of sequences is made: which files hold the examples, what they are labelled, and how a network is fitted to them.
///
/// As JSON:
/// ```json
/// {
///   "model": "promoter-ecoli", "summary": "…",
///   "sources": [{"file": "promoters/a.fa.gz", "label": "promoter"}, {"file": "t.tsv", "column": "Bound", "names": {"1": "bound", "0": "unbound"}}],
///   "labels": ["nonpromoter", "promoter"], "folds": "promoters/folds.tsv.gz",
///   "strands": "forward", "members": 5, "architecture": {…}, "options": {…}
/// }
/// ```
public struct SequenceRecipe: Sendable, Hashable, Codable {
    /// A file of sequences, and how they are labelled.
    public struct Source: Sendable, Hashable, Codable {
        /// The file, below the folder of the data.
        public var file: String
        /// The label of all its records.
        public var label: String?
        /// The column of a table that holds the label or the number to predict.
        public var column: String?
        /// The place of the field, counted from 0, in a table without names of columns.
        public var field: Int?
        /// Labels by what stands in the column; where there are none, what stands there is the label.
        public var names: [String: String]?
        /// The column of a table that holds the sequence.
        public var sequence: String?
        /// The records to train on and those to keep for validation, by a column of a table.
        public var split: Split?
        /// Only records in which a column has this value.
        public var only: [String: String]?

        /// Which records are kept for validation.
        public struct Split: Sendable, Hashable, Codable {
            /// The column.
            public var column: String
            /// What stands in it for those.
            public var validation: String
        }
    }

    /// Which strands a model reads.
    public enum Strands: String, Sendable, Hashable, Codable {
        /// The sequence as it is given.
        case forward
        /// Also its reverse complement: the scores are the mean of both.
        case both
    }

    /// The name of the model.
    public var model: String
    /// What it does, in a sentence.
    public var summary: String
    /// The files.
    public var sources: [Source]
    /// The labels in the order of the outputs; one name for numbers.
    public var labels: [String]
    /// A table with the columns `record`, `fold`, perhaps `file` and `group`: records of one fold are in no other.
    public var folds: String?
    /// Which strands are read.
    public var strands: Strands
    /// Networks that are fitted to different folds, or from different seeds; the model says the mean of their outputs.
    public var members: Int
    /// The layers of each member.
    public var architecture: Architecture
    /// How each is trained.
    public var options: TrainingOptions

    /// The names of the recipes that come with the suite.
    public static var bundled: [String] {
        let files = Bundle.module.urls(forResourcesWithExtension: "json", subdirectory: "Recipes") ?? []
        return files.map { ($0 as URL).deletingPathExtension().lastPathComponent }.sorted()
    }

    /// A recipe that comes with the suite; nil where there is none of the name.
    public static func bundled(_ name: String) throws -> SequenceRecipe? {
        guard let file = Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Recipes") else {
            return nil
        }
        return try JSONDecoder().decode(SequenceRecipe.self, from: Data(contentsOf: file))
    }
}
