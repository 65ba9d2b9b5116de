import Drugs
import NeuralNetwork

/// The synthetic accessibility of Ertl and Schuffenhauer (2009): from 1, easy to make, to 10, by how common a molecule's fragments are and by
/// its size, centers of chirality, and bridged, spiro and large rings.
///
/// The form is that of RDKit's `sascorer` 1.1. Fragments are counted in the molecules that a language learned from (``FragmentScores``), and not in a
/// million of PubChem as the authors' table: the two agree in rank and not to the digit.
public struct SyntheticAccessibility: Sendable {
    private let fragments: FragmentScores
    private let spiro: Int
    private let bridgeheads: Int

    /// Takes what is known of fragments.
    public init(_ fragments: FragmentScores) {
        self.fragments = fragments
        guard let spiro = Molecule.descriptorNames.firstIndex(of: "spiro_atoms"),
            let bridgeheads = Molecule.descriptorNames.firstIndex(of: "bridgehead_atoms")
        else { preconditionFailure("molecules have these descriptors") }
        (self.spiro, self.bridgeheads) = (spiro, bridgeheads)
    }

    /// The score, from a molecule and its descriptors; throws where RDKit fails.
    public func score(_ molecule: Molecule, _ descriptors: [Double]) throws(MoleculeError) -> Double {
        let fingerprint = try molecule.fingerprint(.morgan(radius: 2))
        var sum = 0.0
        for (id, count) in zip(fingerprint.ids, fingerprint.counts) { sum += fragments[id] * Double(count) }
        let atoms = Double(molecule.atoms.count)
        var score = sum / Double(max(1, fingerprint.total))
        score -= PortableMath.exp(1.005 * PortableMath.log(atoms)) - atoms
        score -= Self.log10(Double(try molecule.stereocenters()) + 1)
        score -= Self.log10(descriptors[spiro] + 1) + Self.log10(descriptors[bridgeheads] + 1)
        if molecule.macrocycles > 0 { score -= Self.log10(2) }
        // Symmetric molecules have few kinds of fragments, and are easier to make.
        let kinds = Double(fingerprint.ids.count)
        if kinds > 0, atoms > kinds { score += 0.5 * PortableMath.log(atoms / kinds) }
        let scaled = 11 - (score - Self.worst + 1) / (Self.best - Self.worst) * 9
        let smoothed = scaled > 8 ? 8 + PortableMath.log(scaled - 8) : scaled
        return min(10, max(1, smoothed))
    }

    private static let (worst, best) = (-4.0, 2.5)
    private static func log10(_ value: Double) -> Double { PortableMath.log(value) / PortableMath.log(10) }
}
