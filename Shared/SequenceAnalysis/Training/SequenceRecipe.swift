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
        /// How much each record counts in training; all count alike without it.
        public var weight: Weight?
        /// The file is a reference, and the records are the splice sites of transcripts on it, and places that are none.
        public var transcripts: Transcripts?
        /// The fold of all its records; those of a table of folds have their own.
        public var fold: Int?

        /// Transcripts whose splice sites are examples.
        public struct Transcripts: Sendable, Hashable, Codable {
            /// A GFF3 file with their exons, below the folder of the data.
            public var file: String
            /// The label of donors, 5' splice sites.
            public var donor: String
            /// The label of acceptors, 3' splice sites.
            public var acceptor: String
            /// The label of what is no site.
            public var none: String
            /// Places that are none, for each site.
            public var decoys: Int
        }

        /// How much a record counts by what it was measured with: n / (n + half) of n reads or cells.
        ///
        /// That is the inverse of the variance of a number that is an average over n, where what the network cannot know of it varies
        /// as much as the error of an average over `half`.
        public struct Weight: Sendable, Hashable, Codable {
            /// The column of a table that holds n, at least 0.
            public var column: String
            /// The n that counts half of one that is measured without error.
            public var half: Float
        }

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
    /// How the model reads the effects of variants; its score of the window around them if nil.
    public var effect: SiteReading?
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
