internal import CRDKit
import LinearAlgebra
import NeuralNetwork

/// What kernels read of a molecule.
struct MoleculeFeatures: Sendable {
    /// One of each of ``MoleculeKernels/kinds``.
    let fingerprints: [Fingerprint]
    let descriptors: [Double]

    init(_ molecule: Molecule) throws(MoleculeError) {
        var all: [Fingerprint] = []
        for kind in MoleculeKernels.kinds { all.append(try molecule.fingerprint(kind)) }
        fingerprints = all
        descriptors = try molecule.descriptors()
    }
}

/// How alike molecules are to those that a model was fitted to, in several ways: shared fragments, near descriptors, and their products.
struct MoleculeKernels: Sendable {
    static let kinds: [Fingerprint.Kind] = [
        .morgan(radius: 2), .morganFeatures(radius: 2), .torsions, .atomPairs,
    ]
    /// The kernels in their order: the mean of the fragments' similarities, Gaussians of the descriptors' mean squared distance, and their
    /// mean product.
    static let gammas = [0.25, 1.0]
    static let count = 2 + gammas.count

    private let packs: [PackedFingerprints]
    private let code: DescriptorCode
    /// Row after row, ``DescriptorCode/columns`` each.
    private let codes: [Int16]
    private let norms: [Int64]

    /// The number of molecules.
    let rows: Int

    init(_ molecules: [MoleculeFeatures]) {
        let code = DescriptorCode(molecules.map(\.descriptors))
        self.init(
            packs: Self.kinds.indices.map { kind in PackedFingerprints(molecules.map { $0.fingerprints[kind] }) },
            code: code, codes: molecules.flatMap { code.code($0.descriptors) }, rows: molecules.count)
    }

    private init(packs: [PackedFingerprints], code: DescriptorCode, codes: [Int16], rows: Int) {
        (self.packs, self.code, self.codes, self.rows) = (packs, code, codes, rows)
        let width = code.columns.count
        norms = (0..<rows).map { row in
            let own = Array(codes[(row * width)..<((row + 1) * width)])
            return Self.products(own, own, rows: 1)[0]
        }
    }

    /// The kernels of another molecule with each row, and the largest similarity of fragments.
    func values(_ molecule: MoleculeFeatures) -> (kernels: [[Double]], similarity: Double) {
        var shared = [Double](repeating: 0, count: rows)
        for (pack, fingerprint) in zip(packs, molecule.fingerprints) {
            let own = pack.similarities(to: fingerprint)
            for row in 0..<rows { shared[row] += 0.25 * own[row] }
        }
        let own = code.code(molecule.descriptors)
        let scale = 1 / (DescriptorCode.steps * DescriptorCode.steps * Double(max(1, own.count)))
        // Whole numbers: exact in any order.
        let products = Self.products(own, codes, rows: rows)
        let size = Self.products(own, own, rows: 1)[0]
        var kernels = [[Double]](repeating: [Double](repeating: 0, count: rows), count: Self.count)
        for row in 0..<rows {
            let distance = Double(size + norms[row] - 2 * products[row]) * scale
            for (place, gamma) in Self.gammas.enumerated() {
                kernels[1 + place][row] = PortableMath.exp(-gamma * distance)
            }
            kernels[Self.count - 1][row] = Double(products[row]) * scale
        }
        kernels[0] = shared
        return (kernels, shared.max() ?? 0)
    }

    /// The square matrices between the rows, and other molecules' with them.
    func matrices(_ molecules: [MoleculeFeatures]) -> (kernels: [Matrix], similarities: [Double]) {
        var elements = [[Double]](repeating: [], count: Self.count)
        var similarities: [Double] = []
        for molecule in molecules {
            let (kernels, similarity) = values(molecule)
            for place in 0..<Self.count { elements[place] += kernels[place] }
            similarities.append(similarity)
        }
        return (elements.map { Matrix(rows: molecules.count, columns: rows, elements: $0) }, similarities)
    }

    private static func products(_ own: [Int16], _ codes: [Int16], rows: Int) -> [Int64] {
        var products = [Int64](repeating: 0, count: rows)
        crdkit_products(own, rows, own.count, codes, &products)
        return products
    }
}

extension MoleculeKernels {
    var tensors: [Safetensors.Tensor] {
        zip(["morgan", "features", "torsions", "pairs"], packs).flatMap { $1.tensors($0) } + [
            .init(name: "descriptors.codes", numbers: codes, dtype: .i16, shape: [rows, code.columns.count]),
            .init(name: "descriptors.columns", numbers: code.columns.map { UInt16($0) }, dtype: .u16),
            .init(name: "descriptors.means", doubles: code.means),
            .init(name: "descriptors.deviations", doubles: code.deviations),
        ]
    }

    init(_ file: PackageTensors) throws(DrugError) {
        var packs: [PackedFingerprints] = []
        for name in ["morgan", "features", "torsions", "pairs"] { packs.append(try PackedFingerprints(file, name)) }
        let columns: [UInt16] = try file.numbers("descriptors.columns", .u16)
        let codes: [Int16] = try file.numbers("descriptors.codes", .i16)
        let deviations = try file.doubles("descriptors.deviations", count: columns.count)
        guard packs.allSatisfy({ $0.rows == packs[0].rows }), codes.count == packs[0].rows * columns.count,
            columns.allSatisfy({ $0 < Molecule.descriptorNames.count }), deviations.allSatisfy({ $0 > 0 })
        else { throw DrugError("the descriptors and fingerprints of the package do not fit each other") }
        let code = DescriptorCode(
            columns: columns.map(Int.init), means: try file.doubles("descriptors.means", count: columns.count),
            deviations: deviations)
        self.init(packs: packs, code: code, codes: codes, rows: packs[0].rows)
    }
}
