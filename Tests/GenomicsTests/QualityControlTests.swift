import Foundation
import TestSupport
import Testing

@testable import Genomics

/// Measures of reads against samtools, which is run on the same file.
@Suite(.enabled(if: Tool.isInstalled("samtools"), "samtools is not installed"))
struct QualityControlTests {
    /// The measures of a file, shard by shard as encode makes them, with the flags as they stand.
    private func measure(_ path: String, contigs: [Contig]) throws -> QualityControl {
        let bins = GenomeBins(contigs: contigs)
        var shards: [GenomeBins.Shard: [BAMRecord]] = [:]
        for record in try Delivered(.alignments(path)).fragments.joined() {
            for shard in bins.shards(of: record) { shards[shard, default: []].append(record) }
        }
        var parts: [QualityControl] = []
        for (shard, records) in shards.sorted(by: { $0.key < $1.key }) {
            var part = QualityControl()
            switch shard {
            case .unplaced: part.measure(unplaced: records)
            case .bin(let contig, let index):
                let core = bins.range(contig: contig, index: index)
                part.measure(
                    records, contig: contigs[contig].name, core: core,
                    isLast: core.upperBound == contigs[contig].length, regions: nil)
            }
            // Measures travel as JSON.
            parts.append(try JSONDecoder().decode(QualityControl.self, from: JSONEncoder().encode(part)))
            #expect(parts.last == part)
        }
        var (forward, backward) = (QualityControl(), QualityControl())
        for part in parts { forward.add(part) }
        for part in parts.reversed() { backward.add(part) }
        #expect(forward == backward, "the order of the shards changes nothing")
        return forward
    }

    private func lines(_ text: String, _ sections: Set<Substring>) -> [Substring] {
        text.split(separator: "\n").filter { line in line.split(separator: "\t").first.map(sections.contains) ?? false }
    }

    /// Holds everything that is written against what samtools writes of the same file.
    private func compare(_ path: String, shards: Int) throws {
        let header = try #require(try ReadFile(.alignments(path), readGroup: "rg", reference: nil).header)
        let quality = try measure(path, contigs: header.contigs)
        #expect(GenomeBins(contigs: header.contigs).shards(of: header.contigs) >= shards, "records cross shards")
        let flagstat = String(decoding: try Tool.run("samtools", "flagstat", path), as: UTF8.self)
        #expect(FlagstatText(quality.flags).text == flagstat)

        let theirs = String(decoding: try Tool.run("samtools", "stats", path), as: UTF8.self)
        let ours = StatsText(quality).text
        // Of the summary numbers only `is sorted`, which is of a file, is not written.
        #expect(
            lines(ours, ["SN"]) == lines(theirs, ["SN"]).filter { !$0.hasPrefix("SN\tis sorted:") })
        for section in ["FFQ", "LFQ", "GCF", "GCL", "IS", "RL", "FRL", "LRL", "COV"] as [Substring] {
            #expect(lines(ours, [section]) == lines(theirs, [section]), "\(section)")
        }
    }

    @Test func `Records with every combination of flags, lengths and places count as samtools counts them`() throws {
        let folder = try ScratchFolder()
        try compare(folder.write("edge.sam", QualityCases.text), shards: 3)
    }

    @Test func `Simulated pairs count as samtools counts them, duplicates marked and other records among them`() throws
    {
        let folder = try ScratchFolder()
        let bam = folder.path("sorted.bam")
        try Tool.run(
            "samtools", "sort", "-o", bam, try folder.write("random.sam", QualityCases.random(seed: 5, pairs: 3000)))
        try compare(bam, shards: 3)
    }

    @Test(.enabled(if: HelicaseData.isThere, "no data folder; set HELICASE_DATA"))
    func `Real reads count as samtools counts them`() throws {
        let bam = HelicaseData.variants("illumina_na12878/NA12878.chr20_10.0-10.1Mb.52x.bam")
        try compare(bam, shards: 1)
    }

    @Test func `A sample without a read has files that say so`() throws {
        let folder = try ScratchFolder()
        let empty = try folder.write("empty.sam", "@SQ\tSN:c\tLN:40000\n")
        #expect(
            FlagstatText(FlagCounts()).text
                == String(decoding: try Tool.run("samtools", "flagstat", empty), as: UTF8.self))
        let theirs = String(decoding: try Tool.run("samtools", "stats", empty), as: UTF8.self)
        #expect(
            lines(StatsText(QualityControl()).text, ["SN"])
                == lines(theirs, ["SN"]).filter { !$0.hasPrefix("SN\tis sorted:") })
    }

    @Test func `A histogram that is no histogram is refused`() throws {
        for text in ["\"?\"", "\"gA==\"", "\"AA==\"", "\"//////////8BAQ==\"", "7"] {
            #expect(throws: DecodingError.self, "\(text)") {
                try JSONDecoder().decode(CountHistogram.self, from: Data(text.utf8))
            }
        }
    }
}

extension GenomeBins {
    fileprivate func shards(of contigs: [Contig]) -> Int {
        contigs.reduce(0) { $0 + ($1.length + size - 1) / size }
    }
}
