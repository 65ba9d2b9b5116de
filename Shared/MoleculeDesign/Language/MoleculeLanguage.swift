import Foundation
import NeuralNetwork

/// A recurrent language model of molecules (after Segler and others 2018): it says the next token of a SMILES.
///
/// Weights are held to 65,535 even steps between a tensor's ends, two bytes each; a model says the same before and after it is written.
public final class MoleculeLanguage {
    /// What a package says beside its weights.
    struct Head: Sendable, Codable {
        var name: String
        var width: Int
        var hidden: Int
        var layers: Int
        /// Tokens of a molecule at most, its end included.
        var length: Int
        var vocabulary: [String]
    }

    let head: Head
    /// The network, whose architecture is `Architecture.nextToken`.
    public let network: Network
    /// The molecules that it learned from.
    public let known: KnownMolecules
    /// Their canonical SMILES without stereochemistry, where they are few enough to be kept with the model; else none.
    public let examples: [String]
    /// How common fragments are in them.
    public let fragments: FragmentScores
    /// Command, data, seed and figures.
    public let lineage: Lineage

    static let format = "helicase.molecule-language"
    static let version = "1"
    /// So many molecules are kept as texts at most.
    static let mostExamples = 10_000

    /// Takes a trained network, whose weights become the nearest steps.
    init(
        head: Head, network: Network, known: KnownMolecules, examples: [String], fragments: FragmentScores,
        lineage: Lineage
    ) throws {
        guard head.vocabulary == SMILESVocabulary.tokens else {
            throw DesignError("the model \(head.name) knows other tokens than this program")
        }
        (self.head, self.network, self.known, self.examples) = (head, network, known, examples)
        (self.fragments, self.lineage) = (fragments, lineage)
        let weights = network.weights
        try network.load(network.slices.flatMap { StepTensor(Array(weights[$0.range])).floats })
    }

    /// What it is called: `molecules-moses`.
    public var name: String { head.name }
    /// Tokens of a molecule at most.
    public var longest: Int { head.length - 1 }
    /// Numbers of the network.
    public var parameterCount: Int { network.parameterCount }

    /// A network of its own with the same weights, for molecules of up to `length` tokens with their end.
    public func copy(length: Int? = nil) throws -> Network {
        let copy = try Network(
            Self.architecture(head, length: length ?? head.length), seed: 0)
        try copy.load(network.weights)
        return copy
    }

    static func architecture(_ head: Head, length: Int) -> Architecture {
        .nextToken(
            vocabulary: head.vocabulary.count, length: length, width: head.width, hidden: head.hidden,
            layers: head.layers)
    }

    /// Reads a package; throws ``DesignError`` where it is none of a language of molecules.
    public convenience init(decoding bytes: [UInt8]) throws {
        let file: Safetensors
        do { file = try Safetensors.decode(bytes) } catch { throw DesignError("this is no package: \(error)") }
        guard file.metadata[Self.format] == Self.version else {
            throw DesignError("this is no model of molecules, which `helicase train molecules` writes")
        }
        func document<Value: Decodable>(_ name: String) throws(DesignError) -> Value {
            guard let text = file.metadata[name],
                let value = try? JSONDecoder().decode(Value.self, from: Data(text.utf8))
            else { throw DesignError("the package has no document \"\(name)\" that can be read") }
            return value
        }
        let head: Head = try document("model")
        guard head.length > 1, head.length <= 1024, head.hidden <= 4096, head.width <= 4096, head.layers <= 8 else {
            throw DesignError("the package says impossible sizes of the network")
        }
        let network = try Network(Self.architecture(head, length: head.length), seed: 0)
        var weights: [Float] = []
        for slice in network.slices { weights += try StepTensor(file, slice.name, count: slice.range.count).floats }
        try network.load(weights)
        try self.init(
            head: head, network: network, known: KnownMolecules(file),
            examples: String(decoding: file["examples"]?.bytes ?? [], as: UTF8.self).split(separator: "\n")
                .map(String.init), fragments: FragmentScores(file),
            lineage: try document("lineage"))
    }

    /// The package: the same bytes for the same content.
    public func encode() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let weights = network.weights
        let text = Array(examples.map { $0 + "\n" }.joined().utf8)
        let texts = [Safetensors.Tensor(name: "examples", dtype: .u8, shape: [text.count], bytes: text)]
        return Safetensors.encode(
            tensors: network.slices.flatMap {
                StepTensor(Array(weights[$0.range])).tensors($0.name, shape: $0.shape)
            } + known.tensors + fragments.tensors + texts,
            metadata: [
                Self.format: Self.version, "model": String(decoding: try encoder.encode(head), as: UTF8.self),
                "lineage": String(decoding: try encoder.encode(lineage), as: UTF8.self),
            ])
    }

    /// The models that come with the suite.
    public static let bundledNames = ["molecules-moses"]

    /// The model of a name that comes with the suite; nil where there is none.
    public static func bundled(_ name: String) throws -> MoleculeLanguage? {
        guard bundledNames.contains(name),
            let file = Bundle.module.url(forResource: name, withExtension: "safetensors", subdirectory: "Models")
        else { return nil }
        return try MoleculeLanguage(decoding: Array(Data(contentsOf: file)))
    }
}

/// Floats held to even steps between their ends.
struct StepTensor {
    let floats: [Float]
    private let codes: [Int16]
    private let step: Float

    init(_ values: [Float]) {
        let largest = values.reduce(0) { max($0, abs($1)) }
        // A power of two, so that what was held to steps once is what it becomes.
        let step = largest > 0 ? Float(sign: .plus, exponent: (largest / 32_767).exponent + 1, significand: 1) : 1
        self.init(codes: values.map { Int16(($0 / step).rounded()) }, step: step)
    }

    private init(codes: [Int16], step: Float) {
        (self.codes, self.step) = (codes, step)
        floats = codes.map { Float($0) * step }
    }

    func tensors(_ name: String, shape: [Int]) -> [Safetensors.Tensor] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(2 * codes.count)
        for code in codes { withUnsafeBytes(of: code.littleEndian) { bytes.append(contentsOf: $0) } }
        return [
            .init(name: name, dtype: .i16, shape: shape, bytes: bytes),
            .init(name: "\(name).step", shape: [1], floats: [step]),
        ]
    }

    init(_ file: Safetensors, _ name: String, count: Int) throws(DesignError) {
        guard let tensor = file[name], tensor.dtype == .i16, tensor.bytes.count == 2 * count,
            let step = file["\(name).step"]?.floats?.first, step > 0, step.isFinite
        else { throw DesignError("the package has no tensor \(name) of \(count) steps") }
        let codes = tensor.bytes.withUnsafeBytes { raw in
            (0..<count).map { Int16(littleEndian: raw.loadUnaligned(fromByteOffset: 2 * $0, as: Int16.self)) }
        }
        self.init(codes: codes, step: step)
    }
}
