import Events
import Genomics
import Testing

/// Alignments of a shard as a BAM file of its own.
struct AlignmentBatchTests {
    private let contigs = (1...5).map { Contig(name: "chr\($0)", length: 1000 * $0) }
    private let groups = [ReadGroup(id: "lane1", sample: "NA12878", library: "lib1")]
    private var header: AlignmentHeader { AlignmentHeader(contigs: contigs, readGroups: groups) }
    private var index: [String: Int] {
        Dictionary(uniqueKeysWithValues: contigs.enumerated().map { ($1.name, $0) })
    }

    private func record(_ name: String, contig: Int32, mate: Int32 = -1, position: Int32 = 10) -> BAMRecord {
        BAMRecord(
            name: name.utf8, flags: contig < 0 ? [.unmapped] : [], referenceID: contig,
            position: contig < 0 ? -1 : position, mappingQuality: 60,
            cigar: contig < 0 ? [] : [CigarOperation(.match, 4)],
            mateReferenceID: mate, matePosition: mate < 0 ? -1 : 20, sequence: "ACGT".utf8, qualities: [30, 31, 32, 33])
    }

    @Test("Records come back as they were, and the file names only the contigs that they and their mates lie on")
    func roundTrip() throws {
        let records = [
            record("a", contig: 3), record("b", contig: 3, mate: 1), record("c", contig: -1),
            record("d", contig: 1, mate: 3),
        ]
        let bytes = try AlignmentBatch.encode(records, header: header)
        #expect(try BAMBatch.decode(bytes).header.contigs == [contigs[3], contigs[1]])
        #expect(try BAMBatch.decode(bytes).records.map(\.referenceID) == [0, 0, -1, 1])
        let decoded = try AlignmentBatch.decode(bytes, contigs: index)
        #expect(decoded.records == records)
        #expect(decoded.header.readGroups == groups)
        #expect(try AlignmentBatch.encode(records, header: header) == bytes)
    }

    @Test("A batch without records, or of unplaced reads alone, has no contigs")
    func withoutContigs() throws {
        for records in [[], [record("a", contig: -1)]] {
            let bytes = try AlignmentBatch.encode(records, header: header)
            #expect(try BAMBatch.decode(bytes).header.contigs.isEmpty)
            #expect(try AlignmentBatch.decode(bytes, contigs: index).records == records)
        }
    }

    @Test("Contigs are found by name, so a reader whose reference has another order reads the same places")
    func otherOrder() throws {
        let bytes = try AlignmentBatch.encode([record("a", contig: 4, mate: 2)], header: header)
        let decoded = try AlignmentBatch.decode(bytes, contigs: ["chr3": 0, "chr5": 7])
        #expect(decoded.records.map(\.referenceID) == [7])
        #expect(decoded.records.map(\.mateReferenceID) == [0])
    }

    @Test("A contig that the run's reference does not have is named")
    func unknownContig() throws {
        let bytes = try AlignmentBatch.encode([record("a", contig: 2)], header: header)
        let error = #expect(throws: GenomicsError.self) { try AlignmentBatch.decode(bytes, contigs: ["chr1": 0]) }
        #expect(error?.code == .referenceMismatch)
        #expect(error?.message.contains("chr3") == true)
    }

    @Test("Contig indexes outside the file's own header are refused", arguments: [1, 5, Int32.max, -2, Int32.min])
    func hostileIndexes(contig: Int32) throws {
        let own = AlignmentHeader(contigs: [contigs[0]], readGroups: [])
        for path in [\BAMRecord.referenceID, \BAMRecord.mateReferenceID] {
            var hostile = record("a", contig: 0)
            hostile[keyPath: path] = contig
            let bytes = try BAMBatch.encode(header: own, records: [record("b", contig: 0), hostile])
            let error = #expect(throws: GenomicsError.self) { try AlignmentBatch.decode(bytes, contigs: index) }
            #expect(error?.code == .malformed)
            #expect(error?.record == 2)
        }
    }

    @Test("Bytes that are cut short or damaged are errors")
    func damagedBytes() throws {
        let bytes = try AlignmentBatch.encode((0..<20).map { record("read\($0)", contig: 1) }, header: header)
        for length in [0, 1, 17, bytes.count / 2, bytes.count - 29] {
            #expect(throws: GenomicsError.self) {
                try AlignmentBatch.decode(Array(bytes.prefix(length)), contigs: index)
            }
        }
        var damaged = bytes
        damaged[bytes.count / 3] ^= 0x55
        #expect(throws: GenomicsError.self) { try AlignmentBatch.decode(damaged, contigs: index) }
    }
}
