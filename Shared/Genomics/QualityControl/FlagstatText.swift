import Foundation

/// ``FlagCounts`` in the format of `samtools flagstat` 1.16.
public struct FlagstatText: Sendable {
    /// The lines, each ended by a line feed.
    public let text: String

    /// Writes counts.
    public init(_ flags: FlagCounts) {
        typealias Category = KeyPath<FlagCounts.Categories, Int>
        func line(_ category: Category, _ name: String, of whole: Category? = nil) -> String {
            let (passed, failed) = (flags.passed[keyPath: category], flags.failed[keyPath: category])
            let shares = whole.map { whole in
                let (good, bad) = (flags.passed[keyPath: whole], flags.failed[keyPath: whole])
                return " (\(Self.percent(passed, of: good)) : \(Self.percent(failed, of: bad)))"
            }
            return "\(passed) + \(failed) \(name)\(shares ?? "")\n"
        }
        text = [
            line(\.total, "in total (QC-passed reads + QC-failed reads)"),
            line(\.primary, "primary"),
            line(\.secondary, "secondary"),
            line(\.supplementary, "supplementary"),
            line(\.duplicates, "duplicates"),
            line(\.primaryDuplicates, "primary duplicates"),
            line(\.mapped, "mapped", of: \.total),
            line(\.primaryMapped, "primary mapped", of: \.primary),
            line(\.paired, "paired in sequencing"),
            line(\.first, "read1"),
            line(\.last, "read2"),
            line(\.properlyPaired, "properly paired", of: \.paired),
            line(\.bothMapped, "with itself and mate mapped"),
            line(\.singletons, "singletons", of: \.paired),
            line(\.mateElsewhere, "with mate mapped to a different chr"),
            line(\.mateElsewhereConfident, "with mate mapped to a different chr (mapQ>=5)"),
        ].joined()
    }

    /// samtools divides in single precision.
    private static func percent(_ part: Int, of whole: Int) -> String {
        whole == 0 ? "N/A" : String(format: "%.2f%%", Double(Float(part) / Float(whole)) * 100)
    }
}
