import Testing

@testable import Genomics

/// What is concluded from the measures of reads.
struct QualityVerdictTests {
    private static func candidate(
        _ position: Int, alternate: Int, reference: Int, other: Int, to letters: String = "G",
        change: (inout Candidate) -> Void = { _ in }
    ) -> Candidate {
        var candidate = Candidate(contig: "c", position: position, reference: "A", alternate: letters)
        candidate.alternateDepth = alternate
        candidate.referenceDepth = reference
        candidate.otherDepth = other
        candidate.depth = alternate + reference + other
        candidate.mappingQuality = 60
        candidate.repeatLength = 1
        change(&candidate)
        return candidate
    }

    @Test func `Errors are no contamination, and a stranger's share is three times that of the foreign reads`() {
        let clean = ForeignAlleles((0..<120).map { Self.candidate($0, alternate: 97, reference: 1, other: 2) })
        #expect(clean.contamination == 0)
        let mixed = ForeignAlleles((0..<120).map { Self.candidate($0, alternate: 95, reference: 4, other: 2) })
        #expect(abs((mixed.contamination ?? 0) - 3 * 3.0 / 101) < 1e-12)
        let few = ForeignAlleles((0..<99).map { Self.candidate($0, alternate: 95, reference: 4, other: 2) })
        #expect(few.sites == 99 && few.contamination == nil)
        var sum = ForeignAlleles()
        for _ in 0..<3 { sum.add(few) }
        #expect(sum.sites == 297 && sum.contamination == few.with(sites: 100).contamination)
    }

    @Test func `Only confident sites with one alternate allele count`() {
        let none: [Candidate] = [
            Self.candidate(1, alternate: 15, reference: 1, other: 0),
            Self.candidate(2, alternate: 84, reference: 16, other: 0),
            Self.candidate(3, alternate: 99, reference: 1, other: 0, to: "AG"),
            Self.candidate(4, alternate: 99, reference: 1, other: 0) { $0.repeatLength = 4 },
            Self.candidate(5, alternate: 99, reference: 1, other: 0) { $0.mappingQuality = 49 },
            Self.candidate(6, alternate: 99, reference: 1, other: 0) { $0.mappingQuality = 255 },
            Self.candidate(7, alternate: 95, reference: 1, other: 4),
            Self.candidate(7, alternate: 95, reference: 1, other: 4, to: "T"),
        ]
        #expect(ForeignAlleles(none).sites == 0)
        #expect(ForeignAlleles([Self.candidate(1, alternate: 17, reference: 3, other: 0)]).sites == 1)
    }

    private static let target = [
        "chr1": 2_000_000, "chr22": 1_000_000, "chrX": 200_000, "chrY": 40_000, "chrM": 16_000, "chr1_random": 9_000,
    ]

    private static func sex(x: Double, y: Double, target: [String: Int] = target) -> SexByCoverage {
        var covered: [String: Int] = [:]
        for (contig, bases) in target {
            let share =
                contig.hasSuffix("X")
                ? x : contig.hasSuffix("Y") ? y : contig == "chrM" || contig.contains("_") ? 99 : 1
            covered[contig] = Int(30 * share * Double(bases))
        }
        return SexByCoverage(covered: covered, target: target)
    }

    @Test func `Sex follows the depths of X and Y over those of the autosomes`() {
        #expect(Self.sex(x: 1, y: 0.01).verdict == .xx)
        #expect(Self.sex(x: 0.5, y: 0.45).verdict == .xy)
        #expect(Self.sex(x: 0.5, y: 0.45).x == 0.5 && Self.sex(x: 0.5, y: 0.45).y == 0.45)
        for (x, y) in [(1, 0.45), (0.5, 0.01), (0.1, 0), (1.6, 0)] {
            #expect(Self.sex(x: x, y: y).verdict == .notDetermined)
        }
    }

    @Test func `Sex is not told without X, Y, enough of the target, or reads`() {
        for contig in ["chrX", "chrY"] {
            var target = Self.target
            target[contig] = nil
            #expect(Self.sex(x: 1, y: 0.01, target: target).verdict == .notDetermined, "\(contig)")
            target[contig] = 1000
            #expect(Self.sex(x: 1, y: 0.01, target: target).verdict == .notDetermined, "\(contig)")
        }
        #expect(SexByCoverage(covered: [:], target: Self.target).verdict == .notDetermined)
        #expect(SexByCoverage(covered: [:], target: [:]).x == nil)
        var panel = Self.target
        (panel["chr1"], panel["chr22"]) = (500_000, 400_000)
        #expect(Self.sex(x: 1, y: 0.01, target: panel).verdict == .notDetermined)
    }

    @Test(arguments: [["1", "22", "X", "Y"], ["NC_000001.11", "NC_000022.11", "NC_000023.11", "NC_000024.10"]])
    func `Contigs are known by the names of Ensembl and RefSeq too`(names: [String]) {
        let target = Dictionary(uniqueKeysWithValues: zip(names, [2_000_000, 1_000_000, 200_000, 40_000]))
        let covered = Dictionary(uniqueKeysWithValues: zip(names, [60_000_000, 30_000_000, 3_000_000, 500_000]))
        #expect(SexByCoverage(covered: covered, target: target).verdict == .xy)
    }

    @Test func `Depths on the target count reads that are usable, positions once, and only those of the target`() {
        func read(_ position: Int32, _ flags: BAMRecord.Flags = []) -> BAMRecord {
            BAMRecord(
                name: Array("r".utf8), flags: flags, referenceID: 0, position: position,
                cigar: [
                    CigarOperation(.softClip, 2), CigarOperation(.match, 5), CigarOperation(.deletion, 3),
                    CigarOperation(.equal, 3),
                ],
                sequence: Array("ACGTACGTAC".utf8), qualities: Array(repeating: 30, count: 10))
        }
        var quality = QualityControl()
        quality.measure(
            [read(98), read(100), read(100, .duplicate), read(100, .qualityFailed), read(100, .secondary)], contig: "c",
            core: 100..<200, isLast: false, regions: BED([("c", 0..<101), ("c", 103..<200), ("d", 100..<200)]))
        // The first read begins before the bin: its bases at 100...102 and 106...108 count, the read does not.
        #expect(quality.flags.total == 4)
        #expect(quality.depth.alignments.sum == 3 * 8 + 6)
        #expect(quality.depth.alignments.maximum == 4)
        #expect(quality.depth.targetBases == ["c": 8 + 6 - 2 - 2])
        #expect(quality.depth.target.total == 8 && quality.depth.positions(atLeast: 2) == 2)
        #expect(quality.depth.mean(ofTarget: 20) == 0.5)
    }
}

extension ForeignAlleles {
    fileprivate func with(sites: Int) -> ForeignAlleles {
        var copy = self
        copy.sites = sites
        return copy
    }
}
