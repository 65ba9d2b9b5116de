import TestSupport
import Testing

@testable import Genomics
@testable import VariantCalling

/// Calls on the mitochondrion, from pileups in text.
@Suite struct MixtureSiteTests {
    private typealias Reads = PileupFixture
    private static let length = 16_569

    /// A mitochondrion without repeats, whose base of 3107 is not known.
    private static let bases: [UInt8] = {
        var bases = Reads.reference(length, seed: 3)
        bases[3106] = UInt8(ascii: "N")
        return bases
    }()

    private static let contig = Contig(name: "MT", length: length)

    /// Another letter than the reference's at a 0-based position.
    private static func other(_ position: Int) -> UInt8 {
        bases[position] == UInt8(ascii: "A") ? UInt8(ascii: "C") : UInt8(ascii: "A")
    }

    /// Reads of 100 bases around a position, of which the first `showing` have another letter there; every second one is of the reverse strand.
    private static func pile(
        _ depth: Int, showing: Int, at position: Int, isReverse: (Int) -> Bool = { !$0.isMultiple(of: 2) }
    ) -> [BAMRecord] {
        (0..<depth).map { index in
            let start = position - 20 - index % 60
            var own = Array(bases[start..<(start + 100)])
            if index < showing { own[position - start] = other(position) }
            return Reads.read(
                "r\(index)", at: start, Reads.text(own), quality: 37, flags: isReverse(index) ? .reverse : [])
        }
    }

    private static func candidates(_ records: [BAMRecord], around position: Int) -> [Candidate] {
        let core = max(0, position - 200)..<min(length, position + 200)
        return BinCaller(mitochondrion: MitochondrialContig(contig)).process(
            contig: "MT", core: core, reference: ReferenceWindow(start: 0, bases: bases), records: records
        ).candidates
    }

    private static func calls(
        _ records: [BAMRecord], around position: Int, autosomalDepth: Double? = nil
    ) -> [SiteCall] {
        Genotyper(autosomalDepth: autosomalDepth).call(
            candidates(records, around: position).map { .init(candidate: $0, probabilities: [1, 0, 0]) })
    }

    @Test func `Fifty of a thousand reads: a mixture of 5 percent with its interval, whatever the network says`() throws
    {
        let call = try #require(Self.calls(Self.pile(1000, showing: 50, at: 5000), around: 5000).first)
        #expect(call.position == 5001 && call.genotype == [0, 1] && call.filters.isEmpty)
        #expect(call.depth == 1000 && call.alleleDepths == [950, 50] && call.strandCounts == [475, 475, 25, 25])
        // The binomial's 0.0500 (0.0378 to 0.0648), less the few that bases of quality 37 explain.
        #expect(call.fractions == [AlleleFraction(0.0498, in: 0.0376...0.0647)])
        #expect(call.quality > 30 && call.genotypeQuality > 30)
        #expect(call.likelihoods.count == 3 && call.likelihoods[1] == 0)
    }

