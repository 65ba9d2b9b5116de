import Drugs

/// What a designed molecule must be, beside a binder of its target; all of it holds for every proposal.
public struct DesignConstraints: Sendable {
    /// The drug-likeness (QED) at least.
    public var leastDrugLikeness = 0.35
    /// The synthetic accessibility (1 easy, 10 hard) at most.
    public var mostAccessibility = 4.5
    /// The molecular weight, in dalton.
    public var weight: ClosedRange<Double> = 200...600
    /// Crippen's log P.
    public var logP: ClosedRange<Double> = -1...6
    /// The solubility in water at least, log10 mol/L, as the model of solubility predicts.
    public var leastSolubility = -8.0
    /// Patterns that a molecule must have.
    public var scaffold: Substructure?
    /// A molecule that proposals must be similar to, and how: the shared share of ECFP4 counts at least.
    public var like: (molecule: Molecule, similarity: Double)?
    /// Proposals of one scaffold (Murcko) at most: what more are found are left out.
    public var mostOfScaffold = 25

    /// The defaults, which most approved kinase inhibitors meet.
    public init() {}
}

/// The properties of a molecule that constraints are about.
public struct MoleculeProperties: Sendable, Hashable {
    /// QED, 0 to 1.
    public var drugLikeness: Double
    /// Synthetic accessibility, 1 to 10.
    public var accessibility: Double
    /// In dalton.
    public var weight: Double
    /// Crippen's log P.
    public var logP: Double
}

/// Says the properties of molecules.
public struct PropertyAssessor: Sendable {
    private let likeness: DrugLikeness
    private let accessibility: SyntheticAccessibility
    private let weight: Int
    private let logP: Int

    /// Takes the fragments that tell what is easy to make.
    public init(_ fragments: FragmentScores) throws {
        likeness = try DrugLikeness()
        accessibility = SyntheticAccessibility(fragments)
        guard let weight = Molecule.descriptorNames.firstIndex(of: "weight"),
            let logP = Molecule.descriptorNames.firstIndex(of: "logP")
        else { preconditionFailure("molecules have these descriptors") }
        (self.weight, self.logP) = (weight, logP)
    }

    /// The properties; throws where RDKit fails.
    public func properties(_ molecule: Molecule) throws(MoleculeError) -> MoleculeProperties {
        let descriptors = try molecule.descriptors()
        return MoleculeProperties(
            drugLikeness: try likeness.estimate(molecule, descriptors),
            accessibility: try accessibility.score(molecule, descriptors), weight: descriptors[weight],
            logP: descriptors[logP])
    }
}
