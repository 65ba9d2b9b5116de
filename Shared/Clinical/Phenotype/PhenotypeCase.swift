import Foundation

/// A person whose disease is asked for: what was seen, what was looked for and not seen, age and sex.
///
/// Nothing else of a case's file is kept: an answer that it may hold (`disease`, `interpretations`) cannot reach a ranking.
public struct PhenotypeCase: Sendable, Hashable {
    /// The sex that a case states.
    public enum Sex: String, Sendable, Hashable, Codable {
        // The words are the documentation.
        case male = "MALE"
        case female = "FEMALE"
        case unknown = "UNKNOWN_SEX"
    }

    /// The name of the case.
    public var id: String
    /// What was stated.
    public var sex: Sex
    /// The age at the latest examination, in years; nil where none is stated.
    public var years: Double?
    /// An age that is stated and is no ISO 8601 duration; the case is looked at without it, and that is said.
    public var unreadAge: String?
    /// A sex that is stated in words which are none of the schema's; the case is looked at without it, and that is said.
    public var unreadSex: String?
    /// Terms that were seen, as the case names them.
    public var present: [String]
    /// Terms that were looked for and not seen.
    public var excluded: [String]
    /// The person's name among the samples of a file, a phenopacket's `subject.id`; nil where the case does not say it.
    public var individual: String?
    /// Who descends from whom, by the case's pedigree; nil without one.
    public var kindred: Kindred?
    /// The relatives whom the case's pedigree names; empty without one.
    public var family: [FamilyMember] { kindred?.relatives ?? [] }

    /// A case.
    public init(
        id: String, sex: Sex = .unknown, years: Double? = nil, present: [String], excluded: [String] = []
    ) {
        self.id = id
        self.sex = sex
        self.years = years
        self.present = present
        self.excluded = excluded
    }

    /// Takes a stated sex, in whatever case.
    mutating func take(sex text: String?) {
        guard let text, !text.isEmpty else { return }
        let word = text.uppercased()
        if let known = Sex(rawValue: word) { sex = known } else if word != "OTHER_SEX" { unreadSex = text }
    }

    /// Takes a stated age.
    mutating func take(age text: String?) {
        guard let text, !text.isEmpty else { return }
        years = Self.years(iso8601: text)
        if years == nil { unreadAge = text }
    }

    /// The years of an ISO 8601 duration such as `P6Y9M`, `P10D` or `P3W`; nil for anything else.
    public static func years(iso8601 text: String) -> Double? {
        guard text.hasPrefix("P"), text.count >= 3, text.count <= 40 else { return nil }
        var (total, digits) = (0.0, "")
        for character in text.dropFirst().prefix(while: { $0 != "T" }) {
            if character.isASCII, character.isNumber || character == "." {
                digits.append(character)
                continue
            }
            let daysOfUnit: [Character: Double] = ["Y": 365.25, "M": 30.4375, "W": 7, "D": 1]
            guard let number = Double(digits), number.isFinite, let days = daysOfUnit[character] else { return nil }
            total += number * days / 365.25
            digits = ""
        }
        return digits.isEmpty ? total : nil
    }
}

/// The terms of a case that an ontology knows, and what had to be said of the others.
struct ResolvedCase: Sendable {
    /// Distinct, ascending.
    var present: [Int] = []
    var excluded: [Int] = []
    /// Each unused or replaced term in a sentence.
    var remarks: [CaseRemark] = []
    private var name = ""

    /// Looks the terms up.
    ///
    /// A term that is said to be both seen and not seen counts as seen.
    init(_ person: PhenotypeCase, _ ontology: Ontology) {
        guard case .current(let root) = ontology.resolve(Ontology.abnormality) else {
            preconditionFailure("an ontology has its root")
        }
        name = person.id
        if let sex = person.unreadSex {
            say(sex, .unreadSex, "is none of MALE, FEMALE, OTHER_SEX and UNKNOWN_SEX; the sex is not used")
        }
        if let age = person.unreadAge { say(age, .unreadAge, "is no age such as P6Y9M; the age is not used") }
        let seen = terms(person.present, ontology, root)
        let absent = terms(person.excluded, ontology, root)
        for term in absent.intersection(seen).sorted() {
            remarks.append(
                CaseRemark(
                    person.id, ontology.terms[term].id, .contradictory, "is both seen and excluded; it counts as seen"))
        }
        present = seen.sorted()
        excluded = absent.subtracting(seen).sorted()
    }

    private mutating func terms(_ ids: [String], _ ontology: Ontology, _ root: Int) -> Set<Int> {
        var found: Set<Int> = []
        for id in ids {
            guard let term = term(id, ontology) else { continue }
            if ontology.isKind(term, of: root) {
                found.insert(term)
            } else {
                say(id, .notPhenotypic, "\(ontology.terms[term].name) is no phenotypic abnormality; it is not used")
            }
        }
        return found
    }

    private mutating func term(_ id: String, _ ontology: Ontology) -> Int? {
        switch ontology.resolve(id) {
        case .current(let term): return term
        case .replaced(let term):
            say(id, .replaced, "is obsolete; \(ontology.text(term)) is taken")
            return term
        case .obsolete(let consider):
            let advice = consider.isEmpty ? "nothing replaces it" : "consider \(consider.joined(separator: ", "))"
            say(id, .unusable, "is obsolete and not used; \(advice)")
        case .unknown: say(id, .unusable, "is no term of HPO \(ontology.version); it is not used")
        }
        return nil
    }

    private mutating func say(_ id: String, _ kind: CaseRemark.Kind, _ text: String) {
        remarks.append(CaseRemark(name, id, kind, text))
    }
}

/// A term of a case that is not used as it stands.
public struct CaseRemark: Sendable, Hashable, Codable {
    /// What became of it.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// The term that replaces it is used.
        case replaced
        /// It is used as seen.
        case contradictory
        /// It says something else than what is abnormal (a mode of inheritance, an onset), and is left out.
        case notPhenotypic
        /// A sex in words that are none of the schema, and left out.
        case unreadSex
        /// An age that is none, and left out.
        case unreadAge
        /// Unknown or obsolete, and left out.
        case unusable
    }

    /// The case.
    public var person: String
    /// The term, or the age, as the case names it.
    public var term: String
    /// What became of it.
    public var kind: Kind
    /// The same in words.
    public var text: String

    init(_ person: String, _ term: String, _ kind: Kind, _ text: String) {
        (self.person, self.term, self.kind, self.text) = (person, term, kind, text)
    }

    /// Whether the ranking lacks something that the case states.
    public var isLoss: Bool { kind == .unusable || kind == .unreadSex }
}
