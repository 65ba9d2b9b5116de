import Foundation
import Genomics
import NeuralNetwork
import Tasks
import Testing

@testable import SequenceAnalysis

/// Genes by the model that comes with the suite.
@Suite("Genes of bacteria")
struct GeneFinderTests {
    /// Bases 2,372,477 to 2,373,640 of Escherichia coli MG1655, in the half that the model was not fitted to: `arnE`, `arnF`, which begins within its
    /// stop codon, and `pmrD` on the other strand, whose end lies on that of `arnF`.
    private static let stretch = """
        GATATCAACAGTCTCGCCATTCCGCCCGCAGATGCCATCGATCGTCAGGAGCGTCTGGTGCTGATTCAGTATCGTCCCAAATGATCTGGCTAACATTAGT
        CTTTGCCAGCTTGCTTAGCGTTGCCGGGCAGTTGTGTCAGAAACAGGCAACCTGCTTTGTGGCGATAAACAAACGGCGCAAACATATCGTGCTGTGGCTG
        GGACTGGCGCTGGCTTGTCTTGGTCTTGCCATGGTGCTCTGGCTGCTGGTCTTGCAGAACGTACCGGTAGGCATTGCTTACCCGATGTTAAGTCTGAATT
        TTGTCTGGGTGACGCTGGCTGCAGTAAAACTGTGGCACGAACCGGTATCGCCGCGTCACTGGTGTGGGGTGGCGTTCATTATTGGCGGCATTGTGATCCT
        CGGGAGTACGGTGTAATGGGCCTGATGTGGGGATTATTCAGCGTCATTATTGCCTCAGTTGCGCAATTAAGCCTGGGTTTTGCGGCGAGTCATCTGCCGC
        CGATGACGCACTTATGGGATTTTATCGCGGCTCTGTTAGCTTTTGGCCTGGATGCCCGGATACTGTTACTCGGGCTGCTGGGTTATCTGCTTTCCGTTTT
        TTGTTGGTATAAAACGCTTCATAAACTTGCGCTAAGCAAAGCCTATGCCTTGCTCAGTATGAGTTATGTGCTGGTATGGATTGCTTCAATGGTACTTCCC
        GGCTGGGAAGGGACTTTTTCGCTGAAAGCACTACTGGGAGTAGCCTGTATTATGAGCGGGTTGATGCTGATTTTCCTGCCCACGACAAAACAACGTTACT
        GAGTTTTCCCTGCCACTTTACACTGCCGTTCCCACTCATCGGGGCTATAACTGCTTGCCGAGAGGACTTTCACCGTATGCAGCTTTTCACGATTAATACA
        ATAAAGCGCATTCTGCAAAGGCGAGAGTAAATCCCCCACTTTCACGGCGAAGTCACTCTTCACTTCGGCGATCATTTTTATCGCGCCGCCAGCATCGCAG
        AGCATAAGTACATGTCTGTTATCTTGTTTATTGCAGCACGATTTTTTGACCAGCCATTCCATTGCATTATCCTGTTTGCTAAGAGTTTTCACATCAATTT
        ACAGATTAACAGATAAACTCTTTATCAACGGCAATGGAATGGCAGAAATGAGAAGTGAAACGGA
        """.filter { !$0.isWhitespace }

    private func genes(_ text: String, circular: Bool = false) async throws -> [Gene] {
        var finder = try GeneFinder(GeneModel.bundled(), isCircular: circular)
        try await finder.learn(from: [Array(text.utf8)])
        #expect(finder.source == .model)
        return try await finder.genes(of: "c", letters: Array(text.utf8))
    }

    private static func turned(_ text: String) -> String {
        String(decoding: text.utf8.reversed().map { BaseCode.complement(ofASCII: $0) }, as: UTF8.self)
    }

    @Test("Genes that overlap are found on both strands with their starts, in lower case too")
    func overlapping() async throws {
        let expected = [80..<416, 415..<802, 795..<1062]
        let found = try await genes(Self.stretch.lowercased())
        #expect(found.filter(\.isWhole).map(\.range) == expected)
        #expect(found.filter(\.isWhole).map(\.isReverse) == [false, false, true])
        #expect(found.filter(\.isWhole).allSatisfy { $0.startCodon == "ATG" && $0.confidence > 0.5 })
    }

    @Test("The other strand has the same genes, mirrored")
    func mirrored() async throws {
        let (own, other) = try await (genes(Self.stretch), genes(Self.turned(Self.stretch)))
        let count = Self.stretch.utf8.count
        #expect(!own.isEmpty && own.count == other.count)
        for (gene, turned) in zip(own, other.reversed()) {
            #expect(turned.range == (count - gene.range.upperBound)..<(count - gene.range.lowerBound))
            #expect(turned.isReverse == !gene.isReverse && abs(turned.score - gene.score) < 1e-4)
        }
    }

