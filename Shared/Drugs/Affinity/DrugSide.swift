import LinearAlgebra
import NeuralNetwork

/// The drugs that a model was fitted to, and how alike another one is to each.
struct DrugSide: Sendable {
    private static let kinds: [Fingerprint.Kind] = [.morgan(radius: 2), .morganFeatures(radius: 2)]
    /// What being the very same molecule adds.
    static let identity = 0.3

    /// Canonical SMILES: who they are.
    let keys: [String]
    private let packs: [PackedFingerprints]
    private let places: [String: Int]

    init(_ molecules: [Molecule]) throws(MoleculeError) {
        var fingerprints = Self.kinds.map { _ in [Fingerprint]() }
        for molecule in molecules {
            for (place, kind) in Self.kinds.enumerated() { fingerprints[place].append(try molecule.fingerprint(kind)) }
        }
        self.init(keys: molecules.map(\.smiles), packs: fingerprints.map { PackedFingerprints($0) })
    }

    private init(keys: [String], packs: [PackedFingerprints]) {
        (self.keys, self.packs) = (keys, packs)
        places = Dictionary(keys.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The kernel with each drug, the place of the very same one, and the largest similarity.
    func values(
        _ molecule: Molecule, asNew: Bool = false
    ) throws(MoleculeError) -> (kernel: [Double], place: Int?, similarity: Double) {
        var kernel = [Double](repeating: 0, count: keys.count)
        for (pack, kind) in zip(packs, Self.kinds) {
            let own = pack.similarities(to: try molecule.fingerprint(kind))
            for index in kernel.indices { kernel[index] += 0.5 * own[index] }
        }
        let similarity = kernel.max() ?? 0
        let place = asNew ? nil : places[molecule.smiles]
        if let place { kernel[place] += Self.identity }
        return (kernel, place, similarity)
    }

    var tensors: [Safetensors.Tensor] {
        zip(["morgan", "features"], packs).flatMap { $1.tensors($0) } + [.init(name: "drugs", lines: keys)]
    }

    init(_ file: PackageTensors) throws(DrugError) {
        var packs: [PackedFingerprints] = []
        for name in ["morgan", "features"] { packs.append(try PackedFingerprints(file, name)) }
        let keys = try file.lines("drugs")
        guard packs.allSatisfy({ $0.rows == keys.count }) else {
            throw DrugError("the drugs and fingerprints of the package do not fit each other")
        }
        self.init(keys: keys, packs: packs)
    }
}

/// The proteins that a model was fitted to, and how alike another one is to each.
struct ProteinSide: Sendable {
    /// What the same sequence adds, and the same construct of it.
    static let (sequence, identity) = (0.2, 0.2)

    let proteins: [Protein]
    private let words: ResidueWordIndex
    /// The places of the proteins of each sequence.
    private let places: [String: [Int]]

    init(_ proteins: [Protein]) {
        self.proteins = proteins
        var known: [String: ResidueWords] = [:]
        let words = proteins.map { protein in
            if let words = known[protein.sequence] { return words }
            let words = ResidueWords(protein.sequence)
            known[protein.sequence] = words
            return words
        }
        self.words = ResidueWordIndex(words)
        places = Dictionary(grouping: proteins.indices) { proteins[$0].sequence }
    }

    /// The kernel with each protein, the place of the very same construct, and the largest similarity of sequences.
    func values(_ protein: Protein) -> (kernel: [Double], place: Int?, similarity: Double) {
        var kernel = words.similarities(to: ResidueWords(protein.sequence))
        let similarity = kernel.max() ?? 0
        var place: Int?
        for index in places[protein.sequence] ?? [] {
            kernel[index] += Self.sequence
            if proteins[index].name == protein.name {
                kernel[index] += Self.identity
                place = index
            }
        }
        return (kernel, place, similarity)
    }

    var tensors: [Safetensors.Tensor] {
        [
            .init(name: "proteins.names", lines: proteins.map(\.name)),
            .init(name: "proteins.sequences", lines: proteins.map(\.sequence)),
        ]
    }

    init(_ file: PackageTensors) throws(DrugError) {
        let (names, sequences) = (try file.lines("proteins.names"), try file.lines("proteins.sequences"))
        guard names.count == sequences.count else { throw DrugError("the proteins of the package lack names") }
        var proteins: [Protein] = []
        for (name, sequence) in zip(names, sequences) { proteins.append(try Protein(name: name, sequence: sequence)) }
        self.init(proteins)
    }
}
