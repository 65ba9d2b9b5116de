/// A relative that a case's pedigree names: one who shares forebears with the person, or is a descendant.
public struct FamilyMember: Sendable, Hashable {
    /// The individual's name, which is a sample's.
    public var name: String
    /// Father, mother, or another one.
    public var relation: RelativeCall.Relation
    /// As the pedigree states it.
    public var sex: PhenotypeCase.Sex
    /// Whether the relative has the disease; nil where the pedigree says nothing (`MISSING`).
    public var isAffected: Bool?

    /// A relative.
    public init(
        name: String, relation: RelativeCall.Relation, sex: PhenotypeCase.Sex = .unknown, isAffected: Bool? = nil
    ) {
        (self.name, self.relation, self.sex, self.isAffected) = (name, relation, sex, isAffected)
    }
}

/// `pedigree` of a GA4GH Phenopacket v2 family.
struct PhenopacketPedigree: Decodable {
    struct Person: Decodable {
        var individualId: String
        var paternalId: String?
        var maternalId: String?
        var sex: String?
        var affectedStatus: String?
    }

    var persons: [Person]?

    /// The family of a person; throws for a pedigree that contradicts itself.
    func kindred(of name: String) throws(Kindred.Flaw) -> Kindred {
        /// PLINK's 0 and the schema's empty text stand for nobody.
        func parent(_ name: String?) -> String? { name == "" || name == "0" ? nil : name }
        var persons: [Kindred.Person] = []
        for person in self.persons ?? [] {
            let isAffected: Bool?
            switch person.affectedStatus?.uppercased() {
            case "AFFECTED": isAffected = true
            case "UNAFFECTED": isAffected = false
            case "MISSING", nil, "": isAffected = nil
            default:
                throw Kindred.Flaw(
                    "affectedStatus of \(person.individualId) is none of AFFECTED, UNAFFECTED and MISSING")
            }
            persons.append(
                Kindred.Person(
                    name: person.individualId, father: parent(person.paternalId), mother: parent(person.maternalId),
                    sex: person.sex.flatMap { PhenotypeCase.Sex(rawValue: $0.uppercased()) } ?? .unknown,
                    isAffected: isAffected))
        }
        return try Kindred(persons, proband: name)
    }
}