    @Test("Genes that run over both ends are partial, and keep their frames")
    func partial() async throws {
        let text = String(Self.stretch.dropFirst(150).prefix(500))
        let found = try await genes(text)
        #expect(found.map(\.range.upperBound).contains(416 - 150))
        let first = try #require(found.first { $0.range.upperBound == 416 - 150 })
        #expect(first.startCodon == nil && first.hasStop && first.range.lowerBound == (80 - 150 + 3 * 24))
        let last = try #require(found.first { !$0.isReverse && !$0.hasStop })
        #expect(last.range == 265..<499 && last.startCodon == "ATG")
        let lines = GeneFeatureText(.model).text(found, of: "c", length: 500, number: 1, isCircular: false)
        #expect(lines.contains("\tCDS\t3\t266\t") && lines.contains("partial=10;start_type=Edge"))
        #expect(lines.contains("\tCDS\t266\t499\t") && lines.contains("partial=01;start_type=ATG"))
    }

    @Test("On a circle a gene runs over the end, and is found once")
    func circular() async throws {
        let text = String(Self.stretch.dropFirst(600) + Self.stretch.prefix(600))
        let found = try await genes(text, circular: true)
        let count = text.utf8.count
        #expect(found.filter { $0.range == (count - 600 + 415)..<(count - 600 + 802) }.count == 1)
        #expect(found.filter { $0.range == (795 - 600)..<(1062 - 600) }.count == 1)
        #expect(found.filter { $0.range == (count - 600 + 80)..<(count - 600 + 416) }.count == 1)
        #expect(found.count == 3 && found.allSatisfy(\.isWhole))
    }

    @Test("A promoter before a gene is said, with its distance")
    func promoter() async throws {
        let package = try #require(try SequenceTask().bundled.package("promoter-ecoli"))
        let finder = try GeneFinder(GeneModel.bundled(), promoters: package)
        let found = try await finder.genes(of: "c", letters: Array(Self.stretch.utf8))
        let gene = try #require(found.first { $0.range == 415..<802 })
        let (model, codes) = (try SequenceModel(package), Self.stretch.utf8.map { BaseCode.nibble(ofASCII: $0) })
        let windows = (0..<15).map { Array(codes[(415 - 10 * $0 - 81)..<(415 - 10 * $0)]) }
        let scores = try await model.values(of: windows, workers: 1).map { $0[1] }
        #expect(gene.promoter == scores.max())
        #expect(gene.promoterDistance == scores.firstIndex(of: scores.max() ?? 0).map { 10 * $0 })
        #expect(try await genes(Self.stretch).allSatisfy { $0.promoter == nil })
        let text = GeneFeatureText(.model).text([gene], of: "c", length: 1164, number: 1, isCircular: false)
        #expect(text.contains(";promoter=0.") && text.contains(";promoter_distance="))
        let other = try #require(try SequenceTask().bundled.package("splice"))
        #expect(throws: TaskError.self) { try GeneFinder(GeneModel.bundled(), promoters: other) }
    }

    @Test("Contigs without a gene, or of no length, have none", arguments: ["A", "ACGTACGTAC", ""])
    func short(_ text: String) async throws { #expect(try await genes(text).isEmpty) }

    @Test("A gene that may begin in two places begins behind the ribosome's binding site")
    func site() async throws {
        // The frame of `arnF` with a second start 20 codons within it; what stands before one or the other is changed.
        let bases = Array(Self.stretch.utf8)
        let inner = 415 + 60
        func text(_ place: Int, _ other: Int) -> String {
            var text = bases
            text.replaceSubrange((place - 13)..<(place - 7), with: Array("AGGAGG".utf8))
            text.replaceSubrange((other - 14)..<(other - 6), with: Array("CTCGCCTC".utf8))
            text.replaceSubrange(inner..<(inner + 3), with: Array("ATG".utf8))
            return String(decoding: text, as: UTF8.self)
        }
        let outer = try await genes(text(415, inner)).first { $0.range.upperBound == 802 }
        let within = try await genes(text(inner, 415)).first { $0.range.upperBound == 802 }
        #expect(outer?.range.lowerBound == 415 && outer?.ribosomeSite == "AGGAGG" && outer?.ribosomeSpacing == 7)
        #expect(within?.range.lowerBound == inner)
    }

    @Test("A model is written and read as the same bytes, and what is none is refused")
    func package() throws {
        let bytes = try GeneModel.bundled().encode()
        #expect(try GeneModel(decoding: bytes).encode() == bytes)
        #expect(throws: (any Error).self) { try GeneModel(decoding: Array(bytes.prefix(1000))) }
        let other = try #require(try SequenceTask().bundled.package("splice"))
        #expect(throws: TaskError.self) { try GeneModel(decoding: other.encode()) }
        #expect(try GeneModel.bundled().package.lineage.split.contains("first half"))
    }
}
