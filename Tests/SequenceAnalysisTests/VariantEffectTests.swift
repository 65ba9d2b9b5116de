import Foundation
import Genomics
import NeuralNetwork
import Testing

@testable import SequenceAnalysis

/// What a model says of variants.
@Suite("Effects of variants")
struct VariantEffectTests {
    private let genome: ReferenceGenome
    private let bases: [UInt8]
    private let effects: VariantEffects
    private let model: SequenceModel

    init() throws {
        var random = SplitMix64(seed: 9)
        func some(_ count: Int) -> String {
            String(decoding: (0..<count).map { _ in Array("ACGT".utf8)[Int(random.next() >> 62)] }, as: UTF8.self)
        }
        // A tract of CA at 60..<72, between letters that end it.
        let text = some(59) + "G" + String(repeating: "CA", count: 6) + "T" + some(60)
        bases = Array(text.utf8)
        let path = FileManager.default.temporaryDirectory.appending(path: "effects-\(UUID()).fa")
        try Data(">c\n\(text)\n".utf8).write(to: path)
        genome = try ReferenceGenome(path: path.path)
        let layers: [LayerSpecification] = [.conv1d(filters: 6, kernel: 4), .relu, .flatten, .linear(outputs: 2)]
        model = try SequenceModel(
            ModelPackage(
                Network(Architecture(bases: 20, layers: layers), seed: 4), featureVersion: SequenceTask.featureVersion,
                labels: ["no", "yes"]))
        effects = try VariantEffects(model)
    }

    private func effect(_ position: Int, _ reference: String, _ alternate: String) async throws -> VariantEffects.Effect
    {
        let allele = try #require(
            Allele(contig: "c", position: position, reference: reference, alternate: alternate))
        return try await effects.effects(of: [allele], in: genome, workers: 1)[0].get()
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bases[range], as: UTF8.self) }

    /// The probability of `yes` of a text.
    private func score(_ text: String) async throws -> Float {
        try await model.values(of: [text.utf8.map { BaseCode.nibble(ofASCII: $0) }], workers: 1)[0][1]
    }

    @Test("A single base is scored in the middle of one window")
    func substitution() async throws {
        let alternate = text(40..<41) == "A" ? "C" : "A"
        let effect = try await effect(41, text(40..<41), alternate)
        #expect(effect.reference == (try await score(text(30..<50))))
        #expect(effect.alternate == (try await score(text(30..<40) + alternate + text(41..<50))))
        #expect(effect.shift == 0 && effect.difference == effect.alternate - effect.reference)
    }

    @Test("A deletion is the mean of a window that keeps what is before it and one that keeps what is behind it")
    func deletion() async throws {
        // CA of the tract, left-aligned to 60..<62.
        let effect = try await effect(60, "GCA", "G")
        let references = [try await score(text(50..<70)), try await score(text(51..<71))]
        let alternates = [
            try await score(text(50..<60) + text(62..<72)), try await score(text(49..<60) + text(62..<71)),
        ]
        #expect(abs(effect.reference - (references[0] + references[1]) / 2) < 1e-6)
        #expect(abs(effect.alternate - (alternates[0] + alternates[1]) / 2) < 1e-6)
        #expect(effect.shift == -2)
    }

    @Test("Other spellings of a variant have the same effect")
    func spellings() async throws {
        let deletion = try await effect(60, "GCA", "G")
        #expect(try await effect(70, "ACA", "A") == deletion)
        #expect(try await effect(59, text(58..<66), text(58..<60) + text(62..<66)) == deletion)
        let insertion = try await effect(60, "G", "GCA")
        #expect(try await effect(72, "A", "ACA") == insertion && insertion.shift == 2)
        let other = text(30..<31) == "T" ? "G" : "T"
        #expect(
            try await effect(31, text(30..<31), other)
                == effect(30, text(29..<32), text(29..<30) + other + text(31..<32)))
    }

    @Test("Alleles longer than the window, and replacements, have an effect too")
    func long() async throws {
        let insertion = try await effect(40, text(39..<40), text(39..<40) + String(repeating: "ACGTT", count: 10))
        #expect(insertion.shift == 50 && insertion.alternate.isFinite)
        #expect(try await effect(41, text(40..<80), text(40..<41)).shift == -39)
        #expect(try await effect(41, text(40..<43), "ACGTACG").alternate.isFinite)
    }

    @Test(
        "REF that is not the reference's, an unknown contig, and the end of a contig are said, and the others are scored"
    )
    func flaws() async throws {
        let wrong = text(40..<41) == "A" ? "C" : "A"
        let alleles = [
            ("c", 41, wrong, "G"), ("d", 41, "A", "G"), ("c", 5, text(4..<5), "N"), ("c", 41, text(40..<41), wrong),
        ]
        .compactMap { Allele(contig: $0.0, position: $0.1, reference: $0.2, alternate: $0.3) }
        let results = try await effects.effects(of: alleles, in: genome, workers: 2)
        #expect(results.count == 4)
        #expect(throws: GenomicsError.self) { try results[0].get() }
        #expect(throws: GenomicsError.self) { try results[1].get() }
        #expect(throws: GenomicsError.self) { try results[2].get() }
        #expect(try results[3].get() == (try await effect(41, text(40..<41), wrong)))
    }
}
