import Foundation
import Genomics
import Hashing
import Testing

@testable import SequenceAnalysis

/// How contigs are read, and what is learned of them.
@Suite("Reading frames of genes")
struct GeneReadingTests {
    /// Codons that neither begin nor end a gene, on either strand.
    private static func filling(_ codons: Int) -> String { String(repeating: "GCC", count: codons) }

    private func frames(_ text: String, openEnds: Bool = false) -> GenomeReadings {
        GenomeReadings(letters: Array(text.utf8), openEnds: openEnds)
    }

    @Test("A frame reaches from behind a stop codon to the next, with all its starts, and lower case is read")
    func forward() {
        let readings = frames("TAACCatg" + Self.filling(5) + "GTG" + Self.filling(20) + "TTGGCCTAGA")
        let own = readings.frames.filter { $0.strand == 0 }
        #expect(own.count == 1)
        #expect(own[0].starts.map(\.place) == [5, 23, 86])
        #expect(own[0].starts.map(\.codon) == [.atg, .gtg, .ttg])
        #expect(own[0].end == 95 && own[0].stop == 92 && own[0].hasStop)
    }

    @Test("The reverse strand is read as the forward one is, and its ranges are those of the forward strand")
    func reverse() {
        let text = "CC" + "ATG" + Self.filling(25) + "TGA" + "CCCC"
        let turned = String(text.reversed().map { ["A": "T", "C": "G", "G": "C", "T": "A"][$0] ?? "N" })
        let readings = frames(turned)
        let own = readings.frames.filter { $0.strand == 1 }
        #expect(own.count == 1 && own[0].starts.map(\.place) == [2])
        #expect(readings.forward(own[0].starts[0].place..<own[0].end, of: 1) == 4..<85)
    }

    @Test("A frame that is too short, or has no stop codon, is none where the ends are closed")
    func closed() {
        #expect(frames("ATG" + Self.filling(17) + "TAA").frames.filter { $0.strand == 0 }.isEmpty)
        #expect(frames("ATG" + Self.filling(60)).frames.filter { $0.strand == 0 }.isEmpty)
    }

    @Test("Over open ends genes come in without a start and run out without a stop, in whole codons")
    func partial() {
        let coming = frames("C" + Self.filling(30) + "TAA", openEnds: true).frames.filter {
            $0.strand == 0 && $0.hasStop
        }
        #expect(coming.map { $0.starts } == [[.init(place: 1, codon: nil)]])
        let leaving = frames("TAA" + "ATG" + Self.filling(30) + "GC", openEnds: true).frames.filter {
            $0.strand == 0 && $0.starts.contains(.init(place: 3, codon: .atg))
        }
        #expect(leaving.count == 1 && !leaving[0].hasStop && leaving[0].end == 96)
    }

    @Test("A gap of unknown bases is an end, and a single unknown base is not")
    func gaps() {
        let one = frames("ATG" + Self.filling(10) + "GNC" + Self.filling(15) + "TAA")
        #expect(one.frames.contains { $0.strand == 0 && $0.starts[0].place == 0 && $0.hasStop })
        let gap = String(repeating: "N", count: 12)
        let two = frames("ATG" + Self.filling(25) + gap + Self.filling(25) + "TAA", openEnds: true)
        let own = two.frames.filter { $0.strand == 0 && $0.starts[0].place % 3 == 0 }
        #expect(own.map(\.hasStop) == [false, true])
        #expect(own.map(\.end) == [78, 168] && own[1].starts == [.init(place: 90, codon: nil)])
    }

    @Test("A start behind AGGAGG at the usual distance is better than one without, and ATG better than TTG")
    func starts() throws {
        let statistics = StartStatistics.initial
        func judge(_ text: String, _ codon: GeneticCode.Start = .atg) -> StartStatistics.Judgement {
            statistics.judge(GeneStrand(letters: Array(text.utf8)).bases, .init(place: 28, codon: codon))
        }
        let with = judge("CCTCCTCTCCTCTCTAGGAGGTCTCTCTATG")
        let without = judge("CCTCCTCTCCTCTCTCTCTCCTCTCTCTATG")
        #expect(with.sum > without.sum + 2 && with.site?.spacing == 7)
        #expect(judge("CCTCCTCTCCTCTCTAGGAGGTCTCTCTTTG", .ttg).sum < with.sum - 1)
    }

    @Test("A motif that the starts of a genome share is found, at its distance")
    func motif() throws {
        var random = SplitMix64(seed: 3)
        func some(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(random.next() >> 62) } }
        let motif: [UInt8] = [0, 2, 2, 0, 0, 3]  // AGGAAT
        let starts = (0..<400).map { _ in (bases: some(20) + motif + some(5), start: 31) }
        let found = RibosomeMotif.fitted(to: starts, background: [0.25, 0.25, 0.25, 0.25])
        #expect(found.spacings.enumerated().max { $0.element < $1.element }?.offset == 5 - RibosomeMotif.nearest)
        let site = try #require(found.site(starts[0].bases, before: 31))
        #expect(site.spacing == 5 && site.score > 4)
    }

    @Test("What codes for genes scores above 0 in its frame and below in others")
    func codons() {
        var random = SplitMix64(seed: 4)
        let usual = ["GCG", "CTG", "GAA", "AAA", "ACC", "CAG", "GGC", "GAT"]
        let gene = (0..<600).map { _ in usual[Int(random.next() >> 61)] }.joined()
        var counts = CodingStatistics.Counts()
        let strand = GeneStrand(letters: Array(gene.utf8))
        counts.addGenome(strand)
        counts.addGenome(strand.complement)
        counts.addGene(strand, 0..<gene.utf8.count)
        let sums = CodingStatistics(counts).sums(strand)
        #expect((sums[0].last ?? 0) > 300)
        #expect((sums[1].last ?? 0) < 0 && (sums[2].last ?? 0) < 0)
    }
}
