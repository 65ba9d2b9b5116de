import Genomics

/// INFO fields of a sorted, indexed VCF file (frequencies, ClinVar, scores), found by allele while another sorted file is read.
///
/// Alleles are compared once they are trimmed and left-aligned (Tan, Abecasis and Kang 2015), so two spellings of one insertion or deletion agree.
/// Only records near the last position that was asked for are kept.
public final class AnnotationSource {
    /// A field to take: its key in the source, its key in the output, and how its values are counted there.
    struct Field {
        var key: [UInt8]
        var output: String
        var number: String
        var isPerAllele: Bool
        var skipsReference: Bool
    }

    /// The INFO definitions that the output's header needs.
    public private(set) var definitions: [String] = []
    /// The keys that the output gets.
    public var keys: [String] { fields.map(\.output) }
    /// The file.
    public let path: String

    private var fields: [Field] = []
    private var lines: IndexedLines
    private let reference: ReferenceGenome
    private var contig = ""
    private var known: [Key: [[UInt8]?]] = [:]
    private var order: [(position: Int, key: Key)] = []
    private var head = 0
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
    private static let missing = [UInt8(ascii: ".")]

    private struct Key: Hashable {
        var position: Int
        var reference: [UInt8]
        var alternate: [UInt8]
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
                    key: Array(id.utf8), output: output, number: outputNumber, isPerAllele: isPerAllele,
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

    /// The INFO text of a record's alleles, `KEY=value` joined by semicolons; empty where nothing is known of them.
    ///
    /// Records come sorted within each contig. Of a field that has one value a record, the first allele that is known gives it.
    func info(contig name: String, position: Int, alleles: [Allele?]) throws(GenomicsError) -> [UInt8] {
        if name != contig { move(to: name) }
        if position - Self.reach > passed + Self.stride { jump(to: position - Self.reach) }
        passed = max(passed, position)
        try read(from: position - Self.reach, upTo: position + Self.reach)
        forget(before: position - Self.reach)
        if known.isEmpty { return [] }
        var found: [[[UInt8]?]?] = []
        var isAny = false
        for allele in alleles {
            // An allele that the reference contradicts, or knows no bases of, is in no source.
            let values = allele.flatMap { allele in (try? self.key(allele)).flatMap { known[$0] } }
            if values != nil { isAny = true }
            found.append(values)
        }
        if !isAny { return [] }
        var text: [UInt8] = []
        for (number, field) in fields.enumerated() {
            let values = found.map { $0?[number] }
            guard let first = values.compactMap({ $0 }).first else { continue }
            if !text.isEmpty { text.append(UInt8(ascii: ";")) }
            text += field.output.utf8
            if first.isEmpty { continue }
            text.append(UInt8(ascii: "="))
            if field.isPerAllele {
                text += values.map { $0 ?? Self.missing }.joined(separator: [UInt8(ascii: ",")])
            } else {
                text += first
            }
        }
        return text
    }

    private func key(_ allele: Allele) throws(GenomicsError) -> Key {
        if allele.isSubstitution {
            return Key(position: allele.start, reference: allele.reference, alternate: allele.alternate)
        }
        let normal = try allele.normalized(in: reference.window, reach: Self.reach)
        return Key(position: normal.start, reference: normal.reference, alternate: normal.alternate)
    }

    private func move(to name: String) {
        contig = name
        known.removeAll(keepingCapacity: true)
        order.removeAll(keepingCapacity: true)
        (head, waiting) = (0, nil)
        let here =
            lines.contigs.contains(name) ? name : ContigNaming.alias(name, isKnown: { lines.contigs.contains($0) })
        source = here
        passed = 0
        isAtEnd = here.map { !lines.seek(to: $0) } ?? true
    }

    /// Goes on far behind the last record, where reading all in between would take longer.
    private func jump(to position: Int) {
        guard let source, !isAtEnd else { return }
        known.removeAll(keepingCapacity: true)
        order.removeAll(keepingCapacity: true)
        (head, waiting) = (0, nil)
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
                do { line = try VCFLine(next[...]) } catch {
                    throw GenomicsError(error.code, error.message, file: path, field: error.field)
                }
            }
            if line.position > limit {
                waiting = line
                return
            }
            waiting = nil
            if line.position >= first { try take(line) }
        }
    }

    private func take(_ line: VCFLine) throws(GenomicsError) {
        let info = line.column(7)
        let entries = info.split(separator: UInt8(ascii: ";"))
        var values = [ArraySlice<UInt8>?](repeating: nil, count: fields.count)
        for entry in entries {
            let end = entry.firstIndex(of: UInt8(ascii: "=")) ?? entry.endIndex
            guard let number = fields.firstIndex(where: { $0.key.elementsEqual(entry[..<end]) }) else { continue }
            values[number] = end == entry.endIndex ? [] : entry[(end + 1)...]
        }
        let bases = String(decoding: line.reference, as: UTF8.self)
        for (number, alternate) in line.alternates.enumerated() {
            guard
                let allele = Allele(
                    contig: contig, position: line.position + 1, reference: bases,
                    alternate: String(decoding: alternate, as: UTF8.self))
            else { continue }
            let own = fields.indices.map { place -> [UInt8]? in
                guard let value = values[place] else { return nil }
                guard fields[place].isPerAllele else { return Array(value) }
                let parts = value.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
                let part = number + (fields[place].skipsReference ? 1 : 0)
                return parts.indices.contains(part) ? Array(parts[part]) : nil
            }
            guard let key = try? self.key(allele) else {
                unusable += 1
                firstUnusable = firstUnusable ?? "\(contig):\(line.position + 1)"
                continue
            }
            // The first record of an allele counts, as in other tools.
            if known[key] == nil {
                known[key] = own
                order.append((line.position, key))
            }
        }
    }

    private func forget(before position: Int) {
        while head < order.count, order[head].position < position {
            known[order[head].key] = nil
            head += 1
        }
        if head > 4_096 {
            order.removeFirst(head)
            head = 0
        }
    }
}
