import Genomics

/// What is known of diseases: `phenotype.hpoa`, the annotations that HPO publishes for OMIM, Orphanet and DECIPHER.
public struct DiseaseAnnotations: Sendable {
    /// A row of the file about what is abnormal.
    struct Row: Sendable, Hashable {
        var term: Int
        var frequency: AnnotatedFrequency
        /// The disease is said not to have it.
        var isNegated: Bool
        /// The paper, `PMID:…`, or the source; an index of ``DiseaseAnnotations/references``.
        var reference: Int
    }

    /// A disease with its rows in the order of the file.
    struct Disease: Sendable {
        var id: String
        var name: String
        var rows: [Row] = []
        /// Terms of `HP:0000005 Mode of inheritance`, by their identifiers.
        var inheritance: Set<String> = []
        /// Terms of `HP:0003674 Onset`, each once a row.
        var onsets: [String] = []
    }

    /// The release, as a comment of the file says it; empty where none does.
    public private(set) var version = ""
    /// In the order in which the file names them first.
    private(set) var diseases: [Disease] = []
    private(set) var references: [String] = []
    /// What is not used as the file has it, in a sentence each.
    public private(set) var remarks: [String] = []
    private var places: [String: Int] = [:]
    private var referencePlaces: [String: Int] = [:]

    /// The number of diseases.
    public var count: Int { diseases.count }

    func place(of disease: String) -> Int? { places[disease] }
    func place(ofReference reference: String) -> Int? { referencePlaces[reference] }

    /// Reads the file, plain, gzip or bgzf.
    ///
    /// Terms that the ontology lacks are left out, and ``remarks`` counts them.
    ///
    /// Throws where a row has another number of fields than the header names, or a field cannot be what its column says.
    public init(hpoa path: String, ontology: Ontology) throws(GenomicsError) {
        version = try Self.version(path)
        let table = try TableFile(path: path, comment: UInt8(ascii: "#"))
        let names = ["database_id", "disease_name", "qualifier", "hpo_id", "reference", "frequency", "aspect"]
        var columns: [Int] = []
        for name in names { columns.append(try table.place(of: name)) }
        guard case .current(let root) = ontology.resolve(Ontology.abnormality) else {
            preconditionFailure("an ontology has its root")
        }
        var unknown: [String: Int] = [:]
        var replaced = 0
        while let record = try table.nextWhole() {
            let fields = columns.map { record.fields[$0] }
            func refuse(_ column: Int, _ message: String) -> GenomicsError {
                GenomicsError(
                    .malformed, "line \(record.line): \(message)", file: path, record: record.number + 1,
                    field: names[column])
            }
            guard !fields[0].isEmpty else { throw refuse(0, "the disease has no identifier") }
            let disease = place(fields[0], fields[1])
            switch fields[6] {
            case "P": break
            case "I": diseases[disease].inheritance.insert(fields[3])
            case "C": diseases[disease].onsets.append(fields[3])
            case "H", "M": break
            default: throw refuse(6, "\"\(fields[6])\" is none of P, I, C, M and H")
            }
            guard fields[6] == "P" else { continue }
            guard let frequency = AnnotatedFrequency(fields[5]) else {
                throw refuse(5, "\"\(fields[5])\" is no count such as 3/7, percentage or term of HPO's frequencies")
            }
            guard fields[2].isEmpty || fields[2] == "NOT" else {
                throw refuse(2, "\"\(fields[2])\" is not NOT, and nothing else qualifies a row")
            }
            let resolution = ontology.resolve(fields[3])
            guard let term = resolution.term else {
                unknown[fields[3], default: 0] += 1
                continue
            }
            if case .replaced = resolution { replaced += 1 }
            guard ontology.isKind(term, of: root) else { continue }
            let row = Row(
                term: term, frequency: frequency, isNegated: fields[2] == "NOT", reference: place(reference: fields[4]))
            diseases[disease].rows.append(row)
        }
        say(unknown: unknown, replaced: replaced, path: path)
    }

    private mutating func say(unknown: [String: Int], replaced: Int, path: String) {
        if !unknown.isEmpty {
            let first = unknown.keys.sorted().prefix(3).joined(separator: ", ")
            remarks.append(
                "\(path): \(unknown.values.reduce(0, +)) rows name \(unknown.count) terms that the ontology lacks (\(first)); "
                    + "they are left out: take both files from one release")
        }
        if replaced > 0 {
            remarks.append("\(path): \(replaced) rows name terms that others have replaced; those are taken")
        }
    }

    private mutating func place(_ id: String, _ name: String) -> Int {
        if let place = places[id] { return place }
        places[id] = diseases.count
        diseases.append(Disease(id: id, name: name))
        return diseases.count - 1
    }

    private mutating func place(reference: String) -> Int {
        if let place = referencePlaces[reference] { return place }
        referencePlaces[reference] = references.count
        references.append(reference)
        return references.count - 1
    }

    /// `#version: 2025-01-16`.
    private static func version(_ path: String) throws(GenomicsError) -> String {
        var lines = try BGZFLines(path: path)
        while let line = try lines.next(), line.first == UInt8(ascii: "#") {
            let text = String(decoding: line, as: UTF8.self)
            if text.hasPrefix("#version:") { return String(text.dropFirst(9)).filter { !$0.isWhitespace } }
        }
        return ""
    }
}
