import Drugs
import MoleculeDesign
import Testing

/// What is said of molecules, beside RDKit's own Python programs.
struct ScoringTests {
    /// QED of `rdkit.Chem.QED.qed`, RDKit 2026.09.
    static let estimates: [(String, Double)] = [
        ("CC(=O)Oc1ccccc1C(=O)O", 0.550122),
        ("Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(-c2cccnc2)n1", 0.389416),
        ("CN1C=NC2=C1C(=O)N(C(=O)N2C)C", 0.538463),
        ("C#Cc1cccc(Nc2ncnc3cc(OCCOC)c(OCCOC)cc23)c1", 0.417884),
        ("N=C(CCSCc1csc(N=C(N)N)n1)NS(N)(=O)=O", 0.253143),
        ("O=C1CCCN1", 0.436836),
        ("CCCCCCCCCCCC(=O)O", 0.541253),
        ("C1CCC2(CC1)CCNCC2", 0.562908),
    ]

    @Test("Drug-likeness is that of RDKit's Chem.QED", arguments: ScoringTests.estimates)
    func likeness(_ smiles: String, _ expected: Double) throws {
        let molecule = try Molecule(smiles: smiles)
        let estimate = try DrugLikeness().estimate(molecule, molecule.descriptors())
        #expect(abs(estimate - expected) < 1e-4, "\(estimate)")
    }

    @Test(
        "MOSES' filters take what is reactive, charged, of large rings or of rare elements, and let others pass",
        arguments: [
            ("CC(=O)Nc1ccc(O)cc1", nil), ("CCOC(=O)c1ccccc1", nil), ("O=Cc1ccccc1", "MCF7"), ("C1CO1", "MCF5"),
            ("CC=C(C#N)C", "MCF1"), ("CCF", "MCF4"), ("C[N+](C)(C)C", "a charged atom"),
            ("C1CCCCCCC1", "a ring of 8 atoms"), ("CCI", "an atom of the element 53"),
            ("O=C1C=CC(=O)C=C1", "quinone_A"),
        ] as [(String, String?)])
    func filters(_ smiles: String, _ expected: String?) throws {
        #expect(try Self.filters.problem(Molecule(smiles: smiles)) == expected)
    }

    @Test("All 502 patterns are read")
    func patterns() { #expect(Self.filters.count == 502) }

    @Test(
        "A SMARTS that is none is refused, and one that is finds what it means", arguments: ["C1CC", "[", "c1ccccc1("])
    func smarts(_ text: String) throws {
        #expect(throws: MoleculeError.self) { try Substructure(smarts: text) }
        let ring = try Substructure(smarts: "c1ccccc1")
        #expect(try ring.count(in: Molecule(smiles: "c1ccccc1-c1ccccc1")) == 2)
        #expect(try !ring.isIn(Molecule(smiles: "C1CCCCC1")))
    }

    private static let filters: StructureFilters = {
        do { return try StructureFilters() } catch { fatalError("\(error)") }
    }()
}
