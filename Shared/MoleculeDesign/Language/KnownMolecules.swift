import Hashing
import NeuralNetwork

/// Which molecules are known: those that a model learned from, as hashes of their SMILES without stereochemistry.
///
/// A molecule that is not known is taken for one with a probability of their number ÷ 2⁴⁸: one in a billion at 250,000.
public struct KnownMolecules: Sendable {
    /// Ascending, 48 bits each.
    private let hashes: [UInt64]
    private static let bytes = 6

    /// Takes canonical SMILES without stereochemistry.
    public init(_ smiles: some Sequence<String>) { hashes = Set(smiles.map(Self.hash)).sorted() }

    /// The number of molecules.
    public var count: Int { hashes.count }

    /// Whether a canonical SMILES without stereochemistry is one of them.
    public func contains(_ smiles: String) -> Bool {
        let hash = Self.hash(smiles)
        var (low, high) = (0, hashes.count)
        while low < high {
            let middle = (low + high) / 2
            if hashes[middle] < hash { low = middle + 1 } else { high = middle }
        }
        return low < hashes.count && hashes[low] == hash
    }

    private static func hash(_ smiles: String) -> UInt64 {
        // FNV-1a, mixed: no secret is kept by it.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in smiles.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return SplitMix64.mix(hash) >> 16
    }

    var tensors: [Safetensors.Tensor] {
        let bytes = hashes.flatMap { hash in (0..<Self.bytes).map { UInt8(truncatingIfNeeded: hash >> (8 * $0)) } }
        return [.init(name: "known", dtype: .u8, shape: [hashes.count, Self.bytes], bytes: bytes)]
    }

    init(_ file: Safetensors) throws(DesignError) {
        guard let tensor = file["known"], tensor.dtype == .u8, tensor.bytes.count % Self.bytes == 0 else {
            throw DesignError("the package has no hashes of known molecules")
        }
        hashes = stride(from: 0, to: tensor.bytes.count, by: Self.bytes).map { first in
            (0..<Self.bytes).reduce(0) { $0 | UInt64(tensor.bytes[first + $1]) << (8 * $1) }
        }
        guard zip(hashes, hashes.dropFirst()).allSatisfy(<) else {
            throw DesignError("the hashes of known molecules of the package are not in order")
        }
    }
}
