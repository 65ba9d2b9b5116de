import Foundation
import TestSupport
import Testing

@testable import Genomics

@Suite struct ReadMapperTests {
    /// A genome of 20,000 random bases in which every place is unlike every other.
    struct Genome {
        let folder: ScratchFolder
        let bases: [UInt8]
        let reference: ReferenceGenome
        let mapper: ReadMapper

        init(preset: ReadMapper.Preset = .shortReads) throws {
            var state: UInt64 = 7
            bases = (0..<20_000).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Array("ACGT".utf8)[Int(state >> 62)]
            }
            folder = try ScratchFolder()
            var text = Array(">chrA\n".utf8)
            text += bases[..<15_000]
            text += "\n>chrB\n".utf8
            text += bases[15_000...]
            text.append(0x0a)
            reference = try ReferenceGenome(path: try folder.write("g.fa", text))
            mapper = try ReadMapper(reference: reference, preset: preset)
        }

        func read(
            _ range: Range<Int>, reverse: Bool = false, name: String = "q", flags: BAMRecord.Flags = [.unmapped]
        ) -> BAMRecord {
            let sequence = Array(bases[range])
            return BAMRecord(
                name: Array(name.utf8), flags: flags,
                sequence: reverse ? MapperQuery.reverseComplement(sequence) : sequence,
                qualities: sequence.indices.map { UInt8(10 + $0 % 30) }, tags: Array("RGZrg\0RXZACGT\0".utf8))
        }
    }

    private static func cigar(_ record: BAMRecord) -> String {
        record.cigar.map { "\($0.length)\(Array("MIDNSHP=X")[Int($0.kind.rawValue)])" }.joined()
    }

    @Test func aSingleReadOnEitherStrandFindsItsPlace() throws {
        let genome = try Genome()
        for isReverse in [false, true] {
            let input = genome.read(1000..<1100, reverse: isReverse)
            let records = try genome.mapper.map([input])
            #expect(records.count == 1)
            let record = records[0]
            #expect(record.referenceID == 0 && record.position == 1000 && Self.cigar(record) == "100M")
            #expect(record.mappingQuality == 60)
            #expect(record.flags == (isReverse ? [.reverse] : []))
            #expect(record.sequence == Array(genome.bases[1000..<1100]))
            #expect(Array(record.qualities) == (isReverse ? input.qualities.reversed() : Array(input.qualities)))
            let tags = BAMTags(record.tags)
            #expect(tags.string("RG") == "rg" && tags.string("RX") == "ACGT" && tags.int("NM") == 0)
            #expect(tags.int("AS") == 200 && tags.string("MC") == nil && tags.int("ms") == nil)
        }
    }

    @Test func mismatchesAndGapsAreCounted() throws {
        let genome = try Genome()
        var bases = Array(genome.bases[2000..<2150])
        bases[50] = BaseCode.complement(ofASCII: bases[50])
        bases.removeSubrange(100..<103)
        let read = BAMRecord(name: Array("q".utf8), flags: [.unmapped], sequence: bases, qualities: [])
        let record = try genome.mapper.map([read])[0]
        #expect(record.position == 2000 && record.referenceSpan == 150)
        #expect(record.cigar.contains { $0.kind == .deletion && $0.length == 3 })
        #expect(BAMTags(record.tags).int("NM") == 4)
        #expect(record.qualities.allSatisfy { $0 == 0xff })
    }

    @Test func matesFaceEachOtherAndKnowOfOneAnother() throws {
        let genome = try Genome()
        let first = genome.read(3000..<3100, flags: FASTQRecord.first)
        let second = genome.read(3250..<3350, reverse: true, flags: FASTQRecord.second)
        let records = try genome.mapper.map([first, second])
        #expect(records.map(\.flags.rawValue) == [99, 147])
        #expect(records.map(\.position) == [3000, 3250])
        #expect(records.map(\.matePosition) == [3250, 3000])
        #expect(records.map(\.mateReferenceID) == [0, 0])
        #expect(records.map(\.templateLength) == [350, -350])
        #expect(records.map(Self.cigar) == ["100M", "100M"])
        #expect(records[1].sequence == Array(genome.bases[3250..<3350]))
        for (record, mate) in [(records[0], second), (records[1], first)] {
            let tags = BAMTags(record.tags)
            #expect(tags.string("MC") == "100M" && tags.int("MQ") == 60)
            #expect(tags.int("ms") == mate.qualities.reduce(0) { $1 >= 15 ? $0 + Int($1) : $0 })
        }
    }

    @Test func matesInTheOtherOrderAreTurnedBack() throws {
        let genome = try Genome()
        let records = try genome.mapper.map([
            genome.read(3250..<3350, reverse: true, flags: FASTQRecord.first),
            genome.read(3000..<3100, flags: FASTQRecord.second),
        ])
        #expect(records.map(\.flags.rawValue) == [83, 163])
        #expect(records.map(\.position) == [3250, 3000])
        #expect(records.map(\.templateLength) == [-350, 350])
        #expect(records[0].sequence == Array(genome.bases[3250..<3350]))
    }

    @Test func aReadThatDoesNotMapStaysWithItsMate() throws {
        let genome = try Genome()
        let foreign = BAMRecord(
            name: Array("q".utf8), flags: FASTQRecord.second, sequence: [UInt8](repeating: 0x41, count: 80),
            qualities: [UInt8](repeating: 20, count: 80))
        let records = try genome.mapper.map([genome.read(16_000..<16_100, reverse: true), foreign])
        #expect(records.map(\.flags.rawValue) == [89, 165])
        #expect(records.map(\.referenceID) == [1, 1] && records.map(\.position) == [1000, 1000])
        #expect(records.map(\.mateReferenceID) == [1, 1] && records.map(\.matePosition) == [1000, 1000])
        #expect(
            records.map(\.templateLength) == [0, 0] && records[1].cigarCount == 0 && records[1].mappingQuality == 0)
        #expect(BAMTags(records[0].tags).string("MC") == nil && BAMTags(records[0].tags).int("ms") == 1600)
        #expect(BAMTags(records[1].tags).string("MC") == "100M")

        let neither = try genome.mapper.map([foreign, foreign])
        #expect(neither.map(\.flags.rawValue) == [77, 141])
        #expect(neither.map(\.position) == [-1, -1] && neither.map(\.referenceID) == [-1, -1])
        let single = try genome.mapper.map([foreign])
        #expect(single.map(\.flags.rawValue) == [4])
    }

    @Test func endsThatDoNotAlignAreClipped() throws {
        let genome = try Genome()
        var bases = Array(genome.bases[5000..<5120])
        bases.replaceSubrange(90..., with: [UInt8](repeating: 0x41, count: 30))
        let read = BAMRecord(
            name: Array("q".utf8), flags: [.unmapped], sequence: MapperQuery.reverseComplement(bases),
            qualities: [UInt8](repeating: 30, count: 120))
        let record = try genome.mapper.map([read])[0]
        #expect(record.position == 5000 && record.flags == [.reverse])
        #expect(record.cigar.last?.kind == .softClip && record.sequence == bases)
    }

    @Test func aChimericReadHasASupplementaryRecord() throws {
        let genome = try Genome(preset: .hifi)
        let sequence =
            Array(genome.bases[1000..<3000]) + MapperQuery.reverseComplement(Array(genome.bases[16_000..<17_500]))
        let read = BAMRecord(
            name: Array("q".utf8), flags: [.unmapped], sequence: sequence,
            qualities: [UInt8](repeating: 30, count: sequence.count))
        let records = try genome.mapper.map([read])
        #expect(records.count == 2)
        let (primary, part) = (records[0], records[1])
        #expect(primary.flags == [] && part.flags == [.reverse, .supplementary])
        #expect(primary.position == 1000 && part.referenceID == 1)
        #expect(primary.sequence == sequence && part.sequenceLength < 1600)
        #expect(part.cigar.contains { $0.kind == .hardClip } && !part.cigar.contains { $0.kind == .softClip })
        #expect(
            part.sequence
                == Array(genome.bases[(15_000 + Int(part.position))..<(15_000 + part.referenceRange.upperBound)]))
        #expect(BAMTags(primary.tags).string("SA")?.hasPrefix("chrB,\(part.position + 1),-,") == true)
        #expect(BAMTags(part.tags).string("SA")?.hasPrefix("chrA,1001,+,") == true)
    }

    @Test func whatMapsNowhereOrIsOddIsNoTrouble() throws {
        let genome = try Genome()
        #expect(try genome.mapper.map([]).isEmpty)
        let odd: [[UInt8]] = [[], [0x41], [UInt8](repeating: 0x4e, count: 500), Array("RYSWKMBDHVN".utf8)]
        for sequence in odd {
            let read = BAMRecord(name: [0x71], flags: [.unmapped], sequence: sequence, qualities: [])
            #expect(try genome.mapper.map([read])[0].flags == [.unmapped])
            let pair = try genome.mapper.map([read, genome.read(100..<200)])
            #expect(pair.map(\.flags.rawValue) == [69, 137])
        }
        let one = genome.read(0..<100)
        #expect(throws: GenomicsError.self) { try genome.mapper.map([one, one, one]) }
    }

    @Test func mappedRecordsMapToThemselves() throws {
        let genome = try Genome()
        let once = try genome.mapper.map([
            genome.read(3000..<3100, flags: FASTQRecord.first),
            genome.read(3250..<3350, reverse: true, flags: FASTQRecord.second),
        ])
        #expect(try genome.mapper.map(once) == once)
    }

    @Test func aChangedReferenceIsRefused() throws {
        let folder = try ScratchFolder()
        let path = try folder.write("r.fa", ">a\nACGTACGTAC\n>b\nACGTACGTAC\n")
        let genome = try ReferenceGenome(path: path)
        _ = try folder.write("r.fa", ">a\nACGTACGTAC\n>c\nACGTACGTACGT\n")
        let error = #expect(throws: GenomicsError.self) { try ReadMapper(reference: genome, preset: .shortReads) }
        #expect(error?.code == .referenceMismatch)
    }

    @Test(.enabled(if: HelicaseData.isThere && Tool.isInstalled("samtools"), "HELICASE_DATA or samtools is missing"))
    func realReadsMapWhereBWAMappedThem() throws {
        let reference = try ReferenceGenome(path: HelicaseData.variants("hg19.chr20.masked.fa.gz"))
        let mapper = try ReadMapper(reference: reference, preset: .shortReads)
        let folder = HelicaseData.variants("illumina_na12878/NA12878.R")
        let reads = try Delivered(.pairedFASTQ(folder + "1.fastq.gz", folder + "2.fastq.gz"))
        #expect(reads.problems.isEmpty && reads.fragments.count == 25_839)

        var truth: [Data: Int32] = [:]
        let bam = try Delivered(
            .alignments(HelicaseData.variants("illumina_na12878/NA12878.chr20_10.0-10.1Mb.52x.bam")))
        for records in bam.fragments where records[0].mappingQuality >= 20 {
            truth[Self.key(records[0])] = records[0].position
        }

        let fragments = Array(reads.fragments.prefix(3000))
        let templates = Mapped(mapper, fragments, threads: 2)
        let records = templates.records.flatMap { $0 }
        let primary = records.filter { !$0.flags.contains(.supplementary) }
        #expect(primary.count == 6_000)
        let mapped = primary.filter { !$0.flags.contains(.unmapped) }
        #expect(Double(mapped.count) / Double(primary.count) >= 0.98)
        let compared = mapped.filter { $0.mappingQuality >= 20 }.compactMap { record in
            truth[Self.key(record)].map { $0 == record.position || Self.unclipped(record) == $0 }
        }
        #expect(compared.count > 5_500)
        #expect(Double(compared.count { $0 }) / Double(compared.count) > 0.95)

        // The same on one thread, in another order.
        #expect(
            Mapped(mapper, fragments.prefix(500).reversed(), threads: 1).records
                == templates.records.prefix(500).reversed())

        try Self.checkWithSamtools(records, reference)
    }

    @Test(.enabled(if: HelicaseData.isThere, "HELICASE_DATA names no data"))
    func realNanoporeReadsMapWhereTheyWere() throws {
        let reference = try ReferenceGenome(path: HelicaseData.variants("GRCh38.chr20_chr21.first10Mb.fa.gz"))
        let mapper = try ReadMapper(reference: reference, preset: .nanopore)
        let bam = HelicaseData.variants("ont_hg002/HG002.ONT_R10.chr20_5.05-5.075Mb.bam")
        let reads = try Delivered(.alignments(bam), reference: reference).fragments
            .filter { $0[0].flags.isDisjoint(with: [.secondary, .supplementary]) }.prefix(20)
        let agreeing = try reads.count { read in
            let mapped = try mapper.map(read)[0]
            return mapped.referenceID == read[0].referenceID && mapped.flags == read[0].flags
                && abs(mapped.position - read[0].position) <= 10
        }
        #expect(agreeing >= 19)
    }

    /// `samtools` finds the file sound, its `calmd` counts the same NM, and its `fixmate -m` sets the same mate fields.
    private static func checkWithSamtools(_ records: [BAMRecord], _ reference: ReferenceGenome) throws {
        let folder = try ScratchFolder()
        let header = AlignmentHeader(contigs: reference.contigs, readGroups: [ReadGroup(id: "rg", sample: "s")])
        let path = try folder.write("m.bam", try BAMBatch.encode(header: header, records: records))
        try Tool.run("samtools", "quickcheck", path)
        let recounted = folder.path("md.bam")
        try Data(try Tool.run("samtools", "calmd", "-b", path, reference.path)).write(
            to: URL(fileURLWithPath: recounted))
        let fixed = folder.path("fixed.bam")
        try Tool.run("samtools", "fixmate", "-m", path, fixed)
        for (name, tags) in [(recounted, ["NM"]), (fixed, ["MC", "MQ", "ms", "NM"])] {
            // fixmate may put a supplementary record before its primary one.
            let ours = records.filter { !$0.flags.contains(.supplementary) }
            let theirs = try Delivered(.alignments(name)).fragments.map { $0[0] }
                .filter { !$0.flags.contains(.supplementary) }
            #expect(theirs.map(\.name) == ours.map(\.name))
            let different = zip(ours, theirs).count { one, two in
                let (a, b) = (BAMTags(one.tags), BAMTags(two.tags))
                // For an unmapped mate fixmate writes MC:Z:*, where bwa and we write none.
                return one.flags != two.flags || one.matePosition != two.matePosition
                    || one.templateLength != two.templateLength
                    || tags.contains { a.int($0) != b.int($0) || a.string($0) ?? "*" != b.string($0) ?? "*" }
            }
            #expect(different == 0, "\(name)")
        }
    }

    private static func key(_ record: BAMRecord) -> Data {
        Data(record.name) + [record.flags.contains(.secondInPair) ? 2 : 1]
    }

    /// Where the read would start if its clipped bases were aligned; bwa and minimap2 clip differently.
    private static func unclipped(_ record: BAMRecord) -> Int32 {
        guard let first = record.cigar.first, first.kind == .softClip else { return record.position }
        return record.position - Int32(first.length)
    }
}

/// Templates mapped on several threads.
private final class Mapped: @unchecked Sendable {
    /// The records of each template.
    ///
    /// Proof of safety: each slot is written by one iteration, and read after all.
    private(set) var records: [[BAMRecord]]

    init(_ mapper: ReadMapper, _ fragments: [[BAMRecord]], threads: Int) {
        records = [[BAMRecord]](repeating: [], count: fragments.count)
        let share = (fragments.count + threads - 1) / threads
        records.withUnsafeMutableBufferPointer { out in
            nonisolated(unsafe) let out = out
            DispatchQueue.concurrentPerform(iterations: threads) { thread in
                for index in (thread * share)..<min(fragments.count, (thread + 1) * share) {
                    out[index] = (try? mapper.map(fragments[index])) ?? []
                }
            }
        }
    }
}
