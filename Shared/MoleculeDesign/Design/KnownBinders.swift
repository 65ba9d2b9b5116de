import Drugs

/// The molecules that proposals are compared with: the nearest is named beside each.
public struct KnownBinders: Sendable {
    private let smiles: [String]
    private let fingerprints: [Fingerprint]

    /// Takes SMILES, each once; what RDKit does not read is left out.
    public init(_ texts: [String], workers: Int) {
        var seen = Set<String>()
        let unique = texts.filter { seen.insert($0).inserted }
        let made = Parallel.map(unique.count, workers: workers) { index -> (String, Fingerprint)? in
            guard let molecule = try? Molecule(smiles: unique[index]),
                let fingerprint = try? molecule.fingerprint(.morgan(radius: 2))
            else { return nil }
            return (unique[index], fingerprint)
        }.compactMap { $0 }
        (smiles, fingerprints) = (made.map(\.0), made.map(\.1))
    }

    /// The number of molecules.
    public var count: Int { smiles.count }

    /// The most similar one by ECFP4 counts, the first of equals; nil where there is none.
    ///
    /// Throws where RDKit fails.
    public func nearest(to molecule: Molecule) throws(MoleculeError) -> (smiles: String, similarity: Double)? {
        let own = try molecule.fingerprint(.morgan(radius: 2))
        var best: (index: Int, similarity: Double)?
        for (index, fingerprint) in fingerprints.enumerated() {
            let similarity = own.similarity(to: fingerprint)
            if similarity > best?.similarity ?? -1 { best = (index, similarity) }
        }
        return best.map { (smiles[$0.index], $0.similarity) }
    }
}
