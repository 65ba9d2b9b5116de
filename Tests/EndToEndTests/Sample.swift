import Foundation
import Genomics
import Hashing
import Simulation
import TestSupport

/// A small sample whose reads are simulated: two random contigs, a variant about every 400 bases, pairs of 101 bases.
///
/// The same seed gives the same files, so every test and every broker see the same reads.
struct Sample: Sendable {
    let folder: URL
    /// The FASTA file.
    let reference: String
    /// All pairs, unaligned, first mate first.
    let fragments: [[BAMRecord]]

    /// The sample of most tests: some 4,000 pairs.
    static let shared = Task { try Sample(lengths: [100_000, 36_000], coverage: 6) }

    init(lengths: [Int], coverage: Double, seed: UInt64 = 20) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "sample-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Program.atExit("rm -rf \"$0\"", [folder.path])
        var random = SplitMix64(seed: seed)
        var fasta = ""
        var fragments: [[BAMRecord]] = []
        for (index, length) in lengths.enumerated() {
            let name = "contig\(index + 1)"
            let bases = (0..<length).map { _ in Self.letters[Int(random.next() % 4)] }
            fasta += ">\(name)\n" + String(decoding: bases, as: UTF8.self) + "\n"
            let simulator = ReadSimulator(
                contig: name, window: ReferenceWindow(start: 0, bases: bases),
                variants: Self.variants(of: bases, contig: name, with: &random), profile: .hiSeq2000,
                coverage: coverage, seed: seed + UInt64(index), readGroup: "S")
            fragments += (0..<simulator.count).compactMap { simulator.fragment($0)?.records }
        }
        // A sequencer's order knows nothing of the genome.
        fragments.shuffle(using: &random)
        self.fragments = fragments
        reference = folder.appending(path: "reference.fa").path
        try fasta.write(toFile: reference, atomically: true, encoding: .utf8)
    }

    private static let letters = Array("ACGT".utf8)

    private static func variants(of bases: [UInt8], contig: String, with random: inout SplitMix64) -> [Variant] {
        stride(from: 300, to: bases.count - 300, by: 400).map { start in
            let place = start + Int(random.next() % 300)
            let reference = String(decoding: [bases[place]], as: UTF8.self)
            let other = letters.filter { $0 != bases[place] }[Int(random.next() % 3)]
            let alternate = String(decoding: [other], as: UTF8.self)
            let isInsertion = random.next() % 8 == 0
            return Variant(
                contig: contig, position: place + 1, reference: reference,
                alternates: [isInsertion ? reference + alternate : alternate],
                genotype: Genotype(random.next() % 2 == 0 ? [0, 1] : [1, 1]))
        }
    }

    /// The reads of one mate as FASTQ.
    func fastq(mate: Int) -> [UInt8] { fragments.flatMap { Self.fastq($0[mate]) } }

    /// The mates one after the other as FASTQ.
    var interleaved: [UInt8] { fragments.flatMap { $0.flatMap(Self.fastq) } }

    static func fastq(_ read: BAMRecord) -> [UInt8] {
        var text = Array("@".utf8)
        text += read.name
        text += "\n".utf8
        text += read.sequence
        text += "\n+\n".utf8
        text += read.qualities.map { $0 + 33 }
        text += "\n".utf8
        return text
    }

    /// The reads mapped, as a BAM file: sorted by coordinate, or in the order of the sequencer.
    func alignments(sorted: Bool) throws -> [UInt8] {
        let reference = try ReferenceGenome(path: reference)
        let mapper = try ReadMapper(reference: reference, preset: .shortReads)
        var records = try fragments.flatMap { try mapper.map($0) }
        let plain = AlignmentHeader(contigs: reference.contigs, readGroups: [ReadGroup(id: "S", sample: "S")])
        guard sorted else { return try BAMBatch.encode(header: plain, records: records) }
        // BAM's order: by contig and position, reads without a place last.
        func key(_ record: BAMRecord) -> (UInt32, Int32) {
            (UInt32(bitPattern: record.referenceID), record.position)
        }
        records.sort { key($0) < key($1) }
        let lines = plain.text.split(separator: "\n").filter { !$0.hasPrefix("@HD") }
        let header = try AlignmentHeader(text: (["@HD\tVN:1.6\tSO:coordinate"] + lines).joined(separator: "\n") + "\n")
        return try BAMBatch.encode(header: header, records: records)
    }

    /// Writes a file beside the reference, once; returns its path.
    func file(_ name: String, _ bytes: @autoclosure () throws -> [UInt8]) throws -> String {
        let path = folder.appending(path: name).path
        if !FileManager.default.fileExists(atPath: path) { try Data(bytes()).write(to: URL(filePath: path)) }
        return path
    }

    /// The bytes compressed by gzip.
    func gzip(_ bytes: [UInt8]) async throws -> [UInt8] {
        let file = folder.appending(path: "\(UUID().uuidString)")
        try Data(bytes).write(to: file)
        let gzip = try await Program.run(["gzip", file.path])
        guard gzip.status == 0 else { throw StackError(gzip.errors) }
        return Array(try Data(contentsOf: file.appendingPathExtension("gz")))
    }
}
