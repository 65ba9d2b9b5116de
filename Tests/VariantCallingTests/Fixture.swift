import Foundation
import Genomics
import NeuralNetwork

@testable import VariantCalling

/// Small values that the tests of this module share.
enum Fixture {
    /// An allele with evidence of 30 reads.
    static func candidate(
        _ reference: String, _ alternate: String, at position: Int = 100, contig: String = "chr1", depth: Int = 30
    ) -> Candidate {
        var candidate = Candidate(contig: contig, position: position, reference: reference, alternate: alternate)
        candidate.depth = depth
        candidate.alternateDepth = depth / 2
        candidate.referenceDepth = depth - depth / 2
        candidate.referenceForward = candidate.referenceDepth / 3
        candidate.alternateForward = candidate.alternateDepth / 3
        candidate.meanAlternateQuality = 35.5
        candidate.mappingQuality = 60
        candidate.repeatLength = 1
        return candidate
    }

    /// An allele as the network saw it.
    static func allele(
        _ reference: String, _ alternate: String, at position: Int = 100, contig: String = "chr1", depth: Int = 30,
        _ probabilities: [Float]
    ) -> Genotyper.Allele {
        Genotyper.Allele(
            candidate: candidate(reference, alternate, at: position, contig: contig, depth: depth),
            probabilities: probabilities)
    }

    /// Candidates with pileups of random numbers.
    static func batch(_ count: Int, seed: UInt64 = 1, labels: Bool = false) -> ExampleBatch {
        var random = SplitMix64(seed: seed)
        let features = (0..<(count * CandidateEncoder.valuesPerCandidate)).map { _ in
            Float(random.next() >> 40) * 0x1p-24
        }
        return ExampleBatch(
            candidates: (0..<count).map { candidate("A", "C", at: 100 + $0) }, features: features,
            labels: labels ? (0..<count).map { UInt8($0 % 3) } : nil)
    }

    /// A calling network that has learned nothing.
    static func package(seed: UInt64 = 7) throws -> ModelPackage {
        ModelPackage(
            try Network(CallingNetwork.architecture, seed: seed), featureVersion: PileupEncoder.featureVersion,
            labels: CallingModel.packageLabels)
    }

    /// Bases without a pattern.
    static func bases(_ count: Int, seed: UInt64) -> String {
        var random = SplitMix64(seed: seed)
        let letters = Array("ACGT".utf8)
        return String(decoding: (0..<count).map { _ in letters[Int(random.next() >> 62)] }, as: UTF8.self)
    }
}

/// A folder that goes away with its owner.
final class ScratchFolder: Sendable {
    private let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("variant-calling-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: url.appendingPathComponent(name))
    }

    func bytes(_ name: String) throws -> Data { try Data(contentsOf: url.appendingPathComponent(name)) }

    /// Writes a FASTA file and opens it.
    func reference(_ contigs: [(name: String, bases: String)]) throws -> ReferenceGenome {
        let text = contigs.map { ">\($0.name)\n\($0.bases)\n" }.joined()
        try Data(text.utf8).write(to: url.appendingPathComponent("reference.fa"))
        return try ReferenceGenome(path: path("reference.fa"))
    }
}
