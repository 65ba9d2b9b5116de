/// A relative's call of an allele that the person has; relatives whose genotype is not known there have none.
public struct RelativeCall: Sendable, Hashable, Codable {
    /// Whose relative it is, seen from the person.
    public enum Relation: String, Sendable, Hashable, Codable, CaseIterable {
        // The words are the documentation.
        case father, mother, other
    }

    /// The sample's name.
    public var name: String
    /// Father, mother, or another one who shares forebears with the person.
    public var relation: Relation
    /// As the pedigree states it.
    public var sex: PhenotypeCase.Sex
    /// Whether the pedigree says that the relative has the disease; nil where it says nothing.
    public var isAffected: Bool?
    /// Copies of the allele, 0 where the genotype is known and has none.
    public var copies: Int

    /// A call.
    public init(
        name: String, relation: Relation, sex: PhenotypeCase.Sex = .unknown, isAffected: Bool? = nil, copies: Int
    ) {
        (self.name, self.relation, self.sex) = (name, relation, sex)
        (self.isAffected, self.copies) = (isAffected, copies)
    }

    /// `the unaffected mother (II-2)`.
    var words: String {
        let state = isAffected.map { $0 ? "affected " : "unaffected " } ?? ""
        return "the \(state)\(relation == .other ? "relative" : relation.rawValue) (\(name))"
    }
}

extension GeneVariant {
    /// From whom the allele is.
    enum Origin: Sendable, Hashable { case father, mother, neither }

    /// The only parent who has the allele, or neither; nil where a parent's genotype is not known, or both have it.
    ///
    /// A male's only X is from his mother, whatever his father has.
    var origin: Origin? {
        func copies(_ relation: RelativeCall.Relation) -> Int? {
            relatives?.first { $0.relation == relation }?.copies
        }
        if isOnX, zygosity == .hemizygous { return copies(.mother).map { $0 > 0 ? .mother : .neither } }
        guard let father = copies(.father), let mother = copies(.mother) else { return nil }
        switch (father > 0, mother > 0) {
        case (true, false): return .father
        case (false, true): return .mother
        case (false, false): return .neither
        case (true, true): return nil
        }
    }
}
