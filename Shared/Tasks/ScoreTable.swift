import Foundation
import Genomics

/// A table of predictions with tabs: a header, then a line an input record in their order.
///
/// Columns: `record` (counted from 0), those of the ``Outcome`` (`prediction`, or `class` and `p_<class>`), and `name`. A record that could
/// not be scored has `NA`. A name that ends in `.gz` makes a bgzip file.
public final class ScoreTable: ItemResult {
    private let outcome: Outcome
    private let file: TextOutput

    /// `NA in the table`.
    public var gap: String { "NA in the table" }

    /// Begins a file, of which nothing is there before ``finish()``.
    public init(path: String, outcome: Outcome) throws(GenomicsError) {
        self.outcome = outcome
        file = try TextOutput(path: path)
        try file.write((["record"] + outcome.columns + ["name"]).joined(separator: "\t") + "\n")
    }

    /// Writes a line.
    public func write(_ score: Score, record: Int, name: String) throws(GenomicsError) {
        try file.write("\(record)\t" + (outcome.fields(score) + [name]).joined(separator: "\t") + "\n")
    }

    /// Completes the file.
    public func finish() throws(GenomicsError) { try file.finish() }
}
