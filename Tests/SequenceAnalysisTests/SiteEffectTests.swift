import Foundation
import Genomics
import NeuralNetwork
import Tasks
import Testing

@testable import SequenceAnalysis

/// Effects of variants on the sites around them, beside a reading of all windows one by one.
@Suite("Effects on sites")
struct SiteEffectTests {
    private let bases: [UInt8]
    private let genome: ReferenceGenome
    private let model: SequenceModel
    private let effects: VariantEffects
    private static let length = 10
    private static let floor: Float = 0.05
    private static let gain: Float = 0.5
    /// Bases in front of the site.
    private static let site = 4

    init() throws {
        var random = SplitMix64(seed: 11)
        func some(_ count: Int) -> String {
            String(decoding: (0..<count).map { _ in Array("ACGT".utf8)[Int(random.next() >> 62)] }, as: UTF8.self)
        }
        // A tract of CA at 40..<52, between letters that end it.
        let text = some(39) + "G" + String(repeating: "CA", count: 6) + "T" + some(40)
        bases = Array(text.utf8)
        let path = FileManager.default.temporaryDirectory.appending(path: "sites-\(UUID()).fa")
        try Data(">c\n\(text)\n".utf8).write(to: path)
        genome = try ReferenceGenome(path: path.path)
        let layers: [LayerSpecification] = [.conv1d(filters: 8, kernel: 4), .relu, .flatten, .linear(outputs: 3)]
        var package = try ModelPackage(
            Network(Architecture(bases: Self.length, layers: layers), seed: 6),
            featureVersion: SequenceTask.featureVersion, labels: ["donor", "acceptor", "none"])
        package.weights = package.weights.map { 4 * $0 }
        package.taskOptions = try SequenceOptions(
            effect: SiteReading(
                classes: ["donor", "acceptor"], floor: Self.floor, gain: Self.gain, site: Self.site)
        ).encode()
        // Also through the file.
        model = try SequenceModel(ModelPackage(decoding: package.encode()))
        effects = try VariantEffects(model)
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bases[range], as: UTF8.self) }

    private func effect(_ position: Int, _ reference: String, _ alternate: String) async throws -> VariantEffects.Effect
    {
        let allele = try #require(Allele(contig: "c", position: position, reference: reference, alternate: alternate))
        return try await effects.effects(of: [allele], in: genome, workers: 1)[0].get()
    }

    /// The score of both classes at each boundary of a sequence, by strand.
    private func track(_ text: [UInt8], isReverse: Bool) async throws -> [[Float]] {
        let codes = text.map { BaseCode.nibble(ofASCII: $0) }
        let strand = isReverse ? codes.reversed().map(BaseCode.complementCode) : codes
        var tracks = [[Float]](repeating: [], count: text.count + 1)
        for start in 0...(strand.count - Self.length) {
            let values = try await model.values(of: [Array(strand[start..<(start + Self.length)])], workers: 1)[0]
            let boundary = isReverse ? text.count - start - Self.site : start + Self.site
            tracks[boundary] = values[..<2].map { Foundation.log(($0 + Self.floor) / (1 - $0 + Self.floor)) }
        }
        return tracks
    }

    /// The greatest change of any boundary, where `changed` bases are replaced.
    private func expected(_ changed: Range<Int>, _ inserted: String) async throws -> Float {
        let allele = bases[..<changed.lowerBound] + Array(inserted.utf8) + bases[changed.upperBound...]
        let nothing = Foundation.log(Self.floor / (1 + Self.floor))
        let shift = inserted.utf8.count - changed.count
        var greatest: Float = 0
        func see(_ before: Float, _ after: Float) {
            greatest = max(greatest, after > before ? Self.gain * (after - before) : before - after)
        }
        for isReverse in [false, true] {
            let without = try await track(bases, isReverse: isReverse)
            let with = try await track(Array(allele), isReverse: isReverse)
            for output in 0..<2 {
                func reference(_ boundary: Int) -> Float { without[boundary][output] }
                func alternate(_ boundary: Int) -> Float { with[boundary][output] }
                let (low, high) = (changed.lowerBound, changed.upperBound)
                for boundary in Self.length..<low { see(reference(boundary), alternate(boundary)) }
                for boundary in high + 1..<(bases.count - Self.length) {
                    see(reference(boundary), alternate(boundary + shift))
                }
                if changed.isEmpty {
                    let both = [alternate(low), alternate(low + shift)].sorted()
                    see(reference(low), both[1])
                    see(nothing, both[0])
                } else if inserted.isEmpty {
                    let both = [reference(low), reference(high)].sorted()
                    see(both[1], alternate(low))
                    see(both[0], nothing)
                } else {
                    see(reference(low), alternate(low))
                    see(reference(high), alternate(high + shift))
                }
                if shift == 0 {
                    for boundary in low + 1..<max(low + 1, high) { see(reference(boundary), alternate(boundary)) }
                } else {
                    for boundary in low + 1..<max(low + 1, high) { see(reference(boundary), nothing) }
                    for boundary in low + 1..<max(low + 1, high + shift) { see(nothing, alternate(boundary)) }
                }
            }
        }
        return greatest
    }

    @Test(
        "The effect is the greatest change of all boundaries of both strands, of which none but those near the change changes"
    )
    func bruteForce() async throws {
        let changes: [(Range<Int>, String)] = [
            (30..<31, text(30..<31) == "A" ? "C" : "A"), (30..<33, "NNN"), (29..<29, "GGTAAGT"), (28..<32, ""),
            (20..<45, ""), (25..<27, "ACGTTGCA"), (33..<36, "T"),
        ]
        for (changed, inserted) in changes {
            let position = changed.lowerBound
            let anchor = text((position - 1)..<position)
            let isExchange = changed.count == inserted.utf8.count
            let effect = try await effect(
                isExchange ? position + 1 : position, (isExchange ? "" : anchor) + text(changed),
                (isExchange ? "" : anchor) + inserted)
            let allele = try #require(
                Allele(
                    contig: "c", position: isExchange ? position + 1 : position,
                    reference: (isExchange ? "" : anchor) + text(changed),
                    alternate: (isExchange ? "" : anchor) + inserted))
            // As all spell it.
            let (range, letters) = try allele.normalized { name, range throws(GenomicsError) in
                try genome.window(name, range)
            }.edit
            let greatest = try await expected(range, String(decoding: letters, as: UTF8.self))
            #expect(abs(abs(effect.difference) - greatest) < 1e-4, "\(changed) \(inserted)")
            #expect(effect.difference == effect.alternate - effect.reference)
            #expect(effect.shift == inserted.utf8.count - changed.count && effect.site != nil)
        }
    }

    @Test("Other spellings of a variant have the same effect, and a class may be named")
    func spellings() async throws {
        let deletion = try await effect(40, "GCA", "G")
        #expect(try await effect(50, "ACA", "A") == deletion)
        #expect(try await effect(39, text(38..<46), text(38..<40) + text(42..<46)) == deletion)
        let insertion = try await effect(40, "G", "GCA")
        #expect(try await effect(52, "A", "ACA") == insertion && insertion.shift == 2)
        let allele = try #require(Allele(contig: "c", position: 40, reference: "GCA", alternate: "G"))
        let each = try await ["donor", "acceptor"].asyncMap { name in
            let effect = try await VariantEffects(model, class: name).effects(of: [allele], in: genome, workers: 1)
            #expect(try effect[0].get().site?.name == name)
            return try abs(effect[0].get().difference)
        }
        #expect(each.max() == abs(deletion.difference))
        #expect(throws: TaskError.self) { try VariantEffects(model, class: "none") }
    }

    @Test("Many variants together have the effects of each alone, and one at the end of the contig is said")
    func together() async throws {
        let alleles = (15..<70).flatMap { place in
            ["A", "C", "G", "T"].compactMap { letter in
                Allele(contig: "c", position: place + 1, reference: text(place..<(place + 1)), alternate: letter)
            }
        }
        let results = try await effects.effects(of: alleles, in: genome, workers: 2)
        for (allele, result) in zip(alleles, results).prefix(20) {
            #expect(try await effects.effects(of: [allele], in: genome, workers: 1)[0] == result)
        }
        let edge = try #require(Allele(contig: "c", position: 5, reference: text(4..<5), alternate: "N"))
        let refused = try await effects.effects(of: [edge], in: genome, workers: 1)[0]
        #expect(throws: GenomicsError.self) { try refused.get() }
    }

    @Test("A package without options has the documents that it always had, and options that do not fit are refused")
    func options() throws {
        var package = try ModelPackage(
            Network(
                Architecture(bases: 10, layers: [.conv1d(filters: 2, kernel: 4), .flatten, .linear(outputs: 2)]),
                seed: 1),
            featureVersion: SequenceTask.featureVersion, labels: ["no", "yes"])
        #expect(try !String(decoding: package.encode(), as: UTF8.self).contains("taskOptions"))
        #expect(try SequenceModel(package).options == nil)
        let plain = try package.digest()
        package.taskOptions = try SequenceOptions(effect: SiteReading(classes: ["yes"], floor: 0.1)).encode()
        #expect(try package.digest() != plain && SequenceModel(package).options?.effect?.gain == 1)
        for wrong in [
            SiteReading(classes: ["maybe"], floor: 0.1), SiteReading(classes: [], floor: 0.1),
            SiteReading(classes: ["yes"], floor: 0), SiteReading(classes: ["yes"], floor: 0.1, gain: 2),
        ] {
            package.taskOptions = try SequenceOptions(effect: wrong).encode()
            #expect(throws: TaskError.self) { try SequenceModel(package) }
        }
        package.taskOptions = "{\"effect\": 1}"
        #expect(throws: TaskError.self) { try SequenceModel(package) }
    }
}

extension Sequence {
    fileprivate func asyncMap<T>(_ body: (Element) async throws -> T) async rethrows -> [T] {
        var results: [T] = []
        for element in self { results.append(try await body(element)) }
        return results
    }
}
