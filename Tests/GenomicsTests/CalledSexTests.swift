import Testing

@testable import Genomics

/// With which sex chromosomes a sample is called, by what was said and what the depths show.
struct CalledSexTests {
    private static func coverage(x: Double, y: Double) -> SexByCoverage {
        let target = ["1": 2_000_000, "X": 200_000, "Y": 40_000]
        let covered = ["1": 60_000_000, "X": Int(6_000_000 * x), "Y": Int(1_200_000 * y)]
        return SexByCoverage(covered: covered, target: target)
    }

    @Test(
        "Where nothing was said the depths tell; what fits neither XX nor XY is named, and two of each are assumed",
        arguments: [
            (1.0, 0.02, SexByCoverage.Verdict.xx, "XX"), (0.5, 0.4, .xy, "XY"), (1.0, 0.45, .notDetermined, "XXY"),
            (0.5, 0.02, .notDetermined, "X0"), (0.5, 0.95, .notDetermined, "XYY"), (1.5, 0.02, .notDetermined, "XXX"),
            (0.5, 0.12, .notDetermined, "unclear"), (0.2, 0.4, .notDetermined, "unclear"),
        ])
    func byCoverage(x: Double, y: Double, sex: SexByCoverage.Verdict, karyotype: String) {
        let called = CalledSex(.coverage, coverage: Self.coverage(x: x, y: y))
        #expect(called.sex == sex && called.karyotype == karyotype)
        #expect(called.basis == (sex == .notDetermined ? .none : .coverage))
        #expect((called.warning != nil) == (sex == .notDetermined))
        if sex == .notDetermined, karyotype != "unclear" { #expect(called.warning?.contains(karyotype) == true) }
    }

    @Test("What was given holds, and depths that contradict it are named")
    func given() {
        for (choice, x, y, isWarned) in [
            (SexChoice.xx, 1.0, 0.02, false), (.xx, 0.5, 0.4, true), (.xy, 0.5, 0.4, false), (.xy, 1, 0.45, true),
        ] {
            let called = CalledSex(choice, coverage: Self.coverage(x: x, y: y))
            #expect(called.sex == choice.given && called.basis == .given)
            #expect((called.warning != nil) == isWarned)
        }
        #expect(CalledSex(.xy, coverage: .unknown).warning == nil)
    }

    @Test("A target without X or Y, and reads of other contigs alone, say nothing and give no warning")
    func panel() {
        for coverage in [SexByCoverage.unknown, Self.coverage(x: 0, y: 0), Self.coverage(x: 0.001, y: 0.4)] {
            for choice in SexChoice.allCases {
                let called = CalledSex(choice, coverage: coverage)
                #expect(called.sex == choice.given ?? .notDetermined)
                #expect(called.basis == (choice == .coverage ? .none : .given))
                #expect(called.karyotype == nil && called.warning == nil)
            }
        }
    }

    @Test("Sexes are written in several ways")
    func words() {
        let words = ["XX", "female", "XY", "male", "coverage", "unknown-by-coverage", "X0", ""].map { SexChoice($0) }
        #expect(words == [.xx, .xx, .xy, .xy, .coverage, .coverage, nil, nil])
        #expect(SexChoice.allCases.allSatisfy { SexChoice($0.description) == $0 })
    }

    @Test("Depths and bases where X and Y pair are left out of the comparison")
    func pairing() {
        let x = Contig(name: "chrX", length: 156_040_895)
        let pairing = SexChromosome.pseudoautosomal(of: x)
        #expect(SexChromosome.pseudoautosomal(of: Contig(name: "chr1", length: x.length)).isEmpty)
        let y = SexChromosome.pseudoautosomal(of: Contig(name: "NC_060948.1", length: 62_460_029))
        #expect(y.isEmpty && SexChromosome("NC_000024.10") == .y && SexChromosome("NC_000023.11") == .x)
        #expect(SexChromosome.pseudoautosomal(length: 62_460_029) == [0..<2_458_320, 62_122_809..<62_460_029])
        let read = BAMRecord(
            name: Array("r".utf8), flags: [], referenceID: 0, position: 2_781_474, cigar: [CigarOperation(.match, 10)],
            sequence: Array("ACGTACGTAC".utf8), qualities: Array(repeating: 30, count: 10))
        var quality = QualityControl()
        quality.measureDepth(
            [read], contig: "chrX", core: 2_781_000..<2_782_000, regions: nil, pairing: pairing)
        quality.measureDepth([read], contig: "chr1", core: 2_781_000..<2_782_000, regions: nil)
        // PAR1 ends with position 2,781,479, the fifth base of the read.
        #expect(quality.depth.targetBases == ["chr1": 10, "chrX": 10])
        #expect(quality.depth.unpairedBases == ["chr1": 10, "chrX": 5])
        var sum = QualityControl()
        for _ in 0..<2 { sum.add(quality) }
        #expect(sum.depth.unpairedBases == ["chr1": 20, "chrX": 10])
        var known = KnownBases(contigs: [x])
        known.add("chrX", 0..<20_000)
        known.add("chr1", 0..<20_000)
        #expect(known.byContig == ["chrX": 20_000, "chr1": 20_000])
        #expect(known.unpairedByContig == ["chrX": 10_000, "chr1": 20_000])
    }

    @Test("A reference's known stretches lie within the regions and end where its bases do")
    func known() throws {
        let folder = try ScratchFolder()
        let reference = try ReferenceGenome(path: folder.write("r.fa", ">c\nACGTNNNNNNNNNNNNACGTACGTNACG\n"))
        func stretches(_ range: Range<Int>, _ regions: BED? = nil) throws -> [String] {
            var found: [String] = []
            try reference.forEachStretch(contig: 0, in: range, regions: regions) { found.append("\($0) \($1)") }
            return found
        }
        #expect(
            try stretches(0..<28)
                == ["0..<4 true", "4..<16 false", "16..<24 true", "24..<25 false", "25..<28 true"])
        #expect(
            try stretches(2..<20, BED([("c", 0..<6), ("c", 18..<28), ("d", 0..<9)]))
                == ["2..<4 true", "4..<6 false", "18..<20 true"])
        #expect(try stretches(2..<20, BED([("d", 0..<9)])) == [])
    }
}
