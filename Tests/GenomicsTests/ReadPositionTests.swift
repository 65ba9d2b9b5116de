import Foundation
import Genomics
import Testing

/// Reading that goes on where another reader was.
@Suite("Positions in reads")
struct ReadPositionTests {
    private static let records = 5000

    private static func fastq(_ suffix: String, skipping: Set<Int> = []) -> [UInt8] {
        // The mates of a fragment have other bases.
        let mate = suffix.hasSuffix("2") ? 1 : 0
        var text = ""
        for number in 0..<records where !skipping.contains(number) {
            let length = 30 + number % 70
            let bases = (0..<length).map { ["A", "C", "G", "T"][(number * 7 + $0 * $0 + mate) % 4] }.joined()
            text += "@read\(number)\(suffix)\n\(bases)\n+\n\(String(repeating: "I", count: length))\n"
        }
        return Array(text.utf8)
    }

    private func file(_ bytes: [UInt8], compressedBy program: String? = nil) throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "position-\(UUID().uuidString)").path
        try Data(bytes).write(to: URL(filePath: path))
        guard let program else { return path }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program, "--force", path]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return path + ".gz"
    }

    /// Reads everything, and from every position that was met on the way, what is left.
    private func check(_ source: ReadSource, reference: ReferenceGenome? = nil) throws {
        func open() throws -> ReadFile { try ReadFile(source, readGroup: "S", reference: reference) }
        let whole = try open()
        var items: [ReadFile.Item] = []
        var positions: [(count: Int, position: ReadPosition)] = []
        while let item = try whole.next() {
            items.append(item)
            if items.count % 499 == 0, let position = whole.position { positions.append((items.count, position)) }
        }
        #expect(positions.count >= 3)
        for (count, position) in positions {
            let later = try open()
            let decoded = try JSONDecoder().decode(ReadPosition.self, from: JSONEncoder().encode(position))
            #expect(later.resume(at: decoded))
            var rest: [ReadFile.Item] = []
            while let item = try later.next() { rest.append(item) }
            let isSame = rest == Array(items[count...])
            #expect(isSame, "from item \(count)")
        }
    }

    @Test("FASTQ is gone on with from anywhere", arguments: [nil, "gzip", "bgzip"])
    func single(_ program: String?) throws {
        try check(.fastq(path: file(Self.fastq(""), compressedBy: program)))
    }

    @Test("So are pairs, whose files may be compressed differently, and lack reads")
    func pairs() throws {
        let first = try file(Self.fastq("/1"), compressedBy: "bgzip")
        let second = try file(Self.fastq("/2", skipping: [700, 2000]), compressedBy: "gzip")
        try check(.pairedFASTQ(first, second))
    }

    @Test("So are interleaved pairs")
    func interleaved() throws {
        let lines = String(decoding: Self.fastq(""), as: UTF8.self).split(separator: "\n")
        var text = ""
        for start in stride(from: 0, to: lines.count, by: 4) {
            let record = lines[start..<(start + 4)].joined(separator: "\n") + "\n"
            text += record + record
        }
        try check(.interleavedFASTQ(file(Array(text.utf8), compressedBy: "bgzip")))
    }

    @Test("So is BAM, by its virtual offset")
    func bam() throws {
        let header = AlignmentHeader(contigs: [Contig(name: "c", length: 1_000_000)], readGroups: [])
        let records = (0..<Self.records).map { (number: Int) -> BAMRecord in
            BAMRecord(
                name: Array("r\(number)".utf8), flags: [], referenceID: 0, position: Int32(number * 100),
                cigar: [CigarOperation(.match, 50)], sequence: Array(repeating: UInt8(ascii: "A"), count: 50),
                qualities: Array(repeating: UInt8(number % 40), count: 50))
        }
        try check(.alignments(file(BAMBatch.encode(header: header, records: records))))
    }

    @Test("A file that is shorter than it was cannot be gone on with")
    func shorter() throws {
        let bytes = Self.fastq("")
        let whole = try ReadFile(.fastq(path: file(bytes)), readGroup: "S", reference: nil)
        while try whole.next() != nil, whole.position?.places[0].record ?? 0 < 4000 {}
        let position = try #require(whole.position)
        let short = try ReadFile(
            .fastq(path: file(Array(bytes.prefix(1000)), compressedBy: "gzip")), readGroup: "S", reference: nil)
        #expect(!short.resume(at: position))
    }
}
