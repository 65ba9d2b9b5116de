import Foundation
import Genomics
import NeuralNetwork
import Tasks
import Testing

@testable import SequenceAnalysis

/// Tracks of what a model says of every base.
@Suite("Scans of a reference")
struct SequenceScannerTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "scan-\(UUID())").path
    private let bases: [UInt8]

    init() {
        var random = SplitMix64(seed: 5)
        bases = (0..<3_300).map { index in
            // A gap of 30, which hides the windows of 20 that lie in it by more than half.
            (200..<230).contains(index) ? UInt8(ascii: "N") : Array("ACGT".utf8)[Int(random.next() >> 62)]
        }
    }

    private func inFolder(_ body: (ReferenceGenome) async throws -> Void) async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let text = String(decoding: bases, as: UTF8.self)
        try ">long\n\(text)\n>short\n\(text.prefix(19))\n".write(
            toFile: "\(folder)/r.fa", atomically: true, encoding: .utf8)
        try await body(ReferenceGenome(path: "\(folder)/r.fa"))
    }

    private func model(bothStrands: Bool = false, labels: [String] = ["no", "yes"]) throws -> SequenceModel {
        let layers: [LayerSpecification] = [
            .conv1d(filters: 6, kernel: 4, padding: 1), .relu, .flatten, .linear(outputs: labels.count),
        ]
        return try SequenceModel(
            ModelPackage(
                Network(Architecture(bases: 20, layers: layers), seed: 4),
                featureVersion: bothStrands ? SequenceTask.bothStrands : SequenceTask.featureVersion, labels: labels))
    }

    /// The scores of `long`, by position, as a scan writes them.
    private func track(_ scanner: SequenceScanner, _ genome: ReferenceGenome, regions: BED? = nil) throws -> [Int:
        Float]
    {
        let path = "\(folder)/\(UUID()).bedgraph"
        let output = try TrackOutput(path: path, contigs: genome.contigs)
        var scanner = scanner
        scanner.piece = 1000
        let scored = try scanner.scan(genome, regions: regions, into: output, workers: 2)
        try output.finish()
        var scores: [Int: Float] = [:]
        for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
            let fields = line.split(separator: "\t")
            #expect(fields[0] == "long")
            for base in Int(fields[1])!..<Int(fields[2])! { scores[base] = Float(fields[3])! }
        }
        #expect(scores.count == scored)
        return scores
    }

    private func codes(_ range: Range<Int>, reverse: Bool = false) -> [UInt8] {
        let codes = bases[range].map { BaseCode.nibble(ofASCII: $0) }
        return reverse ? codes.reversed().map(BaseCode.complementCode) : codes
    }

    @Test("A base has the score of the window in which it is the anchor, also where pieces meet")
    func forward() async throws {
        try await inFolder { genome in
            let model = try model()
            let scores = try track(SequenceScanner(model, strand: .forward, anchor: 7), genome)
            for base in [7, 100, 999, 1000, bases.count - 13] {
                let own = try await model.values(of: [codes((base - 7)..<(base + 13))], workers: 1)[0][1]
                #expect(scores[base] == own)
            }
            #expect(scores[6] == nil && scores[bases.count - 12] == nil)
            // The windows from 190 to 220 hold more than ten N of the gap.
            #expect(scores[197] != nil && scores[198] == nil && scores[226] == nil && scores[227] != nil)
        }
    }

    @Test("The reverse strand is read backwards from the anchor, and both are the greater score")
    func strands() async throws {
        try await inFolder { genome in
            let model = try model()
            let forward = try track(SequenceScanner(model, strand: .forward, anchor: 7), genome)
            let reverse = try track(SequenceScanner(model, strand: .reverse, anchor: 7), genome)
            for base in [12, 300, 1005] {
                let own = try await model.values(of: [codes((base - 12)..<(base + 8), reverse: true)], workers: 1)[0][1]
                #expect(reverse[base] == own)
            }
            let both = try track(SequenceScanner(model, strand: .both, anchor: 7), genome)
            #expect(both[300] == max(forward[300]!, reverse[300]!))
            // Near the contig's end only one strand has a window.
            #expect(both[8] == forward[8] && reverse[8] == nil)
        }
    }

    @Test("A model of both strands says its mean")
    func mean() async throws {
        try await inFolder { genome in
            let model = try model(bothStrands: true)
            let scores = try track(SequenceScanner(model, anchor: 10), genome)
            #expect(scores[400] == (try await model.values(of: [codes(390..<410)], workers: 1)[0][1]))
            #expect(throws: TaskError.self) { try SequenceScanner(model, strand: .reverse) }
        }
    }

    @Test("Regions have the scores of the whole")
    func regions() async throws {
        try await inFolder { genome in
            let scanner = try SequenceScanner(model())
            let whole = try track(scanner, genome)
            let some = try track(
                scanner, genome, regions: BED([("long", 0..<40), ("long", 500..<503), ("short", 0..<19)]))
            #expect(some.keys.sorted() == Array(9..<40) + [500, 501, 502])
            #expect(some.allSatisfy { whole[$0.key] == $0.value })
        }
    }

    @Test("A class that is not said, and a base that no window has, are refused")
    func refusals() throws {
        #expect(throws: TaskError.self) { try SequenceScanner(model(labels: ["a", "b", "c"])) }
        #expect(throws: TaskError.self) { try SequenceScanner(model(), class: "maybe") }
        #expect(throws: TaskError.self) { try SequenceScanner(model(), anchor: 20) }
    }
}
