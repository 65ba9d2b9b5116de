/// Holds the records of a VCF file against its header and the specification (VCF 4.1 to 4.3, § 1.6), one after another.
struct VCFRecordCheck {
    private let header: VCFHeaderCheck
    private let columnCount: Int
    private var contig: String?
    private var position = 0
    private var seen: Set<String> = []
    private var alleles = VCFRepeatedAlleles()

    init(_ header: VCFHeaderCheck) {
        self.header = header
        columnCount = header.hasFormat ? 9 + (header.samples?.count ?? 0) : 8
    }

    /// What is wrong with the next line.
    mutating func check(_ line: String, number: Int) -> [FormatFlaw] {
        let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
        guard columns.count == columnCount else {
            let message = "a line of \(columns.count) tab-separated columns instead of \(columnCount)"
            return [FormatFlaw(line: number, field: "#CHROM", message: message)]
        }
        var flaws: [FormatFlaw] = []
        func add(_ field: String, _ message: String?) {
            if let message { flaws.append(FormatFlaw(line: number, field: field, message: message)) }
        }
        let alternates = columns[4] == "." ? [] : columns[4].split(separator: ",", omittingEmptySubsequences: false)
        add("#CHROM", contigFlaw(columns[0]))
        add("POS", positionFlaw(columns[1], contig: columns[0]))
        add("ID", Self.listFlaw(columns[2], of: "identifiers", without: header.version < 3 ? nil : ","))
        add("REF", Self.isBases(columns[3]) ? nil : "\(FieldText.quoted(columns[3])) is no sequence of bases")
        add("ALT", alternateFlaw(alternates, reference: columns[3]))
        if flaws.isEmpty, let position = Int(columns[1]) {
            let repeated = alleles.add(contig: columns[0], position: position, columns[3], alternates)
            add("ALT", repeated.map { "the allele \($0) was given before" })
        }
        let isQuality =
            columns[5] == "." || (FieldText.isDecimal(columns[5]) && columns[5].first != "-")
            || ["inf", "+inf", "nan"].contains(columns[5].lowercased())
        add("QUAL", isQuality ? nil : "\(FieldText.quoted(columns[5])) is no quality of 0 or more")
        add("FILTER", Self.filterFlaw(columns[6]))
        let values = VCFValueCheck(header: header, alternates: alternates.count)
        add("INFO", values.infoFlaw(columns[7]))
        if columns.count > 8 {
            let keys = columns[8].split(separator: ":", omittingEmptySubsequences: false)
            add("FORMAT", Self.formatFlaw(keys, version: header.version))
            for (sample, column) in zip(header.samples ?? [], columns[9...]) {
                let flaw = values.sampleFlaw(column, keys: keys)
                add(flaw?.key ?? "", flaw.map { "sample \(sample): \($0.message)" })
            }
        }
        return flaws
    }

    private func contigFlaw(_ text: Substring) -> String? {
        let isSymbol = text.hasPrefix("<") && text.hasSuffix(">") && text.count > 2
        let name = isSymbol ? text.dropFirst().dropLast() : text
        let isName =
            header.version < 3
            ? !name.isEmpty && name.utf8.allSatisfy { (33...126).contains($0) && $0 != 58 && $0 != 60 && $0 != 62 }
            : FieldText.isContigName(name) && !name.contains("*")
        return isName ? nil : "\(FieldText.quoted(text)) is no name of a contig"
    }

    private mutating func positionFlaw(_ text: Substring, contig name: Substring) -> String? {
        guard let number = Int(text), number >= 0, number <= Int(Int32.max), FieldText.isCount(text) else {
            return "\(FieldText.quoted(text)) is no position"
        }
        // Contigs of an assembly file may stand among those of the reference.
        if name.hasPrefix("<") { return nil }
        guard contig == String(name) else {
            contig = String(name)
            position = number
            return seen.insert(String(name)).inserted ? nil : "the records of \(name) are not all together"
        }
        defer { position = number }
        return number >= position ? nil : "\(number) stands behind \(position): the records are not sorted"
    }

    private func alternateFlaw(_ alternates: [Substring], reference: Substring) -> String? {
        var known: Set<String> = []
        for allele in alternates {
            guard Self.isBases(allele) || allele == "*" || Self.isSymbol(allele) || Self.isBreakend(allele) else {
                return "\(FieldText.quoted(allele)) is no allele"
            }
            if Self.isBases(allele), allele.uppercased() == reference.uppercased() { return "\(allele) is REF" }
            let isNew = known.insert(String(allele)).inserted
            if !isNew { return "the allele \(allele) comes twice" }
        }
        return nil
    }

