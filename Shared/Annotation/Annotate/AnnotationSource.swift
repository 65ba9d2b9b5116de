import Genomics

/// INFO fields of a sorted, indexed VCF file (frequencies, ClinVar, scores), found by allele while another sorted file is read.
///
/// Alleles are compared once they are trimmed and left-aligned (Tan, Abecasis and Kang 2015), so two spellings of one insertion or deletion agree.
/// Only records near the last position that was asked for are kept.
public final class AnnotationSource {
    /// A field to take: its key in the source, its key in the output, and how its values are counted.
    struct Field {
        var key: [UInt8]
        var output: [UInt8]
        var isPerAllele: Bool
        var skipsReference: Bool
    }

    /// The INFO definitions that the output's header needs.
    public private(set) var definitions: [String] = []
    /// The keys that the output gets.
    public var keys: [String] { fields.map { String(decoding: $0.output, as: UTF8.self) } }
    /// The file.
    public let path: String

    private var fields: [Field] = []
    private var lines: IndexedLines
    private let reference: ReferenceGenome
    private var contig = ""
    /// By allele: its place in ``entries``, counted from the first that was ever read.
    private var known: [Key: Int] = [:]
    private var substitutions: [UInt64: Int] = [:]
    /// The alleles near the place that is read, in the order of the file; those in front of `head` are forgotten.
    private var entries: [Entry] = []
    private var head = 0
    private var dropped = 0
    private var waiting: VCFLine?
    private var isAtEnd = true
    /// What the file calls the contig that is read.
    private var source: String?
    /// The last position that was asked for.
    private var passed = 0
    /// Alleles of the file that do not fit the reference.
    public private(set) var unusable = 0
    /// Where the first of them is.
    public private(set) var firstUnusable: String?
    /// Gaps beyond this are jumped over.
    private static let stride = 100_000
    /// How far apart two spellings of an allele may be written.
    private static let reach = 1_000

    private struct Key: Hashable {
        var position: Int
        var reference: [UInt8]
        var alternate: [UInt8]
    }

    /// An allele of a record, which is read on when it is asked for.
    private final class Entry {
        let line: VCFLine
        /// The number of the allele, 0 for the first.
        let number: Int
        let name: Name

        init(line: VCFLine, number: Int, name: Name) {
            self.line = line
            self.number = number
            self.name = name
        }
    }

    /// What an allele is found by.
    private enum Name {
        /// Position and both bases of a substitution.
        case packed(UInt64)
        case spelled(Key)
    }

    /// Opens `FILE[:TAG,TAG…][=PREFIX]`: the tags to take, all INFO where none is named, and what their names begin with in the output.
    ///
    /// Throws for tags that the file's header does not define, and for a file without an index.
    public init(_ text: String, reference: ReferenceGenome) throws(GenomicsError) {
        var file = text
        var (prefix, tags): (String, [String]?) = ("", nil)
        if let equal = file.lastIndex(of: "="), !file[equal...].contains("/") {
            prefix = String(file[file.index(after: equal)...])
            file = String(file[..<equal])
        }
        if let colon = file.lastIndex(of: ":"), !file[colon...].contains("/") {
            tags = file[file.index(after: colon)...].split(separator: ",").map(String.init)
            file = String(file[..<colon])
        }
        path = file
        self.reference = reference
        lines = try IndexedLines(path: file)
        var found: Set<String> = []
        for line in lines.header {
            guard line.hasPrefix("##INFO=<ID=") else { continue }
            let rest = line.dropFirst(11)
            let id = String(rest.prefix { $0 != "," && $0 != ">" })
            guard tags?.contains(id) ?? true, found.insert(id).inserted, let number = Self.value("Number", in: line)
            else {
                continue
            }
            let isPerAllele = number == "A" || number == "R"
            let outputNumber = isPerAllele ? "A" : number == "G" ? "." : number
            let output = prefix + id
            fields.append(
                Field(
                    key: Array(id.utf8), output: Array(output.utf8), isPerAllele: isPerAllele,
                    skipsReference: number == "R"))
            definitions.append(
                "##INFO=<ID=\(output)\(rest.dropFirst(id.count))".replacing(
                    "Number=\(number)", with: "Number=\(outputNumber)", maxReplacements: 1))
        }
        for tag in tags ?? [] where !found.contains(tag) {
            throw GenomicsError(
                .malformed, "its header defines no INFO \(tag); it has \(Self.list(lines.header))", file: path,
                field: "INFO")
        }
        guard !fields.isEmpty else {
            throw GenomicsError(.malformed, "its header defines no INFO that could be taken", file: path, field: "INFO")
        }
    }

    private static func value(_ key: String, in line: String) -> String? {
        guard let start = line.firstRange(of: "\(key)=") else { return nil }
        return String(line[start.upperBound...].prefix { $0 != "," && $0 != ">" })
    }

    private static func list(_ header: [String]) -> String {
        let ids = header.filter { $0.hasPrefix("##INFO=<ID=") }.map { String($0.dropFirst(11).prefix { $0 != "," }) }
        return ids.prefix(12).joined(separator: ", ") + (ids.count > 12 ? ", …" : "")
    }

