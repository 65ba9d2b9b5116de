import Genomics

/// A person's family: who descends from whom, and who has the disease.
public struct Kindred: Sendable, Hashable {
    /// One of the family.
    public struct Person: Sendable, Hashable {
        /// The individual's name, which is a sample's.
        public var name: String
        /// The father's name; nil where he is not named.
        public var father: String?
        /// The mother's name; nil where she is not named.
        public var mother: String?
        /// As the pedigree states it.
        public var sex: PhenotypeCase.Sex
        /// Whether the person has the disease; nil where the pedigree does not say.
        public var isAffected: Bool?

        /// One of a family.
        public init(
            name: String, father: String? = nil, mother: String? = nil, sex: PhenotypeCase.Sex = .unknown,
            isAffected: Bool? = nil
        ) {
            (self.name, self.father, self.mother) = (name, father, mother)
            (self.sex, self.isAffected) = (sex, isAffected)
        }
    }

    /// What is wrong with a pedigree, in a sentence.
    public struct Flaw: Error, Sendable, CustomStringConvertible {
        /// The sentence.
        public var text: String
        /// The same.
        public var description: String { text }

        init(_ text: String) { self.text = text }
    }

    /// Whose family it is.
    public let proband: String
    /// All persons of the pedigree, in its order.
    public let persons: [Person]
    /// The relatives in the order of the pedigree; those who share no forebear with the proband are left out.
    public let relatives: [FamilyMember]
    private let places: [String: Int]

    /// Takes persons.
    ///
    /// Throws where one comes twice, is its own forebear or has one father and mother, and where the proband is not among them.
    public init(_ persons: [Person], proband name: String) throws(Flaw) {
        var places: [String: Int] = [:]
        for (place, person) in persons.enumerated() {
            guard places.updateValue(place, forKey: person.name) == nil else {
                throw Flaw("the pedigree names \(person.name) twice")
            }
        }
        guard let own = places[name].map({ persons[$0] }) else {
            throw Flaw("the pedigree has no individualId \"\(name)\", which is the proband's subject.id")
        }
        if let father = own.father, father == own.mother {
            throw Flaw("\(father) is both paternalId and maternalId of \(name)")
        }
        // Everybody from whom somebody descends, and themselves.
        func line(of name: String) throws(Flaw) -> Set<String> {
            var (line, open): (Set<String>, [String]) = ([name], [name])
            while let next = open.popLast() {
                let person = places[next].map { persons[$0] }
                for parent in [person?.father, person?.mother].compactMap({ $0 }) {
                    guard parent != name else { throw Flaw("\(name) is among its own forebears in the pedigree") }
                    if line.insert(parent).inserted { open.append(parent) }
                }
            }
            return line
        }
        let forebears = try line(of: name)
        var relatives: [FamilyMember] = []
        for person in persons where person.name != name {
            guard !(try line(of: person.name)).isDisjoint(with: forebears) else { continue }
            let relation: RelativeCall.Relation =
                person.name == own.father ? .father : person.name == own.mother ? .mother : .other
            relatives.append(
                FamilyMember(name: person.name, relation: relation, sex: person.sex, isAffected: person.isAffected))
        }
        (proband, self.persons, self.relatives, self.places) = (name, persons, relatives, places)
    }

    /// Takes the family of a person out of a file of six columns; throws where it does not name the person.
    public init(_ pedigree: Pedigree, proband: String) throws(Flaw) {
        guard pedigree.persons[proband] != nil else { throw Flaw("the pedigree does not name \(proband)") }
        let persons = pedigree.names.compactMap { pedigree.persons[$0] }.map { person in
            Person(
                name: person.name, father: person.father, mother: person.mother,
                sex: person.sex == .male ? .male : person.sex == .female ? .female : .unknown,
                isAffected: person.isAffected)
        }
        try self.init(persons, proband: proband)
    }

    /// One of the family.
    public subscript(_ name: String) -> Person? { places[name].map { persons[$0] } }

    /// The proband.
    public var own: Person { self[proband] ?? Person(name: proband) }

    /// What a relative is to the proband, in a word: `father`, `sister`, `grandparent`, else `relative`.
    public func word(for name: String) -> String {
        guard let other = self[name] else { return "relative" }
        func word(_ male: String, _ female: String, _ any: String) -> String {
            other.sex == .male ? male : other.sex == .female ? female : any
        }
        let own = own
        if name == own.father { return "father" }
        if name == own.mother { return "mother" }
        let shared = [other.father.map { $0 == own.father }, other.mother.map { $0 == own.mother }].count { $0 == true }
        if shared == 2 { return word("brother", "sister", "sibling") }
        if shared == 1 { return word("half-brother", "half-sister", "half-sibling") }
        if other.father == proband || other.mother == proband { return word("son", "daughter", "child") }
        let parents = [own.father, own.mother].compactMap { $0 }.compactMap { self[$0] }
        if parents.contains(where: { $0.father == name || $0.mother == name }) {
            return word("grandfather", "grandmother", "grandparent")
        }
        return "relative"
    }
}
