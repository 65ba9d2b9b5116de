import Commands
import Foundation
import Genomics
import Hashing
import Testing

@testable import helicase

/// `helicase simulate reads` and `helicase simulate profile`.
struct SimulateReadsTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "simulate-\(UUID().uuidString)")
    private let reference: String

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var random = SplitMix64(seed: 6)
        let bases = (0..<230_000).map { _ in Nucleotide.letters[random.index(below: 4)] }
        reference = folder.appending(path: "r.fa").path
        try ">c\n\(String(decoding: bases, as: UTF8.self))\n".write(
            toFile: reference, atomically: true, encoding: .utf8)
    }

    private func simulate(_ line: String, into name: String) async throws -> String {
        let output = folder.appending(path: name).path
        let words = ["simulate", "reads", "--reference", reference, "--sample", "S", "--output", output]
        let command = try CommandLineParser(CommandTree.root).parse(words + line.split(separator: " ").map(String.init))
        try await SimulateReads(command).run()
        return output
    }

    private func bytes(_ folder: String) throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        return try Dictionary(
            uniqueKeysWithValues: names.map {
                ($0, try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)")))
            })
    }

    @Test(arguments: ["--coverage 3 --paralogs 0.1 --contamination 0.1", "--coverage 3 --profile ontR10"])
    func `One worker and three leave the same bytes`(_ line: String) async throws {
        let one = try bytes(try await simulate(line + " --workers 1", into: "one"))
        let three = try bytes(try await simulate(line + " --workers 3", into: "three"))
        #expect(one.keys.sorted() == three.keys.sorted())
        #expect(one == three)
        #expect(one["S.bam"] != nil && one["S.bam.bai"] != nil && one["S.truth.vcf.gz"] != nil)
    }

    @Test func `A sample's variants are in its reads, phased in the truth`() async throws {
        let genome = try ReferenceGenome(path: reference)
        let base = String(decoding: try genome.bases(contig: 0, 99_999..<100_000), as: UTF8.self)
        let other = base == "A" ? "C" : "A"
        let path = folder.appending(path: "v.vcf").path
        try
            "##fileformat=VCFv4.3\n##contig=<ID=c>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tX\nc\t100000\t.\t\(base)\t\(other)\t.\t.\t.\tGT\t0/1\n"
            .write(toFile: path, atomically: true, encoding: .utf8)
        let output = try await simulate("--coverage 30 --profile hifi --variants \(path)", into: "sample")
        let truth = try VCFReader.variants(path: "\(output)/S.truth.vcf.gz")
        #expect(truth.count == 1 && truth[0].genotype?.isPhased == true)
        let file = try ReadFile(.alignments("\(output)/S.bam"), readGroup: "S", reference: genome)
        #expect(file.header?.readGroups.first?.platform == "PACBIO")
        var (with, without) = (Set<Int>(), Set<Int>())
        while let item = try file.next() {
            guard case .fragment(let records) = item else {
                Issue.record("\(item)")
                continue
            }
            for record in records where record.referenceRange.contains(99_999) {
                var (read, position) = (0, Int(record.position))
                for operation in record.cigar {
                    let length = Int(operation.length)
                    if operation.kind == .match, position <= 99_999, 99_999 < position + length,
                        let haplotype = BAMTags(record.tags).int("HP")
                    {
                        let shown = record.base(read + 99_999 - position)
                        if shown == Array(other.utf8)[0] { with.insert(haplotype) }
                        if shown == Array(base.utf8)[0] { without.insert(haplotype) }
                    }
                    if operation.kind.consumesRead { read += length }
                    if operation.kind.consumesReference { position += length }
                }
            }
        }
        let carrier = truth[0].genotype?.alleles == [1, 0] ? 1 : 2
        #expect(with == [carrier] && without == [3 - carrier])
    }

    @Test func `What cannot be simulated is refused`() async throws {
        func refused(_ line: String) async {
            await #expect(throws: (any Error).self) { _ = try await simulate(line, into: "no") }
        }
        await refused("--profile unknown")
        await refused("--profile hifi --read-length 150")
        await refused("--contamination 0.7")
        let path = folder.appending(path: "w.vcf").path
        let head = "##fileformat=VCFv4.3\n##contig=<ID=c>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
        for body in [
            "\n", "\tFORMAT\tX\nd\t5\t.\tA\tC\t.\t.\t.\tGT\t0/1\n",
            "\tFORMAT\tX\nc\t9\t.\tA\t<DEL>\t.\t.\t.\tGT\t0/1\n",
            "\tFORMAT\tX\nc\t9\t.\tACGTACGTACGTACGTACGT\tA\t.\t.\t.\tGT\t0/1\n",
        ] {
            try (head + body).write(toFile: path, atomically: true, encoding: .utf8)
            await refused("--variants \(path)")
        }
        let profile = folder.appending(path: "p.json").path
        try "{\"name\": 3}".write(toFile: profile, atomically: true, encoding: .utf8)
        await refused("--profile \(profile)")
    }

    @Test func `A profile is learned from a file and read again`() async throws {
        let output = try await simulate("--coverage 8 --profile hiSeq2000", into: "real")
        let path = folder.appending(path: "learned.json").path
        let line = [
            "simulate", "profile", "--alignments", "\(output)/S.bam", "--reference", reference, "--truth",
            "\(output)/S.truth.vcf.gz", "--output", path,
        ]
        try SimulateProfile(CommandLineParser(CommandTree.root).parse(line)).run()
        let profile = try ProfileChoice.profile(path)
        #expect(profile.readLength == 101 && profile.technology == .shortPairs)
        #expect(profile.learnedFrom.map(\.file) == ["S.bam"] && profile.learnedFrom[0].sha256.count == 64)
    }
}
