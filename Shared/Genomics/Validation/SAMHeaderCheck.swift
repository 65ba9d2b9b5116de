/// Holds the header lines of SAM against the specification (SAM, § 1.3), one after another.
struct SAMHeaderCheck {
    private var contigs: Set<String> = []
    private var alternatives: [(name: String, of: String, line: Int)] = []
    private var readGroups: Set<String> = []
    private var programs: Set<String> = []
    private var hasHD = false

    /// The names of the `@SQ` lines.
    var contigNames: Set<String> { contigs }

    /// What is wrong with the next line.
    mutating func check(_ line: String, number: Int) -> [FormatFlaw] {
        let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
        let kind = String(parts[0])
        func flaw(_ field: String, _ message: String) -> FormatFlaw {
            FormatFlaw(line: number, field: field, message: message)
        }
        guard kind.utf8.count == 3, kind.utf8.dropFirst().allSatisfy({ Self.isLetter($0) }) else {
            return [flaw("header", "\(FieldText.quoted(kind)) is no record type; one is '@' and two letters")]
        }
        if kind == "@CO" { return [] }
        var flaws: [FormatFlaw] = []
        var values: [String: String] = [:]
        for part in parts.dropFirst() {
            let bytes = Array(part.utf8)
            guard bytes.count >= 4, bytes[2] == UInt8(ascii: ":"), Self.isLetter(bytes[0]),
                Self.isLetter(bytes[1]) || (48...57).contains(bytes[1]), bytes.allSatisfy({ $0 >= 32 && $0 != 127 })
            else {
                flaws.append(flaw(kind, "\(FieldText.quoted(part)) is no field; one is TAG:VALUE"))
                continue
            }
            let tag = String(part.prefix(2))
            if values.updateValue(String(part.dropFirst(3)), forKey: tag) != nil {
                flaws.append(flaw(tag, "the tag comes twice in one line"))
            }
        }
        switch kind {
        case "@HD": flaws += checkHD(values, number)
        case "@SQ": flaws += checkSQ(values, number)
        case "@RG": flaws += checkRG(values, number)
        case "@PG":
            if let id = values["ID"] {
                if !programs.insert(id).inserted { flaws.append(flaw("ID", "the program \(id) comes twice")) }
            } else {
                flaws.append(flaw("ID", "@PG without an ID"))
            }
        default: break
        }
        return flaws
    }

    /// What is wrong with the header as a whole.
    func finish() -> [FormatFlaw] {
        alternatives.compactMap { name, contig, line in
            guard contigs.contains(name), name != contig else { return nil }
            let message = "\(name), an alternative name of \(contig), is a contig of its own"
            return FormatFlaw(line: line, field: "AN", message: message)
        }
    }

