import Drugs
import Testing

/// What RDKit says, behind the C header.
struct MoleculeTests {
    @Test(
        "Spellings of one molecule are the same, to the last bit of every number",
        arguments: [
            ["CCO", "OCC", "C(O)C", "[CH3][CH2][OH]"], ["c1ccccc1O", "C1=CC=CC=C1O", "Oc1ccccc1"],
            ["N[C@@H](C)C(=O)O", "C[C@H](N)C(=O)O"], ["[Na+].[Cl-]", "[Cl-].[Na+]"],
        ])
    func spellings(_ spellings: [String]) throws {
        let molecules = try spellings.map { try Molecule(smiles: $0) }
        for molecule in molecules {
            #expect(molecule.smiles == molecules[0].smiles && molecule.atoms == molecules[0].atoms)
            #expect(try molecule.descriptors() == molecules[0].descriptors())
            for kind in [Fingerprint.Kind.morgan(radius: 2), .morganFeatures(radius: 2), .atomPairs, .torsions] {
                #expect(try molecule.fingerprint(kind) == molecules[0].fingerprint(kind))
            }
        }
        #expect(Set(molecules.map(\.scaffold)).count == 1)
    }

    @Test(
        "What is no molecule is refused with the reason",
        arguments: [
            ("C1CC", "unclosed ring"), ("CC(", "syntax error"), ("C(C)(C)(C)(C)C", "valence"), ("c1cccc1", "kekulize"),
            ("[Xx]", "syntax error"), ("", "empty"), ("CCO ethanol", "blank"), ("CCÖ", "letter"),
            (String(repeating: "C", count: 401), "400 atoms"), (String(repeating: "[13CH2]", count: 300), "limit"),
        ])
    func refusals(_ smiles: String, _ reason: String) {
        let error = #expect(throws: MoleculeError.self) { try Molecule(smiles: smiles) }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }

    @Test("Atoms, bonds, scaffold and descriptors of phenylalanine")
    func phenylalanine() throws {
        let molecule = try Molecule(smiles: "N[C@@H](Cc1ccccc1)C(=O)O")
        #expect(molecule.smiles == "N[C@@H](Cc1ccccc1)C(=O)O" && molecule.scaffold == "c1ccccc1")
        #expect(molecule.atoms.map(\.element) == [7, 6, 6, 6, 6, 6, 6, 6, 6, 6, 8, 8])
        #expect(molecule.atoms.count { $0.isAromatic && $0.isInRing } == 6)
        #expect(
            molecule.atoms[1].isClockwise != nil && molecule.atoms[1].hydrogens == 1 && molecule.atoms[1].degree == 3)
        #expect(
            molecule.bonds.count { $0.order == .aromatic } == 6 && molecule.bonds.count { $0.order == .double } == 1)
        let named = Dictionary(uniqueKeysWithValues: zip(Molecule.descriptorNames, try molecule.descriptors()))
        #expect(abs((named["weight"] ?? 0) - 165.192) < 1e-3 && abs((named["logP"] ?? 0) - 0.641) < 1e-3)
        #expect(abs((named["TPSA"] ?? 0) - 63.32) < 1e-9 && named["donors"] == 2 && named["rotatable_bonds"] == 3)
    }

    @Test("Similarity is what is shared over what is there together, counts included")
    func similarity() throws {
        let one = Fingerprint(ids: [3, 1], counts: [2, 1])
        let two = Fingerprint(ids: [3, 7], counts: [1, 1])
        #expect(one.ids == [1, 3] && one.similarity(to: two) == 1.0 / 4 && two.similarity(to: one) == 1.0 / 4)
        #expect(one.similarity(to: one) == 1 && Fingerprint(ids: [], counts: []).similarity(to: one) == 0)
    }
}