    static func isBases(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { "ACGTNacgtn".utf8.contains($0) }
    }

    private static func isSymbol(_ text: Substring) -> Bool {
        text.hasPrefix("<") && text.hasSuffix(">") && text.count > 2
            && text.dropFirst().dropLast().utf8.allSatisfy { (33...126).contains($0) && $0 != 60 && $0 != 62 }
    }

    /// `t[p[`, `t]p]`, `]p]t`, `[p[t`, `.t` and `t.` (§ 5.4); `p` is CHROM:POS.
    private static func isBreakend(_ text: Substring) -> Bool {
        if text.hasPrefix(".") { return isBases(text.dropFirst()) }
        if text.hasSuffix(".") { return isBases(text.dropLast()) }
        guard let bracket = text.first(where: { $0 == "[" || $0 == "]" }) else { return false }
        let parts = text.split(separator: bracket, omittingEmptySubsequences: false)
        guard parts.count == 3, let colon = parts[1].lastIndex(of: ":") else { return false }
        let isPlace = colon > parts[1].startIndex && FieldText.isCount(parts[1][parts[1].index(after: colon)...])
        return isPlace && parts[0].isEmpty != parts[2].isEmpty && isBases(parts[0].isEmpty ? parts[2] : parts[0])
    }

    /// Identifiers, separated by semicolons.
    private static func listFlaw(_ text: Substring, of what: String, without letter: Character?) -> String? {
        if text == "." { return nil }
        var known: Set<Substring> = []
        for part in text.split(separator: ";", omittingEmptySubsequences: false) {
            let isWord = !part.isEmpty && part != "." && part.utf8.allSatisfy { $0 > 32 && $0 != 127 }
            guard isWord, letter.map({ part.contains($0) }) != true else {
                return "\(FieldText.quoted(text)) is no list of \(what)"
            }
            guard known.insert(part).inserted else { return "\(FieldText.quoted(part)) comes twice" }
        }
        return nil
    }

    private static func filterFlaw(_ text: Substring) -> String? {
        if let flaw = listFlaw(text, of: "filters", without: ",") { return flaw }
        return text.split(separator: ";").contains("0") ? "0 is no filter" : nil
    }

    private static func formatFlaw(_ keys: [Substring], version: Int) -> String? {
        var known: Set<Substring> = []
        for (index, key) in keys.enumerated() {
            let isKey =
                !key.isEmpty
                && key.utf8.allSatisfy(FieldText.isWord) && key.first?.isNumber == false
            guard isKey else { return "\(FieldText.quoted(key)) is no key" }
            guard known.insert(key).inserted else { return "the key \(key) comes twice" }
            if key == "GT", index > 0 { return "GT is not the first key" }
        }
        return nil
    }
}

/// Finds alleles that a file gives twice, be it in other words: alike once common bases at their ends are cut off.
struct VCFRepeatedAlleles {
    private var contig: Substring = ""
    private var known: [(position: Int, allele: String)] = []
    private var names: Set<String> = []
    /// Records so far apart have no allele in common.
    private static let reach = 1_000

    /// Adds a record's alleles; returns one that was there before.
    mutating func add(
        contig name: Substring, position: Int, _ reference: Substring, _ alternates: [Substring]
    ) -> String? {
        if name != contig {
            contig = name
            known.removeAll()
            names.removeAll()
        }
        if known.count > 4_096 {
            known.removeAll { $0.position < position - Self.reach }
            names = Set(known.map(\.allele))
        }
        var repeated: String?
        for allele in alternates where VCFRecordCheck.isBases(allele) {
            let (start, from, to) = Self.trimmed(position, Array(reference.utf8), Array(allele.utf8))
            let text = "\(start) \(String(decoding: from, as: UTF8.self))>\(String(decoding: to, as: UTF8.self))"
            if !names.insert(text).inserted { repeated = String(allele) }
            known.append((start, text))
        }
        return repeated
    }

    private static func trimmed(
        _ position: Int, _ reference: [UInt8], _ allele: [UInt8]
    ) -> (Int, ArraySlice<UInt8>, ArraySlice<UInt8>) {
        var (from, to, start) = (reference[...], allele[...], position)
        while let last = from.last, last == to.last {
            from.removeLast()
            to.removeLast()
        }
        while let first = from.first, first == to.first {
            from.removeFirst()
            to.removeFirst()
            start += 1
        }
        return (start, from, to)
    }
}
