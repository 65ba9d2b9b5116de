import Genomics

/// Drugs by their identifiers and names, with what they are directed at.
public struct DrugCatalog: Sendable, Hashable {
    /// A drug of one screen; a compound that was screened twice is two of them, under one name.
    public struct Drug: Sendable, Hashable, Codable {
        /// The identifier (`drug_id`) that tables of responses use.
        public var id: String
        /// Its name, empty where none is known.
        public var name: String
        /// Its targets, as its source writes them: `ERBB2, EGFR`.
        public var targets: String
        /// The pathway of its targets, in its source's word.
        public var pathway: String

        /// Makes a drug.
        public init(id: String, name: String = "", targets: String = "", pathway: String = "") {
            (self.id, self.name, self.targets, self.pathway) = (id, name, targets, pathway)
        }

        /// Whether one of ``targets`` is a gene by this very symbol; families (`PDGFR`, `PI3K`) are not resolved.
        public func isDirected(at gene: String) -> Bool {
            targets.split { !($0.isLetter || $0.isNumber || $0 == "-") }.contains {
                $0.uppercased() == gene.uppercased()
            }
        }
    }

    /// The drugs, in the order of their source.
    public let drugs: [Drug]
    private let places: [String: Int]

    /// Takes drugs; of one identifier the first.
    public init(_ drugs: [Drug]) {
        self.drugs = drugs
        places = Dictionary(drugs.enumerated().map { ($1.id, $0) }) { first, _ in first }
    }

    /// Reads a table with drug_id and, where there are such columns, name, targets and target_pathway; throws for an identifier that comes twice.
    public init(path: String) throws(GenomicsError) {
        let table = try TableFile(path: path)
        let id = try table.place(of: "drug_id")
        func place(_ column: String) throws(GenomicsError) -> Int? {
            table.columns.contains(column) ? try table.place(of: column) : nil
        }
        let (name, targets, pathway) = (try place("name"), try place("targets"), try place("target_pathway"))
        var drugs: [Drug] = []
        var seen = Set<String>()
        while let record = try table.nextWhole() {
            func text(_ place: Int?) -> String { place.map { record.fields[$0] } ?? "" }
            guard seen.insert(record.fields[id]).inserted else {
                throw GenomicsError(
                    .malformed, "line \(record.line): the drug_id \(record.fields[id]) comes twice", file: path,
                    record: record.number + 1, field: "drug_id")
            }
            drugs.append(
                Drug(id: record.fields[id], name: text(name), targets: text(targets), pathway: text(pathway)))
        }
        self.init(drugs)
    }

    /// The drug of an identifier.
    public func drug(id: String) -> Drug? { places[id].map { drugs[$0] } }

    /// The drugs that a word means: that of the identifier, else all of the name, whatever its case, blanks and hyphens.
    ///
    /// Throws naming the nearest names where there is none.
    public func find(_ word: String) throws(DrugError) -> [Drug] {
        if let drug = drug(id: word) { return [drug] }
        let key = Self.key(word)
        let found = drugs.filter { !key.isEmpty && Self.key($0.name) == key }
        guard found.isEmpty else { return found }
        let near = Set(drugs.map(\.name)).filter { !$0.isEmpty }
            .map { (distance: Self.distance(key, Self.key($0)), name: $0) }
            .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
        throw DrugError(
            "there is no drug of the identifier or name \"\(word)\""
                + (near.isEmpty ? "" : "; the nearest names are \(near.joined(separator: ", "))"))
    }

    /// The drugs whose targets name a gene by its symbol.
    public func directed(at gene: String) -> [Drug] { drugs.filter { $0.isDirected(at: gene) } }

    /// A name without what people spell in several ways; what stands in brackets (`(-)`) does not count.
    private static func key(_ name: String) -> String {
        let start = name.firstIndex(of: "(") ?? name.endIndex
        let stem = start == name.startIndex ? name : String(name[..<start])
        return String(stem.lowercased().filter { $0.isLetter || $0.isNumber })
    }

    /// Letters to change, add or take away (Levenshtein 1966).
    private static func distance(_ one: String, _ other: String) -> Int {
        let (a, b) = (Array(one.utf8.prefix(64)), Array(other.utf8.prefix(64)))
        var row = Array(0...b.count)
        for (i, letter) in a.enumerated() {
            var corner = row[0]
            row[0] = i + 1
            for j in b.indices {
                let best = min(row[j] + 1, row[j + 1] + 1, corner + (letter == b[j] ? 0 : 1))
                (corner, row[j + 1]) = (row[j + 1], best)
            }
        }
        return row[b.count]
    }
}
