import Drugs
import Testing

@testable import MoleculeDesign

/// What a design strives for.
struct AssessorTests {
    @Test(
        "A likely binder of a wide interval is worth more than what surely binds nothing; what lacks something is worth less"
    )
    func order() throws {
        let model = try #require(try AffinityModel.bundled("affinity-davis"))
        let common = try #require(try MoleculeLanguage.bundled("molecules-moses"))
        let protein = try #require(model.knownProteins.first { $0.name == "EGFR" })
        let known = common.known
        func assessor(_ constraints: DesignConstraints) throws -> DesignAssessor {
            try DesignAssessor(
                model: model, protein: model.encode(protein), constraints: constraints,
                known: { known.contains($0) }, filters: StructureFilters(),
                assessor: PropertyAssessor(common.fragments), solubility: nil)
        }
        let plain = try assessor(DesignConstraints())
        // One that may bind, its interval wide, and a molecule that surely binds nothing.
        let binder = try #require(plain.assess("Fc1ccc(Nc2nc3cc4c(cc3[nH]2)OCCO4)cc1F"))
        let none = try #require(plain.assess("OCSc1nnc(Cc2ccccc2)o1"))
        #expect(binder.affinity.value > none.affinity.value + 1)
        #expect(binder.bound > none.bound && binder.reward > none.reward)
        #expect(binder.bound <= binder.affinity.interval.lowerBound && none.bound <= none.affinity.interval.lowerBound)
        var found = FoundMolecules(most: 5)
        for own in [none, binder] {
            var usable = own
            usable.problem = nil
            _ = found.add(usable, goal: plain.goal)
        }
        #expect(found.best(1).map(\.molecule.smiles) == [binder.molecule.smiles])
        var strict = DesignConstraints()
        strict.leastDrugLikeness = 0.99
        let lacking = try #require(try assessor(strict).assess(none.molecule.smiles))
        #expect(lacking.problem == "QED" && lacking.reward < none.reward)
    }
}
