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

        var father: String? { Self.parent(paternalId) }
        var mother: String? { Self.parent(maternalId) }

        /// PLINK's 0 and the schema's empty text stand for nobody.
        private static func parent(_ name: String?) -> String? { name == "" || name == "0" ? nil : name }
    }

    var persons: [Person]?

    /// What is wrong with it, in a sentence.
    struct Flaw: Error { var text: String }

    /// The relatives of a person in the order of the pedigree; those who share no forebear are left out.
    func relatives(of name: String) throws(Flaw) -> [FamilyMember] {
        var persons: [String: Person] = [:]
        for person in self.persons ?? [] {
            guard persons[person.individualId] == nil else {
                throw Flaw(text: "the pedigree names \(person.individualId) twice")
            }
            persons[person.individualId] = person
        }
        guard let own = persons[name] else {
            throw Flaw(text: "the pedigree has no individualId \"\(name)\", which is the proband's subject.id")
        }
        if let father = own.father, father == own.mother {
            throw Flaw(text: "\(father) is both paternalId and maternalId of \(name)")
        }
        // Everybody from whom somebody descends, and themselves.
        func line(of name: String) throws(Flaw) -> Set<String> {
            var (line, open): (Set<String>, [String]) = ([name], [name])
            while let next = open.popLast() {
                for parent in [persons[next]?.father, persons[next]?.mother].compactMap({ $0 }) {
                    guard parent != name else { throw Flaw(text: "\(name) is among its own forebears in the pedigree") }
                    if line.insert(parent).inserted { open.append(parent) }
                }
            }
            return line
        }
        let forebears = try line(of: name)
        var relatives: [FamilyMember] = []
        for person in self.persons ?? [] where person.individualId != name {
            guard !(try line(of: person.individualId)).isDisjoint(with: forebears) else { continue }
            let relation: RelativeCall.Relation =
                person.individualId == own.father ? .father : person.individualId == own.mother ? .mother : .other
            let isAffected: Bool?
            switch person.affectedStatus?.uppercased() {
            case "AFFECTED": isAffected = true
            case "UNAFFECTED": isAffected = false
            case "MISSING", nil, "": isAffected = nil
            default:
                throw Flaw(
                    text: "affectedStatus of \(person.individualId) is none of AFFECTED, UNAFFECTED and MISSING")
            }
            relatives.append(
                FamilyMember(
                    name: person.individualId, relation: relation,
                    sex: person.sex.flatMap { PhenotypeCase.Sex(rawValue: $0.uppercased()) } ?? .unknown,
                    isAffected: isAffected))
        }
        return relatives
    }
}
