import Foundation

/// ``QualityControl`` in the format of `samtools stats` 1.16, as MultiQC and `plot-bamstats` read it.
///
/// Written are the summary numbers (`SN`), base qualities by cycle (`FFQ`, `LFQ`), GC (`GCF`, `GCL`), insert sizes (`IS`),
/// read lengths (`RL`, `FRL`, `LRL`) and coverage (`COV`). Left out are the checksums, bases by cycle and indels, and `is
/// sorted`, which says something of a file. Qualities of cycles beyond `SegmentProfile.cycles` are not written.
public struct StatsText: Sendable {
    /// The lines, each ended by a line feed.
    public let text: String

    /// Writes measures.
    public init(_ quality: QualityControl) {
        var lines = [
            "# This file was produced by samtools stats' rules in Helicase and can be plotted using plot-bamstats",
            "# Summary Numbers. Use `grep ^SN | cut -f 2-` to extract this part.",
        ]
        lines += Self.summary(quality)
        let columns = Self.columns(quality)
        lines += Self.qualities("FFQ", "First Fragment Qualities", quality.first, columns: columns)
        lines += Self.qualities("LFQ", "Last Fragment Qualities", quality.last, columns: columns)
        lines += Self.gc("GCF", "GC Content of first fragments", quality.first.gc)
        lines += Self.gc("GCL", "GC Content of last fragments", quality.last.gc)
        lines += Self.insertSizes(quality.insertSizes)
        lines += Self.lengths("RL", "Read lengths", quality.lengths)
        lines += Self.lengths("FRL", "Read lengths - first fragments", quality.first.lengths)
        lines += Self.lengths("LRL", "Read lengths - last fragments", quality.last.lengths)
        lines += Self.coverage(quality.depth.alignments)
        text = lines.map { $0 + "\n" }.joined()
    }