    /// Appends what is known of a record's alleles as INFO, `KEY=value` behind semicolons where text is there already; nothing where nothing is.
    ///
    /// Records come sorted within each contig. Of a field that has one value a record, the first allele that is known gives it.
    func appendInfo(
        contig name: String, sites: [AlleleSite?], position: Int, to text: inout [UInt8]
    ) throws(GenomicsError) {
        if name != contig { move(to: name) }
        if position - Self.reach > passed + Self.stride { jump(to: position - Self.reach) }
        passed = max(passed, position)
        try read(from: position - Self.reach, upTo: position + Self.reach)
        forget(before: position - Self.reach)
        if head == entries.count { return }
        if sites.count == 1 {
            guard let site = sites[0], let entry = entry(of: site) else { return }
            for field in fields {
                guard let value = value(of: field, entry) else { continue }
                append(field, isFlag: value.isEmpty, to: &text)
                text += value
            }
            return
        }
        let found = sites.map { $0.flatMap(entry) }
        if found.allSatisfy({ $0 == nil }) { return }
        for field in fields {
            let values = found.map { $0.flatMap { value(of: field, $0) } }
            guard let first = values.first(where: { $0 != nil }) ?? nil else { continue }
            append(field, isFlag: first.isEmpty, to: &text)
            guard field.isPerAllele, !first.isEmpty else {
                text += first
                continue
            }
            for (place, value) in values.enumerated() {
                if place > 0 { text.append(UInt8(ascii: ",")) }
                if let value { text += value } else { text.append(UInt8(ascii: ".")) }
            }
        }
    }

    private func append(_ field: Field, isFlag: Bool, to text: inout [UInt8]) {
        if !text.isEmpty { text.append(UInt8(ascii: ";")) }
        text += field.output
        if !isFlag { text.append(UInt8(ascii: "=")) }
    }

    /// The file's allele that an allele of a record is; nil where it has none, and where the reference contradicts the record.
    private func entry(of site: AlleleSite) -> Entry? {
        guard !site.isReference, site.position >= 0, let name = try? name(site) else { return nil }
        let place: Int?
        switch name {
        case .packed(let key): place = substitutions[key]
        case .spelled(let key): place = known[key]
        }
        return place.map { entries[$0 - dropped] }
    }

    /// The value of a field of an allele's record; nil where the record has none for it.
    private func value(of field: Field, _ entry: Entry) -> ArraySlice<UInt8>? {
        guard let value = entry.line.info(field.key) else { return nil }
        guard field.isPerAllele else { return value }
        var number = entry.number + (field.skipsReference ? 1 : 0)
        var start = value.startIndex
        while number > 0 {
            guard let comma = value[start...].firstIndex(of: UInt8(ascii: ",")) else { return nil }
            start = comma + 1
            number -= 1
        }
        return value[start...].prefix { $0 != UInt8(ascii: ",") }
    }

    /// What an allele is found by once it is trimmed and left-aligned; throws where the reference has other bases.
    private func name(_ site: AlleleSite) throws(GenomicsError) -> Name? {
        if site.isSubstitution {
            return .packed(Self.packed(site.position, site.reference[0], site.alternate[0]))
        }
        guard
            let allele = Allele(
                contig: contig, position: site.position + 1,
                reference: String(decoding: site.reference, as: UTF8.self),
                alternate: String(decoding: site.alternate, as: UTF8.self))
        else { return nil }
        let normal = try allele.normalized(in: reference.window, reach: Self.reach)
        if normal.isSubstitution {
            return .packed(Self.packed(normal.start, normal.reference[0], normal.alternate[0]))
        }
        return .spelled(Key(position: normal.start, reference: normal.reference, alternate: normal.alternate))
    }

    private static func packed(_ position: Int, _ reference: UInt8, _ alternate: UInt8) -> UInt64 {
        UInt64(position) << 16 | UInt64(reference) << 8 | UInt64(alternate)
    }

    private func move(to name: String) {
        contig = name
        clear()
        let here =
            lines.contigs.contains(name) ? name : ContigNaming.alias(name, isKnown: { lines.contigs.contains($0) })
        source = here
        passed = 0
        isAtEnd = here.map { !lines.seek(to: $0) } ?? true
    }

    private func clear() {
        known.removeAll(keepingCapacity: true)
        substitutions.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
        (head, dropped, waiting) = (0, 0, nil)
    }

    /// Goes on far behind the last record, where reading all in between would take longer.
    private func jump(to position: Int) {
        guard let source, !isAtEnd else { return }
        clear()
        isAtEnd = !lines.seek(to: source, from: max(0, position))
    }

    private func read(from first: Int, upTo limit: Int) throws(GenomicsError) {
        while !isAtEnd {
            let line: VCFLine
            if let kept = waiting {
                line = kept
            } else {
                guard let next = try lines.next() else {
                    isAtEnd = true
                    return
                }
                do { line = try VCFLine(next) } catch {
                    throw GenomicsError(error.code, error.message, file: path, field: error.field)
                }
            }
            if line.position > limit {
                waiting = line
                return
            }
            waiting = nil
            if line.position >= first { take(line) }
        }
    }

    private func take(_ line: VCFLine) {
        let bases = line.reference
        for (number, alternate) in line.alternateBases.enumerated() {
            guard let alternate, line.position >= 0 else { continue }
            let site = AlleleSite(
                position: line.position, reference: bases, alternate: alternate, number: number + 1)
            if site.isReference { continue }
            guard let name = try? name(site) else {
                unusable += 1
                firstUnusable = firstUnusable ?? "\(contig):\(line.position + 1)"
                continue
            }
            let place = dropped + entries.count
            // The first record of an allele counts, as in other tools.
            switch name {
            case .packed(let key):
                if substitutions[key] != nil { continue }
                substitutions[key] = place
            case .spelled(let key):
                if known[key] != nil { continue }
                known[key] = place
            }
            entries.append(Entry(line: line, number: number, name: name))
        }
    }

    private func forget(before position: Int) {
        while head < entries.count, entries[head].line.position < position {
            switch entries[head].name {
            case .packed(let key): substitutions[key] = nil
            case .spelled(let key): known[key] = nil
            }
            head += 1
        }
        if head > 4_096 || head == entries.count {
            dropped += head
            entries.removeFirst(head)
            head = 0
        }
    }
}
