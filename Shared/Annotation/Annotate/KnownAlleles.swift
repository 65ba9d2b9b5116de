import Genomics

/// The alleles of a sorted, indexed VCF file around the place that is annotated, for ``AnnotationSource``.
struct KnownAlleles: ~Copyable {
    /// A field to take: its key in the source, its key in the output, and how its values are counted.
    struct Field {
        var key: [UInt8]
        var output: [UInt8]
        var isPerAllele: Bool
        var skipsReference: Bool
    }

    private let path: String
    private let fields: [Field]
    private var lines: IndexedLines
    private var contig = ""
    /// By allele: its place in ``entries``, counted from the first that was ever read.
    private var known: [NormalAlleles.Spelling: Int] = [:]
    private var substitutions: [UInt64: Int] = [:]
    /// The alleles near the place that is read, in the order of the file; those in front of `head` are forgotten.
    private var entries: [Entry] = []
    private var head = 0
    private var dropped = 0
    private var waiting: VCFLine?
    /// A line whose room can be used again.
    private var spare: VCFLine?
    private var buffer: [UInt8] = []
    private var normal: NormalAlleles
    private var isAtEnd = true
    /// What the file calls the contig that is read.
    private var source: String?
    /// The last position that was asked for.
    private var passed = 0
    /// Alleles of the file that do not fit the reference.
    private(set) var unusable = 0
    /// Where the first of them is.
    private(set) var firstUnusable: String?
    /// Gaps beyond this are jumped over.
    private static let stride = 100_000
    /// How far apart two spellings of an allele may be written.
    private static let reach = 1_000

    /// An allele of a record, which is read on when it is asked for.
    private struct Entry {
        let line: VCFLine
        /// The number of the allele, 0 for the first.
        let number: Int
        let name: NormalAlleles.Name
    }

    /// Takes a file's lines, and the fields of INFO that are asked for.
    init(_ lines: consuming IndexedLines, path: String, fields: [Field], reference: ReferenceGenome) {
        self.lines = lines
        self.path = path
        self.fields = fields
        normal = NormalAlleles(reference, reach: Self.reach)
    }

    /// Appends what is known of a record's alleles as INFO, `KEY=value` behind semicolons where text is there already; nothing where nothing is.
    ///
    /// Records come sorted within each contig. Of a field that has one value a record, the first allele that is known gives it.
    mutating func appendInfo(_ record: WaitingRecord, on name: String, to text: inout [UInt8]) throws(GenomicsError) {
        let position = record.position
        if name != contig { move(to: name) }
        if position - Self.reach > passed + Self.stride { jump(to: position - Self.reach) }
        passed = max(passed, position)
        try read(from: position - Self.reach, upTo: position + Self.reach)
        forget(before: position - Self.reach)
        if head == entries.count { return }
        if record.sites.count == 1 {
            guard let site = record.sites[0], let entry = entry(of: site) else { return }
            for field in fields {
                guard let value = value(of: field, entry) else { continue }
                append(field, isFlag: value.isEmpty, to: &text)
                text.append(bytes: entry.line.bytes, value)
            }
            return
        }
        var found: [Entry?] = []
        for site in record.sites { found.append(site.flatMap { entry(of: $0) }) }
        if found.allSatisfy({ $0 == nil }) { return }
        for field in fields {
            let values = found.map { entry in
                entry.flatMap { entry in value(of: field, entry).map { entry.line.bytes[$0] } }
            }
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
        text.append(bytes: field.output)
        if !isFlag { text.append(UInt8(ascii: "=")) }
    }

    /// The file's allele that an allele of a record is; nil where it has none, and where the reference contradicts the record.
    private mutating func entry(of site: AlleleSite) -> Entry? {
        guard !site.isReference, site.position >= 0, let name = try? normal.name(of: site) else { return nil }
        let place: Int?
        switch name {
        case .packed(let key): place = substitutions[key]
        case .spelled(let key): place = known[key]
        }
        return place.map { entries[$0 - dropped] }
    }

    /// Where the value of a field lies in the line of an allele's record; nil where the record has none for it.
    private func value(of field: Field, _ entry: Entry) -> Range<Int>? {
        guard let value = entry.line.info(field.key) else { return nil }
        guard field.isPerAllele else { return value }
        let comma = UInt8(ascii: ",")
        let bytes = entry.line.bytes
        var number = entry.number + (field.skipsReference ? 1 : 0)
        var start = value.lowerBound
        while number > 0 {
            guard let end = bytes[start..<value.upperBound].firstIndex(of: comma) else { return nil }
            start = end + 1
            number -= 1
        }
        return start..<(bytes[start..<value.upperBound].firstIndex(of: comma) ?? value.upperBound)
    }

    private mutating func move(to name: String) {
        contig = name
        normal.move(to: name)
        clear()
        let contigs = lines.contigs
        let here = contigs.contains(name) ? name : ContigNaming.alias(name, isKnown: { contigs.contains($0) })
        source = here
        passed = 0
        isAtEnd = here.map { !lines.seek(to: $0) } ?? true
    }

    private mutating func clear() {
        known.removeAll(keepingCapacity: true)
        substitutions.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
        (head, dropped, waiting) = (0, 0, nil)
    }

    /// Goes on far behind the last record, where reading all in between would take longer.
    private mutating func jump(to position: Int) {
        guard let source, !isAtEnd else { return }
        clear()
        isAtEnd = !lines.seek(to: source, from: max(0, position))
    }

    private mutating func read(from first: Int, upTo limit: Int) throws(GenomicsError) {
        while !isAtEnd {
            let line: VCFLine
            if let kept = waiting {
                line = kept
            } else {
                guard try lines.read(into: &buffer) else {
                    isAtEnd = true
                    return
                }
                line = spare ?? VCFLine()
                spare = nil
                do { try line.take(&buffer) } catch {
                    throw GenomicsError(error.code, error.message, file: path, field: error.field)
                }
            }
            if line.position > limit {
                waiting = line
                return
            }
            waiting = nil
            if line.position < first {
                spare = line
            } else {
                take(line)
            }
        }
    }

    private mutating func take(_ line: VCFLine) {
        guard line.position >= 0 else { return }
        let bases = line.reference
        var number = -1
        line.forEachAlternate { alternate in
            number += 1
            guard let alternate else { return }
            let site = AlleleSite(
                position: line.position, reference: bases, alternate: alternate, number: number + 1)
            if site.isReference { return }
            guard let name = try? normal.name(of: site) else {
                unusable += 1
                firstUnusable = firstUnusable ?? "\(contig):\(line.position + 1)"
                return
            }
            let place = dropped + entries.count
            // The first record of an allele counts, as in other tools.
            switch name {
            case .packed(let key):
                if substitutions[key] != nil { return }
                substitutions[key] = place
            case .spelled(let key):
                if known[key] != nil { return }
                known[key] = place
            }
            entries.append(Entry(line: line, number: number, name: name))
        }
    }

    private mutating func forget(before position: Int) {
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