    private static func summary(_ quality: QualityControl) -> [String] {
        let (sums, first, last) = (quality.sums, quality.first, quality.last)
        let inserts = quality.insertSizes.summary
        func mean(_ profile: SegmentProfile) -> String {
            String(format: "%.0f", profile.reads == 0 ? 0 : Double(Float(profile.bases) / Float(profile.reads)))
        }
        // Bases of unknown quality have the 255 that BAM writes for it, as samtools counts them.
        let qualitySum = Double(sums.qualitySum + 255 * sums.basesWithoutQuality)
        let errors = sums.basesAligned == 0 ? 0 : Double(Float(sums.mismatches) / Float(sums.basesAligned))
        let proper = sums.reads == 0 ? 0 : Double(Float(100 * sums.properlyPaired) / Float(sums.reads))
        let numbers: [(String, String, String?)] = [
            ("raw total sequences", "\(sums.reads)", "excluding supplementary and secondary reads"),
            ("filtered sequences", "0", nil),
            ("sequences", "\(sums.reads)", nil),
            ("1st fragments", "\(first.reads)", nil),
            ("last fragments", "\(last.reads)", nil),
            ("reads mapped", "\(sums.mapped)", nil),
            ("reads mapped and paired", "\(sums.mappedPairs)", "paired-end technology bit set + both mates mapped"),
            ("reads unmapped", "\(sums.reads - sums.mapped)", nil),
            ("reads properly paired", "\(sums.properlyPaired)", "proper-pair bit set"),
            ("reads paired", "\(sums.paired)", "paired-end technology bit set"),
            ("reads duplicated", "\(sums.duplicates)", "PCR or optical duplicate bit set"),
            ("reads MQ0", "\(sums.mappingQualityZero)", "mapped and MQ=0"),
            ("reads QC failed", "\(sums.qualityFailed)", nil),
            ("non-primary alignments", "\(sums.secondary)", nil),
            ("supplementary alignments", "\(sums.supplementary)", nil),
            ("total length", "\(sums.bases)", "ignores clipping"),
            ("total first fragment length", "\(first.bases)", "ignores clipping"),
            ("total last fragment length", "\(last.bases)", "ignores clipping"),
            ("bases mapped", "\(sums.basesMapped)", "ignores clipping"),
            ("bases mapped (cigar)", "\(sums.basesAligned)", "more accurate"),
            ("bases trimmed", "0", nil),
            ("bases duplicated", "\(sums.basesDuplicated)", nil),
            ("mismatches", "\(sums.mismatches)", "from NM fields"),
            ("error rate", String(format: "%e", errors), "mismatches / bases mapped (cigar)"),
            ("average length", "\(sums.reads == 0 ? 0 : sums.bases / sums.reads)", nil),
            ("average first fragment length", mean(first), nil),
            ("average last fragment length", mean(last), nil),
            ("maximum length", "\(sums.longest)", nil),
            ("maximum first fragment length", "\(first.longest)", nil),
            ("maximum last fragment length", "\(last.longest)", nil),
            ("average quality", String(format: "%.1f", sums.bases == 0 ? 0 : qualitySum / Double(sums.bases)), nil),
            ("insert size average", String(format: "%.1f", inserts.mean), nil),
            ("insert size standard deviation", String(format: "%.1f", inserts.standardDeviation), nil),
            ("inward oriented pairs", "\(inserts.inward)", nil),
            ("outward oriented pairs", "\(inserts.outward)", nil),
            ("pairs with other orientation", "\(inserts.other)", nil),
            ("pairs on different chromosomes", "\(sums.mateElsewhere / 2)", nil),
            ("percentage of properly paired reads (%)", String(format: "%.1f", proper), nil),
        ]
        return numbers.map { name, value, comment in "SN\t\(name):\t\(value)\(comment.map { "\t# \($0)" } ?? "")" }
    }

    private static func header(_ section: String, _ title: String, _ columns: String = "") -> String {
        "# \(title). Use `grep ^\(section) | cut -f 2-` to extract this part.\(columns)"
    }

    /// One quality more than the highest, and 41 at least; all 256 where some are unknown.
    private static func columns(_ quality: QualityControl) -> Int {
        let profiles = [quality.first, quality.last]
        if profiles.contains(where: { $0.unknownQualitiesByCycle.maximum != nil }) { return 256 }
        let highest = profiles.flatMap { profile in
            profile.qualitiesByCycle.counts.indices.lazy.filter { profile.qualitiesByCycle[$0] > 0 }
                .map { $0 % SegmentProfile.qualities }
        }.max()
        return max(40, highest ?? 0) + 2
    }

    private static func qualities(
        _ section: String, _ title: String, _ profile: SegmentProfile, columns: Int
    ) -> [String] {
        let explanation = "# Columns correspond to qualities and rows to cycles. First column is the cycle number."
        let rows = (0..<min(profile.longest, SegmentProfile.cycles)).map { cycle in
            let counts = (0..<columns).map { quality in
                quality == 255
                    ? profile.unknownQualitiesByCycle[cycle]
                    : quality < SegmentProfile.qualities ? profile.count(cycle: cycle, quality: quality) : 0
            }
            return "\(section)\t\(cycle + 1)\t" + counts.map(String.init).joined(separator: "\t")
        }
        return [header(section, title), explanation] + rows
    }

    /// Steps of equal counts are one line at their middle.
    private static func gc(_ section: String, _ title: String, _ counts: CountHistogram) -> [String] {
        var lines = [header(section, title)]
        var previous = 0
        for step in 0..<SegmentProfile.gcSteps where counts[step] != counts[previous] {
            let middle = Double(step + previous) * 0.5 * 100 / Double(SegmentProfile.gcSteps - 1)
            lines.append("\(section)\t\(String(format: "%.2f", middle))\t\(counts[previous])")
            previous = step
        }
        return lines
    }

    private static func insertSizes(_ sizes: InsertSizes) -> [String] {
        let columns =
            " The columns are: insert size, pairs total, inward oriented pairs, outward oriented pairs, other pairs"
        return [header("IS", "Insert sizes", columns)]
            + (0..<sizes.summary.end).map { size in
                let (inward, outward, other) = sizes.pairs(size)
                return "IS\t\(size)\t\(inward + outward + other)\t\(inward)\t\(outward)\t\(other)"
            }
    }

    private static func lengths(_ section: String, _ title: String, _ counts: CountHistogram) -> [String] {
        [header(section, title, " The columns are: read length, count")]
            + counts.counts.indices.filter { counts[$0] > 0 }.map { "\(section)\t\($0)\t\(counts[$0])" }
    }

    private static func coverage(_ depths: CountHistogram) -> [String] {
        let rows = (1..<max(1, depths.counts.count)).filter { depths[$0] > 0 }.map { depth in
            depth == DepthDistribution.deepest
                ? "COV\t[\(depth - 1)<]\t\(depth - 1)\t\(depths[depth])"
                : "COV\t[\(depth)-\(depth)]\t\(depth)\t\(depths[depth])"
        }
        return [header("COV", "Coverage distribution")] + rows
    }
}
