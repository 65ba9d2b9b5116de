internal import CRDKit

extension Molecule {
    /// Canonical SMILES without stereochemistry: the same of all stereoisomers.
    public var flatSMILES: String { handle.text(crdkit_flat_smiles) ?? smiles }

    /// A SMILES without stereochemistry whose atoms are in a random order, the same one for a seed.
    ///
    /// RDKit has one generator for the process: calls from several threads at once may mix.
    public func randomSMILES(seed: UInt32) -> String { handle.text { crdkit_random_smiles($0, seed) } ?? flatSMILES }

    /// A drawing as SVG of so many pixels, without a background; nil where RDKit fails.
    public func drawing(width: Int, height: Int) -> String? {
        handle.text { crdkit_svg($0, CInt(clamping: width), CInt(clamping: height)) }
    }

    /// Atoms of the largest ring; 0 without rings.
    public var largestRing: Int { handle.use(crdkit_largest_ring) }

    /// Rings of more than 8 atoms.
    public var macrocycles: Int { handle.use(crdkit_macrocycles) }

    /// Atoms that are centers of chirality, or could be; throws where RDKit fails.
    public func stereocenters() throws(MoleculeError) -> Int {
        let count = handle.use(crdkit_stereocenters)
        guard count >= 0 else { throw MoleculeError("RDKit fails on the stereochemistry of \(smiles)") }
        return count
    }
}