    @Test func `All reads: one allele in GT, on all molecules`() throws {
        let call = try #require(Self.calls(Self.pile(30, showing: 30, at: 5000), around: 5000).first)
        #expect(call.genotype == [1] && call.filters.isEmpty && call.quality == 99)
        #expect(call.fractions?.first?.share == 1 && call.fractions?.first?.high == 1)
        #expect(call.likelihoods == [99, 0])
        #expect(
            call.variant.vcfLine(hasSample: true).replacing("\t", with: " ").contains(
                "GT:GQ:DP:AD:PL:AF:CILOW:CIUP 1:"))
    }

    @Test func `A mixture below the smallest share is not reported, nor three reads among forty`() {
        #expect(Self.calls(Self.pile(2000, showing: 40, at: 5000), around: 5000).isEmpty)
        #expect(Self.calls(Self.pile(40, showing: 3, at: 5000), around: 5000).isEmpty)
    }

    @Test func `An allele that one strand shows is marked, one that both show or that only one strand covers is not`() {
        func filters(_ isReverse: @escaping (Int) -> Bool) -> [String]? {
            Self.calls(Self.pile(400, showing: 40, at: 5000, isReverse: isReverse), around: 5000).first?.filters
        }
        #expect(filters { $0 >= 40 && !$0.isMultiple(of: 3) } == ["StrandBias"])
        #expect(filters { !$0.isMultiple(of: 2) } == [])
        #expect(filters { _ in false } == [])
    }

    @Test func `Mixtures and lengths in the C stretch are marked, a substitution of all molecules is not`() {
        #expect(Self.calls(Self.pile(400, showing: 60, at: 308), around: 308).first?.filters == ["ArtefactProne"])
        #expect(Self.calls(Self.pile(400, showing: 400, at: 308), around: 308).first?.filters == [])
        #expect(Self.calls(Self.pile(400, showing: 60, at: 330), around: 330).first?.filters == [])
        // On another sequence than rCRS nothing is known of its positions.
        let other = MitochondrialContig(Contig(name: "chrM", length: 16_571))
        #expect(other?.isArtefactProne(307..<308) == false)
        #expect(MitochondrialContig(Contig(name: "chr1", length: 16_569)) == nil)
    }

    @Test func `Too few fragments are named, and what copies in the nucleus may explain at the autosomes' depth`() {
        #expect(Self.calls(Self.pile(2, showing: 2, at: 5000), around: 5000).first?.filters == ["FewReads"])
        let pile = Self.pile(1000, showing: 50, at: 5000)
        #expect(Self.calls(pile, around: 5000, autosomalDepth: 30).first?.filters == ["PossibleNUMT"])
        #expect(Self.calls(pile, around: 5000, autosomalDepth: 10).first?.filters == [])
        #expect(Self.calls(Self.pile(30, showing: 30, at: 5000), around: 5000, autosomalDepth: 30).first?.filters == [])
    }

    @Test func `Nothing is called at the base that rCRS does not know, nor of lengths beside it`() {
        let around = Self.bases[3050..<3150].map { $0 == UInt8(ascii: "N") ? UInt8(ascii: "A") : $0 }
        let shown = (0..<100).map { Reads.read("s\($0)", at: 3050, Reads.text(around), quality: 37) }
        #expect(Self.candidates(shown, around: 3107).isEmpty)
        // Reads without the base, as mappers align those of everybody, and those of which they take the base in front.
        var without = around
        without.remove(at: 56)
        for cigar in ["56M1D43M", "55M1D44M"] {
            let reads = (0..<100).map {
                Reads.read("d\($0)", at: 3050, Reads.text(without), cigar: cigar, quality: 37)
            }
            #expect(Self.candidates(reads, around: 3107).filter { $0.lengthChange != 0 }.isEmpty)
        }
    }

    @Test func `Reads that go over the origin and are clipped there show what they cover`() throws {
        // Molecules with another letter at the first and the last bases: a linear reference has their reads in two parts.
        var molecule = Self.bases
        for position in [4, Self.length - 5] { molecule[position] = Self.other(position) }
        let turn = Array(molecule[(Self.length - 100)...] + molecule[..<100])
        let reads = (0..<60).map { index in
            // Starts between 90 and 10 bases in front of the origin.
            let start = 10 + index % 9 * 10
            let own = Reads.text(turn[start..<(start + 100)])
            let left = 100 - start
            return left >= 50
                ? Reads.read("r\(index)", at: Self.length - left, own, cigar: "\(left)M\(100 - left)S", quality: 37)
                : Reads.read("r\(index)", at: 0, own, cigar: "\(left)S\(100 - left)M", quality: 37)
        }
        let first = try #require(Self.calls(reads, around: 100).first)
        #expect(first.position == 5 && first.genotype == [1])
        let last = try #require(Self.calls(reads, around: Self.length - 100).first)
        #expect(last.position == Self.length - 4 && last.genotype == [1])
        // Each part is counted where it lies, and nothing that is clipped.
        #expect(first.depth + last.depth == 60)
    }

    @Test func `Of reads that pile up deeper than 4,000 a part is counted, which has the allele in the same share`()
        throws
    {
        let reads = (0..<6000).map { index in
            var own = Array(Self.bases[4960..<5060])
            if index.isMultiple(of: 10) { own[40] = Self.other(5000) }
            return Reads.read(
                "r\(index)", at: 4960, Reads.text(own), quality: 37, flags: index.isMultiple(of: 3) ? .reverse : [])
        }
        let call = try #require(Self.calls(reads, around: 5000).first)
        #expect(call.depth == 4000 && call.alleleDepths.reduce(0, +) == 4000)
        let fraction = try #require(call.fractions?.first)
        #expect((fraction.low...fraction.high).contains(0.1) && fraction.high - fraction.low < 0.02)
        // In whatever order they come.
        #expect(Self.calls(reads.reversed(), around: 5000).first == call)
    }

    @Test
    func `A mixture of lengths of a run is marked where long reads show it, and not where short ones or nearly all do`()
        throws
    {
        // Five of one base at 6000.
        var bases = Self.bases
        bases.replaceSubrange(6000..<6006, with: Array("CAAAAA".utf8))
        func filters(length: Int, showing: Int) -> [String]? {
            let reads = (0..<200).map { index in
                let start = 6003 - length / 2 - index % 20
                var own = Array(bases[start..<(start + length)])
                let place = 6001 - start
                if index < showing { own.remove(at: place) }
                return Reads.read(
                    "r\(index)", at: start, Reads.text(own),
                    cigar: index < showing ? "\(place)M1D\(length - place - 1)M" : nil,
                    quality: 37, flags: index.isMultiple(of: 2) ? .reverse : [])
            }
            let found = BinCaller(mitochondrion: MitochondrialContig(Self.contig)).process(
                contig: "MT", core: 5800..<6200, reference: ReferenceWindow(start: 0, bases: bases), records: reads)
            return Genotyper().call(found.candidates.map { .init(candidate: $0, probabilities: [1, 0, 0]) }).first?
                .filters
        }
        #expect(filters(length: 100, showing: 60) == [])
        #expect(filters(length: 1000, showing: 200) == [])
        #expect(filters(length: 1000, showing: 60) == ["ArtefactProne"])
    }

    @Test func `A file without a mitochondrion has no word of mixtures, and one with it defines what its records have`()
        throws
    {
        let folder = try ScratchFolder()
        func header(_ contigs: [Contig]) throws -> String {
            let origin = CallSetOrigin(version: "1", reference: "r.fa", models: [])
            var writer = try CallSetWriter(path: folder.path("a.vcf.gz"), sample: "S", contigs: contigs, origin: origin)
            try writer.finish()
            var lines = try BGZFLines(path: folder.path("a.vcf.gz"))
            var text = ""
            while let line = try lines.next() { text += String(decoding: line, as: UTF8.self) + "\n" }
            return text
        }
        let words = [
            "ID=AF,", "ID=CILOW,", "ID=CIUP,", "ID=StrandBias,", "ID=FewReads,", "ID=ArtefactProne,",
            "ID=PossibleNUMT,",
        ]
        let nuclear = try header([Contig(name: "chr1", length: 100)])
        #expect(words.allSatisfy { !nuclear.contains($0) })
        let both = try header([Contig(name: "chr1", length: 100), Self.contig])
        #expect(words.allSatisfy { both.contains($0) })
    }

    @Test func `A block of the reference has one allele, and says how surely there is no mixture`() throws {
        let bases = Self.bases
        var records = GVCFRecords { _, _ in ReferenceWindow(start: 0, bases: bases) }
        let blocks = [(1500, 1498), (44, 44), (0, 0)].enumerated().map { index, reads in
            ReferenceBlock(contig: "MT", position: 10 * index, reads: reads.0, ofReference: reads.1, isMixture: true)
        }
        let lines = try records.merge([], blocks).map { record in
            ["GT", "GQ", "PL"].map { key in
                key == "GT" ? record.genotype?.description ?? "" : record.sampleField(key) ?? ""
            }.joined(separator: ":")
        }
        // 44 reads: 44 x 0.132 Phred against a share of 3 %.
        #expect(lines == ["0:99:0,999", "0:5:0,880", ".:0:0,0"])
    }

    @Test func `An allele of a panel that is no call is answered with one allele, by what the reads say`() throws {
        func answer(showing: Int, of depth: Int) throws -> SiteAnswer {
            let reads = Self.pile(depth, showing: showing, at: 5000)
            let site = Candidate(
                contig: "MT", position: 5001, reference: Reads.text([Self.bases[5000]]),
                alternate: Reads.text([Self.other(5000)]))
            let window = ReferenceWindow(start: 0, bases: Self.bases)
            let caller = BinCaller(mitochondrion: MitochondrialContig(Self.contig))
            let core = 4800..<5200
            let found = caller.process(contig: "MT", core: core, reference: window, records: reads)
            let pileup = caller.pileups(at: [site], core: core, reference: window, records: reads)[0]
            let evidence = SiteEvidence(site, pileup: pileup, callability: found.summary, regions: nil)
            let calls = Genotyper().call(found.candidates.map { .init(candidate: $0, probabilities: [0, 0, 1]) })
            return SiteAnswer(evidence, calls: calls, copies: Ploidy().of("MT", position: 5001))
        }
        func line(_ answer: SiteAnswer) -> String {
            [
                answer.reason.rawValue, answer.variant?.genotype?.description ?? "",
                answer.quality.map(String.init) ?? "",
            ]
            .joined(separator: " ")
        }
        // 1000 reads of the reference: 132 Phred; 100 of them: 13.
        #expect(line(try answer(showing: 0, of: 1000)) == "reference 0 99")
        #expect(line(try answer(showing: 0, of: 100)) == "reference 0 13")
        // Proposed at 2.5 percent, and with a probability of 0.9 below 3: the reads' word, not the network's.
        let doubtful = try answer(showing: 25, of: 1000)
        #expect(doubtful.reason == .network && doubtful.variant?.genotype == Genotype([0]))
        #expect((3...15).contains(doubtful.quality ?? 0))
        #expect(try answer(showing: 100, of: 1000).reason == .called)
    }

    @Test func `A line of a BED on the mitochondrion is refused by name`() throws {
        let folder = try ScratchFolder()
        try folder.write("p.bed", "MT\t0\t16569\t1\n")
        let error = #expect(throws: GenomicsError.self) {
            try PloidyStretch.read(path: folder.path("p.bed"), contigs: [Self.contig])
        }
        #expect(error?.description.contains("mixture") == true)
    }
}
