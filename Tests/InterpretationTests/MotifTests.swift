import Foundation
import Testing

@testable import Interpretation

@Suite("Motifs")
struct MotifTests {
    /// Strong letters of a motif of ten bases, CACGTGACCT.
    private static let core: [UInt8] = [2, 1, 2, 4, 8, 4, 1, 2, 2, 8]

    /// Sequences with the motif on either strand, and contributions where it stands.
    private static func attributions(_ count: Int, motif: [UInt8] = core) -> [SequenceAttribution] {
        (0..<count).map { number in
            var codes = sequence(number, length: 80)
            var contributions: [Float] = (0..<80).map { position in Float((position * 7 + number * 3) % 5 - 2) / 100 }
            let start = 12 + number * 13 % 50
            let letters = number % 2 == 0 ? motif : motif.reversed().map(complement)
            for (offset, letter) in letters.enumerated() {
                codes[start + offset] = letter
                contributions[start + offset] = 1
            }
            return SequenceAttribution(
                method: .deepSHAP, codes: codes, score: 1, contributions: contributions, hypothetical: [])
        }
    }

    private static func complement(_ code: UInt8) -> UInt8 {
        (code & 1) << 3 | (code & 2) << 1 | (code & 4) >> 1 | (code & 8) >> 3
    }

    /// Contributions of sequences without anything.
    private static let nothing: [[Float]] = (0..<60).map { (number: Int) -> [Float] in
        (0..<80).map { (position: Int) -> Float in Float((position * 3 + number) % 7 - 3) / 100 }
    }

    @Test("Seqlets are where contributions stand together more than by chance")
    func seqlets() {
        let sequences = Self.attributions(60)
        let (seqlets, threshold) = SeqletFinder().find(sequences.map(\.contributions), seed: 1)
        #expect(Set(seqlets.map(\.sequence)).count == 60)
        #expect(threshold > 0)
        // One false seqlet in ten is allowed.
        #expect(seqlets.count { $0.score > 5 } == 60 && seqlets.count <= 67)
        for seqlet in seqlets where seqlet.score > 5 {
            let start = 12 + seqlet.sequence * 13 % 50
            #expect(seqlet.range.count == 31 && seqlet.range.contains(start) && seqlet.range.contains(start + 9))
        }
        let none = SeqletFinder().find(Self.nothing, seed: 1)
        #expect(none.seqlets.isEmpty)
    }

    @Test("Seqlets of both strands are aligned to one motif, with the places where it stands")
    func clusters() throws {
        let sequences = Self.attributions(60)
        let (seqlets, _) = SeqletFinder().find(sequences.map(\.contributions), seed: 1)
        let clusters = MotifClustering().clusters(seqlets, of: sequences)
        try #require(clusters.count == 1)
        let cluster = clusters[0]
        #expect(cluster.members.count == 60)
        #expect(["CACGTGACCT", "AGGTCACGTG"].contains(cluster.motif.consensus))
        let isOwnStrand = cluster.motif.consensus == "CACGTGACCT"
        for member in cluster.members {
            let number = seqlets[member.seqlet].sequence
            #expect(member.start == 12 + number * 13 % 50)
            #expect(member.isReverse == ((number % 2 == 0) != isOwnStrand))
            #expect(member.similarity > 0.9)
        }
        #expect(cluster.motif.information.allSatisfy { $0 > 1.9 })
    }

    @Test("Two motifs make two clusters")
    func twoMotifs() {
        let sequences = Self.attributions(40) + Self.attributions(30, motif: [1, 1, 1, 8, 8, 8, 4, 1, 1, 4])
        let (seqlets, _) = SeqletFinder().find(sequences.map(\.contributions), seed: 1)
        let clusters = MotifClustering().clusters(seqlets, of: sequences)
        #expect(clusters.map(\.members.count) == [40, 30])
    }