    private mutating func checkHD(_ values: [String: String], _ number: Int) -> [FormatFlaw] {
        var flaws: [FormatFlaw] = []
        func flaw(_ field: String, _ message: String) {
            flaws.append(FormatFlaw(line: number, field: field, message: message))
        }
        if hasHD { flaw("@HD", "@HD comes twice") } else if number != 1 { flaw("@HD", "@HD is not the first line") }
        hasHD = true
        let version = (values["VN"] ?? "").split(separator: ".", omittingEmptySubsequences: false)
        if version.count != 2 || !version.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }) {
            flaw("VN", "\(FieldText.quoted(values["VN"] ?? "")) is no version such as 1.6")
        }
        if let order = values["SO"], !["unknown", "unsorted", "queryname", "coordinate"].contains(order) {
            flaw("SO", "\(FieldText.quoted(order)) is none of unknown, unsorted, queryname, coordinate")
        }
        if let grouping = values["GO"] {
            if !["none", "query", "reference"].contains(grouping) {
                flaw("GO", "\(FieldText.quoted(grouping)) is none of none, query, reference")
            }
        }
        if let order = values["SS"] {
            let parts = order.split(separator: ":", omittingEmptySubsequences: false)
            let isName = { (part: Substring) in
                !part.isEmpty
                    && part.utf8.allSatisfy { Self.isLetter($0) || (48...57).contains($0) || $0 == 95 || $0 == 45 }
            }
            let orders = ["coordinate", "queryname", "unsorted"]
            if parts.count < 2 || !orders.contains(String(parts[0])) || !parts.dropFirst().allSatisfy(isName) {
                flaw("SS", "\(FieldText.quoted(order)) is no sub-sort such as coordinate:queryname")
            }
        }
        return flaws
    }

    private mutating func checkSQ(_ values: [String: String], _ number: Int) -> [FormatFlaw] {
        var flaws: [FormatFlaw] = []
        func flaw(_ field: String, _ message: String) {
            flaws.append(FormatFlaw(line: number, field: field, message: message))
        }
        let name = values["SN"] ?? ""
        if !FieldText.isContigName(name) {
            flaw("SN", name.isEmpty ? "@SQ without a name" : "\(FieldText.quoted(name)) is no name of a contig")
        } else if !contigs.insert(name).inserted {
            flaw("SN", "the contig \(name) comes twice")
        }
        if values["LN"].map({ FieldText.isCount($0) && (1...Int(Int32.max)).contains(Int($0) ?? 0) }) != true {
            flaw("LN", "\(FieldText.quoted(values["LN"] ?? "")) is no length from 1 to 2147483647")
        }
        if let digest = values["M5"], digest.utf8.count != 32 || !digest.allSatisfy(\.isHexDigit) {
            flaw("M5", "\(FieldText.quoted(digest)) is no MD5 of 32 hexadecimal digits")
        }
        if let locus = values["AH"], locus != "*", !Self.isLocus(locus) {
            flaw("AH", "\(FieldText.quoted(locus)) is no locus such as chr1:1-100")
        }
        if let shape = values["TP"], shape != "linear", shape != "circular" {
            flaw("TP", "\(FieldText.quoted(shape)) is neither linear nor circular")
        }
        for other in values["AN"]?.split(separator: ",", omittingEmptySubsequences: false) ?? [] {
            if !FieldText.isContigName(other) {
                flaw("AN", "\(FieldText.quoted(other)) is no name of a contig")
            } else {
                if alternatives.contains(where: { $0.name == other && $0.of != name }) {
                    flaw("AN", "the alternative name \(other) comes twice")
                }
                alternatives.append((String(other), name, number))
            }
        }
        return flaws
    }

    private mutating func checkRG(_ values: [String: String], _ number: Int) -> [FormatFlaw] {
        var flaws: [FormatFlaw] = []
        if let id = values["ID"] {
            if !readGroups.insert(id).inserted {
                flaws.append(FormatFlaw(line: number, field: "ID", message: "the read group \(id) comes twice"))
            }
        } else {
            flaws.append(FormatFlaw(line: number, field: "ID", message: "@RG without an ID"))
        }
        if let date = values["DT"], !Self.isDate(date) {
            let message = "\(FieldText.quoted(date)) is no date of ISO 8601, such as 2026-01-31"
            flaws.append(FormatFlaw(line: number, field: "DT", message: message))
        }
        return flaws
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte & 0xdf) && byte >= 65 }

    private static func isLocus(_ text: String) -> Bool {
        let place = text.split(separator: ":", omittingEmptySubsequences: false).last ?? ""
        let bounds = place.split(separator: "-", omittingEmptySubsequences: false)
        if bounds.count == 2, bounds.allSatisfy(FieldText.isCount) {
            return text.utf8.count == place.utf8.count || FieldText.isContigName(text.dropLast(place.count + 1))
        }
        return FieldText.isContigName(text)
    }

    /// A date, and whatever time follows it, in ISO 8601's basic or extended form.
    private static func isDate(_ text: String) -> Bool {
        let day = text.prefix { $0 != "T" && $0 != " " }
        let digits = day.filter { $0 != "-" }
        guard digits.count == 8, digits.allSatisfy(\.isNumber), day.count == 8 || day.count == 10,
            let month = Int(digits.dropFirst(4).prefix(2)), let date = Int(digits.suffix(2))
        else { return false }
        return (1...12).contains(month) && (1...31).contains(date)
    }
}
