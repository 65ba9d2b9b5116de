import Genomics

/// The INFO keys of a file that are looked at, and their values in the record that is read.
struct InfoFields {
    /// A key that the header defines.
    struct Field {
        var key: [UInt8]
        /// `A` for a value an ALT; whatever else stands for a value a record.
        var isPerAllele: Bool
        var name: String { String(decoding: key, as: UTF8.self) }
    }

    private(set) var fields: [Field] = []
    private var values: [LineBytes?] = []

    /// Looks at one more key; its place.
    mutating func add(_ name: String, number: String) -> Int {
        fields.append(Field(key: Array(name.utf8), isPerAllele: number == "A"))
        values.append(nil)
        return fields.count - 1
    }

    /// Finds the keys in a record's INFO.
    mutating func read(_ info: LineBytes) {
        for place in values.indices { values[place] = nil }
        if info.isMissing { return }
        for entry in info.parts(UInt8(ascii: ";")) {
            let end = entry.firstIndex(of: UInt8(ascii: "=")) ?? entry.count
            for place in fields.indices where fields[place].key.count == end {
                guard LineBytes(rebasing: entry[..<end]).equals(fields[place].key) else { continue }
                values[place] = LineBytes(rebasing: entry[min(end + 1, entry.count)...])
                break
            }
        }
    }

    /// The whole value of a key; nil where the record does not have it.
    func value(_ place: Int?) -> LineBytes? { place.flatMap { values[$0] } }

    /// The value for an ALT, counted from 0; nil where there is none.
    ///
    /// A value that stands for the whole record is an ALT's where the record has no other one. Throws where a list has not a value an ALT.
    func value(_ place: Int?, allele: Int, of alternates: Int) throws(GenomicsError) -> LineBytes? {
        guard let place, let whole = values[place], !whole.isMissing else { return nil }
        guard fields[place].isPerAllele else { return alternates == 1 ? whole : nil }
        let count = whole.partCount(UInt8(ascii: ","))
        guard count == alternates else {
            throw GenomicsError(
                .malformed, "\(count) values (\(whole.quoted)) for \(alternates) ALTs", field: fields[place].name)
        }
        guard let part = whole.part(allele, UInt8(ascii: ",")), !part.isMissing else { return nil }
        return part
    }
}

/// What the header of a VCF file defines in INFO.
struct InfoDefinition {
    var id: String
    /// As it stands behind `Number=`.
    var number: String
    /// The whole line.
    var line: String

    /// The definitions of a header's text, in their order.
    static func all(_ header: String) -> [InfoDefinition] {
        header.split(separator: "\n").compactMap { line in
            guard line.hasPrefix("##INFO=<ID=") else { return nil }
            let id = String(line.dropFirst(11).prefix { $0 != "," && $0 != ">" })
            let number = line.firstRange(of: ",Number=").map {
                String(line[$0.upperBound...].prefix { $0 != "," && $0 != ">" })
            }
            return InfoDefinition(id: id, number: number ?? ".", line: String(line))
        }
    }
}
