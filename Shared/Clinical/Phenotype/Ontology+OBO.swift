import Genomics

extension Ontology {
    /// Reads an OBO file (1.2 or 1.4), plain, gzip or bgzf.
    ///
    /// Throws where it cannot be read, an `is_a` names no term of the file, terms are each other's ancestors, or it lacks the root of
    /// ``abnormality``.
    public init(obo path: String) throws(GenomicsError) {
        var file = OBOFile(path: path)
        try file.read()
        try self.init(file)
    }

    private init(_ file: OBOFile) throws(GenomicsError) {
        let live = file.stanzas.filter { !$0.isObsolete }
        var places: [String: Int] = [:]
        for (place, stanza) in live.enumerated() {
            if places.updateValue(place, forKey: stanza.id) != nil {
                throw file.error("two terms are \(stanza.id)", line: stanza.line)
            }
        }
        // Parents first, and among those that could be next the one that is first in the file (Kahn 1962).
        var parents: [[Int]] = []
        var children = Array(repeating: [Int](), count: live.count)
        for (place, stanza) in live.enumerated() {
            var own: [Int] = []
            for id in stanza.parents {
                guard let parent = places[id] else {
                    throw file.error("\(stanza.id) is_a \(id), which is no term of the file", line: stanza.line)
                }
                own.append(parent)
                children[parent].append(place)
            }
            parents.append(own)
        }
        var waiting = parents.map(\.count)
        var order = live.indices.filter { waiting[$0] == 0 }
        var next = 0
        while next < order.count {
            for child in children[order[next]] {
                waiting[child] -= 1
                if waiting[child] == 0 { order.append(child) }
            }
            next += 1
        }
        guard order.count == live.count else {
            let stuck = live.indices.first { waiting[$0] > 0 } ?? 0
            throw file.error("\(live[stuck].id) is its own ancestor by is_a", line: live[stuck].line)
        }
        var numbers = Array(repeating: 0, count: live.count)
        for (number, place) in order.enumerated() { numbers[place] = number }
        var terms: [Term] = []
        var ancestors: [[Int32]] = []
        for (number, place) in order.enumerated() {
            let own = parents[place].map { numbers[$0] }.sorted()
            terms.append(Term(id: live[place].id, name: live[place].name, parents: own))
            var all: Set<Int32> = [Int32(number)]
            for parent in own { all.formUnion(ancestors[parent]) }
            ancestors.append(all.sorted())
        }
        var formerly: [String: Int] = [:]
        for (place, stanza) in live.enumerated() {
            for id in stanza.alternates where places[id] == nil { formerly[id] = numbers[place] }
        }
        var obsolete: [String: [String]] = [:]
        let replaced = Dictionary(
            file.stanzas.filter(\.isObsolete).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for stanza in file.stanzas where stanza.isObsolete && places[stanza.id] == nil && formerly[stanza.id] == nil {
            // A replacement may be obsolete itself.
            var (id, steps) = (stanza.replacement, 0)
            while let now = id, places[now] == nil, steps < 16 {
                id = replaced[now]?.replacement
                steps += 1
            }
            if let id, let place = places[id] {
                formerly[stanza.id] = numbers[place]
            } else {
                obsolete[stanza.id] = stanza.consider
            }
        }
        guard places[Self.abnormality] != nil else {
            throw GenomicsError(
                .malformed, "has no term \(Self.abnormality) (Phenotypic abnormality); give HPO's hp.obo",
                file: file.path)
        }
        self.init(
            version: file.version, terms: terms, ancestors: ancestors, formerly: formerly, obsolete: obsolete)
    }
}

/// The stanzas of an OBO file that this needs.
private struct OBOFile {
    struct Stanza {
        var id = ""
        var name = ""
        var parents: [String] = []
        var alternates: [String] = []
        var consider: [String] = []
        var replacement: String?
        var isObsolete = false
        var line = 0
    }

    let path: String
    private(set) var stanzas: [Stanza] = []
    private(set) var version = ""

    init(path: String) { self.path = path }

    func error(_ message: String, line: Int) -> GenomicsError {
        GenomicsError(.malformed, "line \(line): \(message)", file: path)
    }

    mutating func read() throws(GenomicsError) {
        var lines = try BGZFLines(path: path)
        var open: Stanza?
        var isHeader = true
        while let bytes = try lines.next() {
            let line = String(decoding: bytes, as: UTF8.self).trimmedEnd
            if line.hasPrefix("[") {
                try close(open)
                isHeader = false
                open = line == "[Term]" ? Stanza(line: lines.number) : nil
            } else if let colon = line.firstRange(of: ": ") {
                let (key, value) = (line[..<colon.lowerBound], line[colon.upperBound...])
                if isHeader, key == "data-version" { version = String(value) }
                if open != nil { Self.take(key, value, &open) }
            }
        }
        try close(open)
    }

    private mutating func close(_ stanza: Stanza?) throws(GenomicsError) {
        guard let stanza else { return }
        guard !stanza.id.isEmpty else { throw error("a [Term] has no id", line: stanza.line) }
        stanzas.append(stanza)
    }

    private static func take(_ key: Substring, _ value: Substring, _ stanza: inout Stanza?) {
        // `is_a: HP:0001507 ! Growth abnormality`
        func identifier() -> String { String(value.prefix { $0 != " " && $0 != "{" }) }
        switch key {
        case "id": stanza?.id = identifier()
        case "name": stanza?.name = String(value)
        case "is_a": stanza?.parents.append(identifier())
        case "alt_id": stanza?.alternates.append(identifier())
        case "consider": stanza?.consider.append(identifier())
        case "replaced_by": stanza?.replacement = identifier()
        case "is_obsolete": stanza?.isObsolete = value == "true"
        default: break
        }
    }
}

extension String {
    /// Without blanks and carriage returns at its end.
    fileprivate var trimmedEnd: Substring {
        var text = self[...]
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }
}
