/// Holds the header of a VCF file against the specification (VCF 4.1 to 4.3, § 1.2 to 1.5), line by line.
struct VCFHeaderCheck {
    /// The minor version: 1 to 3; 3 where the file does not say.
    private(set) var version = 3
    /// The INFO keys that are defined.
    private(set) var info: [String: VCFShape] = [:]
    /// The FORMAT keys that are defined.
    private(set) var format: [String: VCFShape] = [:]
    /// The samples of the column line; nil before it.
    private(set) var samples: [String]?
    /// Whether the column line has a FORMAT column.
    private(set) var hasFormat = false

    private var ids: Set<String> = []
    private static let columns = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"]
    private static let types = ["Integer", "Float", "Flag", "Character", "String"]

    /// What is wrong with the next line, which begins with `#` or should.
    mutating func check(_ line: String, number: Int) -> [FormatFlaw] {
        func flaw(_ field: String, _ message: String) -> [FormatFlaw] {
            [FormatFlaw(line: number, field: field, message: message)]
        }
        if number == 1 {
            let versions = (1...3).map { "##fileformat=VCFv4.\($0)" }
            guard let minor = versions.firstIndex(of: line) else {
                return flaw("fileformat", "\(FieldText.quoted(line)) is not ##fileformat=VCFv4.1, 4.2 or 4.3")
            }
            version = minor + 1
            return []
        }
        if line.hasPrefix("#CHROM") { return checkColumns(line, number) }
        guard line.hasPrefix("##") else {
            return flaw("header", "\(FieldText.quoted(line)) is neither a ## line nor the column line #CHROM")
        }
        do throws(VCFMetaLine.Flaw) {
            let meta = try VCFMetaLine(line)
            return try check(meta).map { FormatFlaw(line: number, field: $0.field, message: $0.message) }
        } catch {
            return flaw(error.field, error.message)
        }
    }

    private mutating func check(_ line: VCFMetaLine) throws(VCFMetaLine.Flaw) -> [VCFMetaLine.Flaw] {
        let key = line.key
        func flaw(_ message: String) -> VCFMetaLine.Flaw { VCFMetaLine.Flaw(field: key, message: message) }
        switch key {
        case "fileformat": throw flaw("##fileformat comes twice, or is not the first line")
        case "assembly":
            guard Self.isURL(line.value) else { throw flaw("\(FieldText.quoted(line.value)) is no address") }
        case "pedigreeDB":
            let isEnclosed = line.value.hasPrefix("<") && line.value.hasSuffix(">")
            guard Self.isURL(isEnclosed ? line.value.dropFirst().dropLast() : line.value[...]) else {
                throw flaw("\(FieldText.quoted(line.value)) is no address")
            }
        case "INFO", "FORMAT", "FILTER", "ALT", "contig", "SAMPLE", "META":
            guard line.fields != nil else { throw flaw("the line is not of the form ##\(key)=<key=value,…>") }
            return try checkStructured(line)
        default: break
        }
        return []
    }

