/// Who is whose child: a file of PLINK's six columns (`.ped`, `.fam`).
///
/// Family, individual, father, mother (`0` for none), sex (1 male, 2 female, anything else unknown), phenotype (2 affected, 1 unaffected,
/// anything else unknown).
public struct Pedigree: Sendable, Hashable {
    /// The sex by the fifth column.
    public enum Sex: Sendable, Hashable {
        /// One X and a Y.
        case male
        /// Two X.
        case female
        /// Not told.
        case unknown
    }

    /// A line.
    public struct Person: Sendable, Hashable {
        /// The individual's name, which is a sample's.
        public var name: String
        /// The father's name.
        public var father: String?
        /// The mother's name.
        public var mother: String?
        /// The sex.
        public var sex: Sex
        /// Whether the sixth column says that the individual has the disease; nil where it says neither.
        public var isAffected: Bool?
    }

    /// The individuals by their name.
    public let persons: [String: Person]
    /// Their names, in the order of the file.
    public let names: [String]

    /// Reads a file.
    ///
    /// Throws naming the line for one of fewer than six columns, an individual that comes twice, is its own forebear, or is
    /// the father of one and a female, or the mother and a male.
    public init(path: String) throws(GenomicsError) {
        try self.init(text: BGZFLines.text(path: path), file: path)
    }

    /// Reads the text of a file.
    public init(text: String, file: String? = nil) throws(GenomicsError) {
        var persons: [String: Person] = [:]
        var lines: [String: Int] = [:]
        var names: [String] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .enumerated()
        {
            let columns = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
            if columns.isEmpty || columns[0].hasPrefix("#") { continue }
            func refused(_ message: String, _ field: String) -> GenomicsError {
                GenomicsError(.malformed, message, file: file, record: index + 1, field: field)
            }
            guard columns.count >= 6 else {
                throw refused(
                    "\(columns.count) columns instead of six: family, individual, father, mother, sex, phenotype",
                    "line")
            }
            func parent(_ name: String) -> String? { name == "0" ? nil : name }
            let sex: Sex = columns[4] == "1" ? .male : columns[4] == "2" ? .female : .unknown
            let person = Person(
                name: columns[1], father: parent(columns[2]), mother: parent(columns[3]), sex: sex,
                isAffected: columns[5] == "2" ? true : columns[5] == "1" ? false : nil)
            guard persons[person.name] == nil else {
                throw refused(
                    "\(person.name) is on line \(lines[person.name] ?? 0) already; names must differ between families too",
                    "individual")
            }
            guard person.father == nil || person.father != person.mother else {
                throw refused(
                    "\(person.father ?? "") is both father and mother of \(person.name)", "mother")
            }
            persons[person.name] = person
            lines[person.name] = index + 1
            names.append(person.name)
        }
        for person in persons.values.sorted(by: { $0.name < $1.name }) {
            let line = lines[person.name]
            for (name, wrong, word) in [
                (person.father, Sex.female, "father"), (person.mother, .male, "mother"),
            ] {
                guard let name, persons[name]?.sex == wrong else { continue }
                throw GenomicsError(
                    .malformed,
                    "\(name), the \(word) of \(person.name), is \(wrong == .male ? "male" : "female")",
                    file: file, record: line, field: word)
            }
        }
        (self.persons, self.names) = (persons, names)
        for person in persons.values.sorted(by: { $0.name < $1.name })
        where generation(of: person.name) == nil {
            throw GenomicsError(
                .malformed, "\(person.name) is among its own forebears", file: file,
                record: lines[person.name],
                field: "individual")
        }
    }

    /// How many generations of forebears are told; nil for one that is its own.
    public func generation(of name: String) -> Int? {
        var level = 0
        var current: Set<String> = [name]
        while true {
            let parents = Set(
                current.flatMap { [persons[$0]?.father, persons[$0]?.mother].compactMap { $0 } })
            if parents.isEmpty { return level }
            level += 1
            if level > persons.count { return nil }
            current = parents
        }
    }
}
