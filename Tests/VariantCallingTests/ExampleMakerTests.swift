import Genomics
import Hashing
import Testing
import VariantCalling

/// From the reads of a shard to its examples.
struct ExampleMakerTests {
    private let folder: ScratchFolder
    private let maker: ExampleMaker
    private let bases: [UInt8]
    private let shard = GenomeBins.Shard.bin(contig: 0, index: 0)

    init() throws {
        folder = try ScratchFolder()
        let text = Fixture.bases(3000, seed: 9)
        bases = Array(text.utf8)
        maker = ExampleMaker(reference: try folder.reference([("chr1", text)]))
    }

    /// Thirty reads over position 1500, every second one with another base there, and a duplicate of the first.
    private var reads: [BAMRecord] {
        func read(_ name: String, _ number: Int) -> BAMRecord {
            let start = 1410 + 3 * number
            var sequence = Array(bases[start..<(start + 100)])
            if number % 2 == 0 { sequence[1499 - start] = substitute }
            return BAMRecord(
                name: name.utf8, flags: number % 3 == 0 ? [.reverse] : [], referenceID: 0, position: Int32(start),
                mappingQuality: 60, cigar: [CigarOperation(.match, 100)], sequence: sequence,
                qualities: [UInt8](repeating: 35, count: 100))
        }
        return (0..<30).map { read("read\($0)", $0) } + [read("copy", 0)]
    }

    private var substitute: UInt8 { bases[1499] == UInt8(ascii: "A") ? UInt8(ascii: "C") : UInt8(ascii: "A") }

    private func examples(_ records: [BAMRecord], regions: BED? = nil) throws -> ShardExamples {
        try maker.examples(of: shard, records: records, readGroups: [], regions: regions)
    }

    @Test("A difference that half of the reads show is a candidate, and a duplicate is not counted")
    func candidate() throws {
        let made = try examples(reads)
        let candidate = try #require(made.candidates.first)
        #expect(made.candidates.count == 1)
        #expect(made.features.count == CandidateEncoder.valuesPerCandidate)
        #expect(candidate.contig == "chr1")
        #expect(candidate.position == 1500)
        #expect(candidate.alternate == String(decoding: [substitute], as: UTF8.self))
        #expect((candidate.depth, candidate.alternateDepth, candidate.referenceDepth) == (30, 15, 15))
        #expect(made.summary.callability?.contig == "chr1")
    }

    @Test("Equal sets of reads give equal examples in any order")
    func order() throws {
        let expected = try examples(reads).parts(limit: 8)
        var random = SplitMix64(seed: 1)
        for records in [reads.reversed(), reads.shuffled(using: &random), reads.shuffled(using: &random)] {
            #expect(try examples(records).parts(limit: 8) == expected)
        }
    }

    @Test("Outside the regions nothing is a candidate")
    func regions() throws {
        #expect(try examples(reads, regions: BED([("chr1", 1499..<1500)])).candidates.count == 1)
        #expect(try examples(reads, regions: BED([("chr1", 0..<1499), ("chr1", 1500..<3000)])).candidates.isEmpty)
    }

    @Test("Reads without a position are counted, and a contig beyond the reference is an error")
    func otherShards() throws {
        let lost = BAMRecord(name: "lost".utf8, flags: [.unmapped], sequence: "ACGT".utf8, qualities: [])
        let made = try maker.examples(of: .unplaced, records: [lost, lost], readGroups: [], regions: nil)
        #expect(made.summary == ShardSummary(callability: nil, unplacedReads: 2))
        #expect(made.parts(limit: 8).map(\.count) == [0])
        #expect(throws: GenomicsError.self) {
            try maker.examples(of: .bin(contig: 1, index: 0), records: [], readGroups: [], regions: nil)
        }
        #expect(try examples([]).candidates.isEmpty)
    }
}