    private mutating func checkStructured(_ line: VCFMetaLine) throws(VCFMetaLine.Flaw) -> [VCFMetaLine.Flaw] {
        let key = line.key
        func flaw(_ message: String) -> VCFMetaLine.Flaw { VCFMetaLine.Flaw(field: key, message: message) }
        guard let id = line["ID"] else { throw flaw("the line has no ID") }
        guard line.fields?.first?.key == "ID" else { throw flaw("the ID is not the line's first field") }
        guard Self.isID(id, of: key, version: version) else { throw flaw("\(FieldText.quoted(id)) is no ID") }
        guard ids.insert("\(key) \(id)").inserted || (key == "contig" && version < 3) else {
            throw flaw("the ID \(id) comes twice")
        }
        var flaws: [VCFMetaLine.Flaw] = []
        if let number = line["Number"], !Self.isNumber(number, version: version) {
            flaws.append(flaw("\(FieldText.quoted(number)) is no Number of values"))
        }
        if let type = line["Type"], !Self.types.contains(type) || (type == "Flag" && key == "FORMAT") {
            flaws.append(flaw("\(FieldText.quoted(type)) is no Type of values"))
        }
        if ["INFO", "FORMAT", "FILTER", "ALT"].contains(key) {
            guard let description = line.fields?.first(where: { $0.key == "Description" }) else {
                throw flaw("\(id) has no Description")
            }
            if !description.isQuoted { flaws.append(flaw("the Description of \(id) is not in quotes")) }
        }
        let order = (line.fields ?? []).compactMap { ["ID", "Number", "Type", "Description"].firstIndex(of: $0.key) }
        if order != order.sorted() { flaws.append(flaw("ID, Number, Type and Description are not in this order")) }
        guard key == "INFO" || key == "FORMAT" else { return flaws }
        guard let number = line["Number"], let type = line["Type"] else {
            throw flaw("\(id) lacks its Number or Type")
        }
        let shape = VCFShape(number: number, type: type)
        if key == "INFO", type != "Flag", number == "0" {
            flaws.append(flaw("\(id): only a Flag has Number=0"))
        }
        let reserved = key == "INFO" ? VCFKeys.info[id] : VCFKeys.format[id]
        if let reserved, reserved != shape, reserved.number != "." || reserved.type != shape.type {
            flaws.append(
                flaw("\(id) is reserved: Number=\(reserved.number),Type=\(reserved.type), not \(number) and \(type)"))
        }
        if key == "INFO" { info[id] = shape } else { format[id] = shape }
        return flaws
    }

    private mutating func checkColumns(_ line: String, _ number: Int) -> [FormatFlaw] {
        let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        func flaw(_ message: String) -> FormatFlaw { FormatFlaw(line: number, field: "#CHROM", message: message) }
        samples = Array(columns.dropFirst(9))
        hasFormat = columns.count > 8
        guard Array(columns.prefix(8)) == Self.columns else {
            let expected = Self.columns.joined(separator: " ")
            return [flaw("the columns are not \(expected), with a tab between them")]
        }
        if columns.count == 8 { return [] }
        guard columns[8] == "FORMAT", columns.count > 9 else {
            return [flaw("the ninth column is FORMAT, and at least one sample follows it")]
        }
        var names: Set<String> = []
        for name in columns.dropFirst(9) where name.isEmpty || !names.insert(name).inserted {
            return [flaw(name.isEmpty ? "a sample has no name" : "the sample \(name) comes twice")]
        }
        return []
    }

    private static func isNumber(_ text: String, version: Int) -> Bool {
        FieldText.isCount(text) || [".", "A", "G"].contains(text) || (text == "R" && version > 1)
    }

    private static func isID(_ text: String, of key: String, version: Int) -> Bool {
        guard !text.isEmpty, text.utf8.allSatisfy({ (33...126).contains($0) && $0 != UInt8(ascii: ",") }) else {
            return false
        }
        let isKey = text.utf8.allSatisfy(FieldText.isWord) && text.first?.isNumber == false
        switch key {
        case "INFO", "FORMAT": return version < 3 || text == "1000G" || isKey
        case "SAMPLE": return version < 3 || text.utf8.allSatisfy { $0 != UInt8(ascii: "*") }
        case "ALT": return !text.contains("<") && !text.contains(">")
        case "FILTER": return text != "0" && !text.contains(";")
        default: return true
        }
    }

    private static func isURL(_ text: some StringProtocol) -> Bool {
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 1 { return false }
        let isScheme = ["http", "https", "ftp", "file"].contains(parts[0].lowercased())
        let host = parts[1].prefix { $0 != "/" && $0 != ":" }
        let isHost = parts[0] == "file" || host.contains { $0.isLetter } || host.contains(".")
        return isScheme && isHost && !parts[1].isEmpty && text.utf8.allSatisfy { (33...126).contains($0) }
    }
}
