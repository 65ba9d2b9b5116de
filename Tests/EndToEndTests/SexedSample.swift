import Foundation
import Genomics
import Hashing
import TestSupport

/// A man on an autosome, X and Y of random bases: reads of 2,000 bases without errors.
///
/// They lie nine deep on the first 60 kb of the autosome and six deep on the first 15 kb of X and Y, where every third kilobase has a
/// substitution: one copy on the autosome, on X and Y the only one. Elsewhere they are sparse, but tell the sex.
struct SexedSample {
    let folder: URL
    let reference: String
    /// The reads, sorted, as BAM.
    let alignments: String
    /// A panel: the sample's alleles, others that it has not, one where no reads are, one on Y.
    let panel: String

    private static let length = 2000
    private static let contigs = [
        (name: "chr1", length: 1_060_000, deep: 60_000, steps: (222, 1333)),
        (name: "chrX", length: 120_000, deep: 15_000, steps: (333, 4000)),
        (name: "chrY", length: 120_000, deep: 15_000, steps: (333, 4000)),
    ]
    /// No read begins on the autosome from here on.
    private static let end = 1_020_000

    init() async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "sexed-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Program.atExit("rm -rf \"$0\"", [folder.path])
        reference = folder.appending(path: "reference.fa").path
        alignments = folder.appending(path: "reads.bam").path
        panel = folder.appending(path: "panel.vcf").path
        var (fasta, records, sites): (String, [BAMRecord], [String]) = ("", [], [])
        for (index, (name, length, deep, steps)) in Self.contigs.enumerated() {
            let bases = PileupFixture.reference(length, seed: UInt64(41 + index))
            fasta += ">\(name)\n" + PileupFixture.text(bases) + "\n"
            var changed = bases
            for place in stride(from: 1500, to: deep, by: 3000) {
                changed[place] = Self.next(bases[place])
                let other = Self.next(changed[place])
                let line = "\(name)\t\(place + 1)\t.\t\(PileupFixture.text([bases[place]]))\t"
                sites.append(line + PileupFixture.text([changed[place]]))
                // An allele that the reads do not show.
                if place % 2 == 0, other != bases[place] { sites.append(line + PileupFixture.text([other])) }
            }
            let starts =
                Array(stride(from: 0, to: deep, by: steps.0))
                + stride(from: 77, to: min(length, Self.end) - Self.length, by: steps.1)
            for (number, start) in starts.sorted().enumerated() {
                let haplotype = index == 0 && number % 2 == 0 ? bases : changed
                records.append(
                    BAMRecord(
                        name: Array("\(name)-\(number)".utf8), flags: number % 4 < 2 ? [] : .reverse,
                        referenceID: Int32(index), position: Int32(start), mappingQuality: 60,
                        cigar: [CigarOperation(.match, UInt32(Self.length))],
                        sequence: Array(haplotype[start..<(start + Self.length)]),
                        qualities: Array(repeating: 35, count: Self.length)))
            }
            if index == 0 {
                let place = Self.end + 20_000
                sites.append(
                    "\(name)\t\(place + 1)\t.\t\(PileupFixture.text([bases[place]]))\t"
                        + PileupFixture.text([Self.next(bases[place])]))
            }
        }
        try fasta.write(toFile: reference, atomically: true, encoding: .utf8)
        let contigs = try ReferenceGenome(path: reference).contigs
        let plain = AlignmentHeader(contigs: contigs, readGroups: [ReadGroup(id: "S", sample: "S")])
        let lines = plain.text.split(separator: "\n").filter { !$0.hasPrefix("@HD") }
        let header = try AlignmentHeader(text: (["@HD\tVN:1.6\tSO:coordinate"] + lines).joined(separator: "\n") + "\n")
        try Data(BAMBatch.encode(header: header, records: records)).write(to: URL(filePath: alignments))
        let head = "##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        try (head + sites.map { $0 + "\t.\t.\t.\n" }.joined()).write(toFile: panel, atomically: true, encoding: .utf8)
    }

    private static func next(_ base: UInt8) -> UInt8 {
        let letters = Array("ACGT".utf8)
        return letters[((letters.firstIndex(of: base) ?? 0) + 1) % 4]
    }
}
