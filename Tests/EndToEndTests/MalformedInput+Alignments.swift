import Foundation
import Genomics
import TestSupport

extension MalformedInput {
    /// SAM and BAM files.
    static func alignmentFiles(_ reads: GoodReads) throws -> [MalformedInput] {
        let sample = reads.sample
        let bam = try sample.alignments(sorted: true)
        let count = 2 * sample.fragments.count
        // A joined molecule has a supplementary record besides.
        let records = try BAMBatch.decode(bam).records.count
        var damaged = bam
        damaged[bam.count / 2] ^= 0xff
        let elsewhere = AlignmentHeader(contigs: [Contig(name: "elsewhere", length: 20_000)], readGroups: [])
        let longer = AlignmentHeader(contigs: [Contig(name: "contig1", length: 19_000)], readGroups: [])
        return [
            .alignments("BAM, cut", Array(bam.dropLast(bam.count / 2)), .report(reads: -1, [anywhere("BGZF")])),
            .alignments(
                "BAM without its end marker", Array(bam.dropLast(28)),
                .report(reads: count, [Place(file: 0, record: records + 1, field: "BGZF")])),
            .alignments("BAM, damaged", damaged, .report(reads: -1, [anywhere("BGZF")])),
            .alignments(
                "BAM without reads",
                try BAMBatch.encode(
                    header: AlignmentHeader(contigs: [Contig(name: "contig1", length: 20_000)], readGroups: []),
                    records: []),
                .failure("no read of the input could be used")),
            .alignments(
                "BAM of another reference", try BAMBatch.encode(header: elsewhere, records: []), .failure("elsewhere")),
            .alignments(
                "BAM of another release of the reference", try BAMBatch.encode(header: longer, records: []),
                .failure("contig1 has 19000 bases in the header")),
            .alignments("FASTQ as alignments", reads.good, .failure("this is FASTQ")),
            .alignments(
                "garbage as alignments", Array(repeating: 0xee, count: 3000), .failure("neither SAM, BAM nor CRAM")),
            .alignments("an empty file as alignments", [], .failure("neither SAM, BAM nor CRAM")),
            .fastq("BAM as FASTQ", bam, .failure("BAM")),
        ] + samFiles()
    }

    private static func fastq(_ name: String, _ bytes: [UInt8], _ outcome: Outcome) -> Self {
        Self(name: name, files: [bytes], options: ["--fastq", "0"], outcome: outcome)
    }

    /// Somewhere in the first file.
    private static func anywhere(_ field: String) -> Place { Place(file: 0, record: -1, field: field) }

    /// SAM files of ten reads of which the fifth is malformed.
    private static func samFiles() -> [MalformedInput] {
        func sam(
            _ name: String, reads: Int = 9, _ field: String,
            _ change: (inout [String]) -> Void
        ) -> MalformedInput {
            var text = "@HD\tVN:1.6\tSO:unknown\n@SQ\tSN:contig1\tLN:20000\n"
            for number in 1...10 {
                let bases = String(repeating: "ACGTTGCA", count: 5)
                var columns = [
                    "r\(number)", "0", "contig1", "\(number * 100)", "60", "40M", "*", "0", "0", bases,
                    String(repeating: "I", count: 40),
                ]
                if number == 5 { change(&columns) }
                text += columns.joined(separator: "\t") + "\n"
            }
            return .alignments(
                name, Array(text.utf8), .report(reads: reads, [Place(file: 0, record: 5, field: field)]))
        }
        return [
            sam("SAM, a position that is no number", "POS") { $0[3] = "x" },
            sam("SAM, a position past the contig", "POS") { $0[3] = "19999" },
            sam("SAM, a flag that is no number", "FLAG") { $0[1] = "none" },
            sam("SAM, a contig that the header lacks", "RNAME") { $0[2] = "contig9" },
            sam("SAM, a CIGAR that is none", "CIGAR") { $0[5] = "40Q" },
            sam("SAM, a CIGAR that does not fit", "CIGAR") { $0[5] = "39M" },
            sam("SAM, a quality too few", "QUAL") { $0[10].removeLast() },
            sam("SAM, columns missing", "QUAL") { $0.removeLast(1) },
            sam("SAM, a zero in the name", "QNAME") { $0[0] = "r\0" },
            sam("SAM, a tag that is none", "tags") { $0.append("NM") },
        ]
    }
}