    @Test("MEME files are read back as they were written")
    func files() throws {
        let motifs = [
            PositionWeightMatrix(
                name: "M1", alternateName: "first one", rows: [[0.25, 0.5, 0.125, 0.125], [1, 0, 0, 0]], sites: 12),
            PositionWeightMatrix(name: "M2", rows: [[0, 0, 0.5, 0.5]]),
        ]
        #expect(try MotifFiles.readMEME(MotifFiles.meme(motifs), file: "f") == motifs)
        #expect(MotifFiles.jaspar([motifs[0]]) == ">M1\tfirst one\nA [ 3 12 ]\nC [ 6 0 ]\nG [ 2 0 ]\nT [ 2 0 ]\n")
    }

    @Test(
        "Broken MEME files are refused with the line",
        arguments: [
            ("", "does not begin"), ("MEME version 4\n", "no motif"), ("MEME version 4\nMOTIF A\n", "A has no matrix"),
            ("MEME version 4\nALPHABET= ACDEFGHIKLMNPQRSTVWY\n", "not ACGT"),
            (
                "MEME version 4\nMOTIF A\nletter-probability matrix: w= 1\n0.5 0.5 0.5 0.5\n",
                "line 4: the probabilities"
            ),
            ("MEME version 4\nMOTIF A\nletter-probability matrix: w= 2\n0.5 0.5 0 0\n", "has not the 2 rows"),
            ("MEME version 4\nMOTIF A\nletter-probability matrix: w= 1\n0.5 0.5 0\n", "4 numbers"),
            ("MEME version 4\nletter-probability matrix: w= 1\n0.5 0.5 0 0\n", "without a motif"),
        ])
    func broken(text: String, message: String) {
        let error = #expect(throws: InterpretationError.self) { try MotifFiles.readMEME(text, file: "f.meme") }
        #expect(error?.description.contains(message) == true)
    }

    @Test("A motif matches itself and its opposite strand best, and others by chance only")
    func matches() throws {
        let library = MotifLibrary(
            (0..<200).map { number in
                PositionWeightMatrix(name: "M\(number)", rows: sequence(number, length: 8 + number % 5).map(Self.row))
            })
        let query = library.motifs[17]
        let matches = library.matches(of: query)
        #expect(matches.count == 200 && matches[0].target.name == "M17" && matches[0].offset == 0)
        #expect(matches[0].qValue < 0.01 && !matches[0].isReverse)
        let reverse = library.matches(of: query.reverseComplement)
        #expect(reverse[0].target.name == "M17" && reverse[0].isReverse && reverse[0].pValue == matches[0].pValue)
        // A part of it, shifted.
        var part = query
        part.rows = Array(query.rows.dropFirst(2)) + sequence(999, length: 3).map(Self.row)
        #expect(library.matches(of: part)[0].target.name == "M17" && library.matches(of: part)[0].offset == -2)
        for (a, b) in zip(matches, matches.dropFirst()) { #expect(a.pValue <= b.pValue && a.qValue <= b.qValue) }
    }

    @Test("Random motifs have small p-values as often as they say")
    func calibrated() {
        let library = MotifLibrary(
            (0..<100).map { number in
                PositionWeightMatrix(name: "M\(number)", rows: sequence(number, length: 9).map(Self.row))
            })
        let values = (1000..<1020).flatMap { number in
            library.matches(of: PositionWeightMatrix(name: "", rows: sequence(number, length: 9).map(Self.row)))
                .map(\.pValue)
        }
        let share = Double(values.count { $0 < 0.05 }) / Double(values.count)
        #expect((0.005..<0.08).contains(share))
        #expect(values.allSatisfy { (0...1).contains($0) })
    }

    @Test("q-values are Benjamini and Hochberg's")
    func qValues() {
        let motif = PositionWeightMatrix(name: "", rows: [])
        let matches = [0.01, 0.02, 0.03, 0.5].map {
            MotifMatch(target: motif, pValue: $0, qValue: 1, offset: 0, isReverse: false)
        }
        let values = MotifLibrary.withQValues(matches).map(\.qValue)
        #expect(zip(values, [0.04, 0.04, 0.04, 0.5]).allSatisfy { abs($0 - $1) < 1e-12 })
    }

    /// A column that nearly always has one letter.
    private static func row(_ code: UInt8) -> [Double] { (0..<4).map { code >> UInt8($0) & 1 == 1 ? 0.85 : 0.05 } }
}
