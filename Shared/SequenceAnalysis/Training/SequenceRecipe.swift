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
        /// The records are variants of elements, and what is predicted is what they change.
        public var variants: Variants?
        /// The file is a reference, and the records are the splice sites of transcripts on it, and places that are none.
        public var transcripts: Transcripts?
        /// A FASTA file of which the records are windows, below the folder of the data; `file` then is a BED file, whose columns are called
        /// as its specification calls them: `name`, `score`.
        public var reference: String?
        /// Of windows of a reference, a track that gives each its number to predict, in the column `track`.
        public var track: Track?
        /// The fold of all its records; those of a table of folds have their own.
        public var fold: Int?

        /// A track along a reference.
        public struct Track: Sendable, Hashable, Codable {
            /// How the values of a window become one number.
            public enum Summary: String, Sendable, Hashable, Codable {
                /// Their sum divided by the bases of the window, of which those without a value count as 0.
                case mean
                /// Their sum.
                case sum
                /// The greatest one.
                case maximum
            }

            /// A bigWig file, below the folder of the data.
            public var file: String
            /// What is predicted; the mean, if nil.
            public var summary: Summary?
        }

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

        /// Variants whose effects were measured, such as those of a saturation mutagenesis.
        ///
        /// Each is an example of a training on pairs (`"pairs": true` among the options): the window around it, and the same with it. The
        /// number to predict, `column`, is the effect: that of the variant less that of the reference.
        public struct Variants: Sendable, Hashable, Codable {
            /// A FASTA file with the elements, below the folder of the data.
            public var elements: String
            /// The column that names the element, or the experiment.
            public var element: String
            /// The element of an experiment of another name.
            public var names: [String: String]?
            /// The column of positions, the first of which is 1.
            public var position: String
            /// Whether positions are those of the regions that the headers of the FASTA file name: `>element chr1:1001-1600`.
            public var inRegion: Bool?
            /// The column of the reference's bases, `-` of an insertion.
            public var reference: String
            /// The column of the variant's bases, `-` of a deletion.
            public var alternate: String
            /// The least numbers in columns; records with less are left out.
            public var least: [String: Float]?
            /// Whether the effects of each experiment are divided by their root mean square, so that all of them count alike.
            public var standardized: Bool?
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

    /// Known motifs that are the filters of a convolution from the beginning.
    public struct Motifs: Sendable, Hashable, Codable {
        /// A file in MEME's format, below the folder of the data.
        public var file: String
        /// The convolution with a filter a motif, in the order of the file; named as its parameters are, `0` has `0.weight`.
        public var layer: String
        /// The share of a motif's best score above which a place counts as its site; 0 to 1.
        public var threshold: Float
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
    /// Motifs that the networks begin with; `fixed` among the options keeps them as they are.
    public var motifs: Motifs?
    /// Whether windows around variants may leave the contig, with padding beyond its ends; else such variants are refused.
    public var padded: Bool?
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
