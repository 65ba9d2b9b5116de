import Foundation
import Testing

@testable import Genomics

@Suite struct BAMBatchTests {
    static let header = AlignmentHeader(
        contigs: [Contig(name: "chr1", length: 1000), Contig(name: "chr2", length: 50)],
        readGroups: [ReadGroup(id: "rg", sample: "s")])

    static func record(_ number: Int, tags: [UInt8] = Array("RGZrg\0".utf8)) -> BAMRecord {
        BAMRecord(
            name: Array("read\(number)".utf8), flags: [], referenceID: Int32(number % 2), position: Int32(number % 40),
            mappingQuality: 60, cigar: [CigarOperation(.softClip, 1), CigarOperation(.match, 4)],
            sequence: Array("ACGTN".utf8), qualities: [30, 31, 32, 33, 2], tags: tags)
    }

    @Test func decodesWhatItEncodes() throws {
        let records = (0..<5000).map { Self.record($0) }
        for level in [0, 1, 6] {
            let bytes = try BAMBatch.encode(header: Self.header, records: records, level: level)
            #expect(try BAMBatch.encode(header: Self.header, records: records, level: level) == bytes)
            let batch = try BAMBatch.decode(bytes)
            #expect(batch.header == Self.header)
            #expect(batch.records == records)
        }
        let empty = try BAMBatch.decode(BAMBatch.encode(header: Self.header, records: []))
        #expect(empty.records.isEmpty && empty.header == Self.header)
    }

    @Test(.enabled(if: Tool.isInstalled("samtools"), "samtools is not installed"))
    func samtoolsReadsABatchAsItIs() throws {
        let folder = try ScratchFolder()
        let records = (0..<3).map { Self.record($0) }
        let path = try folder.write("batch.bam", BAMBatch.encode(header: Self.header, records: records))
        try Tool.run("samtools", "quickcheck", "-v", path)
        let text = String(decoding: try Tool.run("samtools", "view", path), as: UTF8.self)
        let lines = text.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[1] == "read1\t0\tchr2\t2\t60\t1S4M\t*\t0\t0\tACGTN\t?@AB#\tRG:Z:rg")
    }

    @Test func readsABatchThatSamtoolsWrote() throws {
        guard Tool.isInstalled("samtools") else { return }
        let folder = try ScratchFolder()
        let path = try folder.write("batch.bam", BAMBatch.encode(header: Self.header, records: [Self.record(1)]))
        try Tool.run("samtools", "view", "--no-PG", "-b", "-o", folder.path("again.bam"), path)
        let batch = try BAMBatch.decode([UInt8](Data(contentsOf: folder.url.appendingPathComponent("again.bam"))))
        #expect(batch.records == [Self.record(1)])
        #expect(batch.header == Self.header)
    }

    @Test func everyTruncationIsAnError() throws {
        let bytes = try BAMBatch.encode(header: Self.header, records: (0..<3).map { Self.record($0) })
        for length in 0..<bytes.count {
            #expect(throws: GenomicsError.self) { try BAMBatch.decode(Array(bytes[..<length])) }
        }
        #expect(throws: GenomicsError.self) { try BAMBatch.decode(bytes + [0]) }
        #expect(throws: GenomicsError.self) { try BAMBatch.decode(bytes + BGZFBytes.end.dropLast()) }
    }

    @Test func everyFlippedBitIsAnErrorOrHarmless() throws {
        let bytes = try BAMBatch.encode(header: Self.header, records: (0..<3).map { Self.record($0) })
        let whole = try BAMBatch.decode(bytes)
        var refused = 0
        for index in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[index] ^= 1 << UInt8(bit)
                do throws(GenomicsError) {
                    // Time, system and flags of the gzip header carry nothing.
                    #expect(try BAMBatch.decode(damaged).records == whole.records)
                } catch {
                    refused += 1
                }
            }
        }
        #expect(refused > bytes.count * 7)
    }

    @Test func everyDamagedByteInsideTheCompressionIsAnErrorOrARecord() throws {
        let payload = try BGZFBytes.decompress(
            try BAMBatch.encode(header: Self.header, records: (0..<3).map { Self.record($0) }))
        for index in payload.indices {
            for value in [0x00, 0x7f, 0x80, 0xff] as [UInt8] {
                var damaged = payload
                damaged[index] = value
                guard let batch = try? BAMBatch.decode(try BGZFBytes.compress(damaged, level: 0)) else { continue }
                for record in batch.records {
                    _ = (record.sequence, record.qualities, record.cigar, BAMTags(record.tags).string("RG"))
                }
            }
        }
    }

    @Test(
        "A malformed record is named by its number and field",
        arguments: ["refID", "tags", "pos", "block_size", "QNAME"])
    func namesTheRecord(field: String) throws {
        var bad = Self.record(2)
        switch field {
        case "refID": bad.referenceID = 2
        case "pos": bad.position = -2
        case "tags": bad.setTags(Array("NMi\u{1}".utf8))
        default: break
        }
        var bytes = try BAMBatch.encode(header: Self.header, records: [Self.record(1), bad])
        if field == "QNAME" {
            // A record whose name is only its closing zero.
            var bare = Array(bad.bytes[..<32]) + [0] + bad.bytes[(32 + bad.name.count + 1)...]
            bare[8] = 1
            bytes = try BAMBatch.encode(
                header: Self.header, records: [Self.record(1), try BAMRecord(validating: bare)])
        }
        if field == "block_size" {
            let payload = try BGZFBytes.decompress(bytes)
            bytes = try BGZFBytes.compress(Array(payload.dropLast()), level: 1)
        }
        let error = #expect(throws: GenomicsError.self) { try BAMBatch.decode(bytes) }
        #expect(error?.record == 2)
        #expect(error?.field == field)
    }

    @Test func whatIsNotBAMIsRefused() throws {
        for payload in ["", "BAM", "hello world, this is text", "BAM\u{1}\u{7f}\u{7f}\u{7f}\u{7f}"] {
            #expect(throws: GenomicsError.self) { try BAMBatch.decode(Array(payload.utf8)) }
            #expect(throws: GenomicsError.self) {
                try BAMBatch.decode(try BGZFBytes.compress(Array(payload.utf8), level: 1))
            }
        }
    }
}
