import Foundation
import Genomics
import NeuralNetwork

/// Candidates with their pileups: a value of `examples`, or with labels of `labelled-examples`, as a safetensors file.
///
/// Tensors: `features` F32 (candidates × values) as ``CandidateEncoder`` lays them out; `candidates` U8, the
/// JSON of the candidates; `labels` U8 (candidates), copies of the allele, with `groups` I64 (candidates), where they are from. Metadata:
/// `feature_version`, `pileup_options` where they are not the usual ones, with labels `split`, of simulated ones `sequencing`.
public struct ExampleBatch: Sendable, Hashable {
    /// What labelled examples are for.
    public enum Split: String, Sendable {
        /// The network is fitted to them.
        case training
        /// The epoch is chosen and probabilities are calibrated on them.
        case validation
    }

    /// The alleles.
    public var candidates: [Candidate]
    /// A pileup a candidate, one after the other.
    public var features: [Float]
    /// Copies of each allele, 0 to 2, where they are known.
    public var labels: [UInt8]?
    /// What labelled examples are for.
    public var split = Split.training
    /// The stretch of the genome that labelled examples are from: those of one number are not independent of each other.
    public var group: Int64?
    /// What simulated examples were read by and how deep, such as `hifi 32x`.
    public var sequencing: String?
    /// Whether simulated examples are of a person whose variants were redrawn, so that their inputs are not distributed as a sequencer's are.
    public var isRedrawn = false
    /// What the pileups were made with.
    public var options: PileupOptions

    /// The key of ``isRedrawn`` in a file's metadata.
    static let drawKey = "draw"

    /// The number of candidates.
    public var count: Int { candidates.count }

    /// Makes a batch.
    public init(
        candidates: [Candidate], features: [Float], labels: [UInt8]? = nil, options: PileupOptions = PileupOptions()
    ) {
        precondition(features.count == candidates.count * CandidateEncoder.valuesPerCandidate)
        precondition(labels.map { $0.count == candidates.count } ?? true)
        self.candidates = candidates
        self.features = features
        self.labels = labels
        self.options = options
    }

    /// The safetensors file.
    public func encode() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = try Array(encoder.encode(candidates))
        var tensors = [
            Safetensors.Tensor(
                name: "features", shape: [count, CandidateEncoder.valuesPerCandidate], floats: features),
            Safetensors.Tensor(name: "candidates", dtype: .u8, shape: [json.count], bytes: json),
        ]
        if let labels { tensors.append(.init(name: "labels", dtype: .u8, shape: [count], bytes: labels)) }
        if let group, labels != nil {
            let groups = withUnsafeBytes(of: group.littleEndian, Array.init)
            tensors.append(
                .init(
                    name: "groups", dtype: .i64, shape: [count],
                    bytes: Array(repeatElement(groups, count: count).joined())))
        }
        var metadata = ["feature_version": PileupEncoder.featureVersion]
        if options != PileupOptions() { metadata[PileupOptions.key] = try options.document }
        if labels != nil { metadata["split"] = split.rawValue }
        metadata["sequencing"] = sequencing
        if isRedrawn { metadata[Self.drawKey] = "redrawn" }
        return Safetensors.encode(tensors: tensors, metadata: metadata)
    }

    /// Reads such a file.
    ///
    /// Throws ``ExampleError`` when a tensor is missing or of another shape, or the features are of another definition.
    public init(decoding bytes: [UInt8]) throws {
        let file = try Safetensors.decode(bytes)
        guard file.metadata["feature_version"] == PileupEncoder.featureVersion else {
            throw ExampleError(
                "features of version \(file.metadata["feature_version"] ?? "unknown"); this program makes "
                    + PileupEncoder.featureVersion)
        }
        guard let json = file["candidates"], let features = file["features"] else {
            throw ExampleError("the tensors `candidates` and `features` are needed")
        }
        do {
            candidates = try JSONDecoder().decode([Candidate].self, from: Data(json.bytes))
        } catch {
            throw ExampleError("`candidates` is not the JSON of candidates: \(error)")
        }
        for (index, candidate) in candidates.enumerated() {
            if let flaw = candidate.flaw { throw ExampleError("candidate \(index + 1): \(flaw)") }
        }
        guard features.shape == [candidates.count, CandidateEncoder.valuesPerCandidate],
            let values = features.floats, values.allSatisfy(\.isFinite)
        else { throw ExampleError("`features` does not hold one finite pileup a candidate") }
        self.features = values
        options = try PileupOptions(document: file.metadata[PileupOptions.key])
        if let labels = file["labels"] {
            guard labels.dtype == .u8, labels.shape == [candidates.count], labels.bytes.allSatisfy({ $0 <= 2 }) else {
                throw ExampleError("`labels` does not hold one number of copies a candidate")
            }
            self.labels = labels.bytes
        }
        if let groups = file["groups"] {
            guard groups.dtype == .i64, groups.shape == [candidates.count] else {
                throw ExampleError("`groups` does not hold one number a candidate")
            }
            let numbers = groups.bytes.withUnsafeBytes { bytes in
                (0..<candidates.count).map { bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Int64.self) }
            }
            guard Set(numbers).count <= 1 else {
                throw ExampleError("a batch is of one group, and `groups` has several")
            }
            group = numbers.first
        }
        if let text = file.metadata["split"] {
            guard let split = Split(rawValue: text) else {
                throw ExampleError("the split \(text) is neither training nor validation")
            }
            self.split = split
        }
        sequencing = file.metadata["sequencing"]
        isRedrawn = file.metadata[Self.drawKey] == "redrawn"
    }
}

/// Model inputs that are not what they should be.
public struct ExampleError: Error, Sendable, CustomStringConvertible {
    /// What is wrong.
    public var description: String

    /// Makes an error of a sentence.
    public init(_ description: String) { self.description = description }
}
