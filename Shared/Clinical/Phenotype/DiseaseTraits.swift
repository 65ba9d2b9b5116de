import Foundation

/// What is known of a disease beside its phenotypes, as far as a ranking uses it.
struct DiseaseTraits: Sendable, Hashable {
    var isOMIM: Bool
    var isXRecessive: Bool
    var isXDominant: Bool
    var isRecessive: Bool
    var isDominant: Bool
    /// The mean age at which it begins, in years, by the middle of each onset that is named; nil where none is.
    var onset: Float?

    init(_ disease: DiseaseAnnotations.Disease) {
        isOMIM = disease.id.hasPrefix("OMIM:")
        isXRecessive = disease.inheritance.contains("HP:0001419")
        isXDominant = !disease.inheritance.isDisjoint(with: ["HP:0001423", "HP:0001417"])
        isRecessive = disease.inheritance.contains("HP:0000007")
        isDominant = disease.inheritance.contains("HP:0000006")
        let ages = disease.onsets.compactMap { Self.years[$0] }
        onset = ages.isEmpty ? nil : ages.reduce(0, +) / Float(ages.count)
    }

    /// Terms below `HP:0003674 Onset`, by the middle of the span that each is defined by.
    private static let years: [String: Float] = [
        "HP:0030674": 0, "HP:0011460": 0, "HP:0011461": 0, "HP:0034199": 0, "HP:0034198": 0, "HP:0034197": 0,
        "HP:0003577": 0, "HP:0003623": 0.05, "HP:0003593": 0.5, "HP:0011463": 3, "HP:0410280": 8, "HP:0003621": 10,
        "HP:0025708": 18, "HP:0011462": 25, "HP:0025709": 25, "HP:0025710": 35, "HP:0003581": 35, "HP:0003596": 50,
        "HP:0003584": 65,
    ]
}
