import Genomics

/// INFO fields of a sorted, indexed VCF file (frequencies, ClinVar, scores), found by allele while another sorted file is read.
///
/// Alleles are compared once they are trimmed and left-aligned (Tan, Abecasis and Kang 2015), so two spellings of one insertion or deletion agree.
/// Only records near the last position that was asked for are kept.
public final class AnnotationSource {
    /// The INFO definitions that the output's header needs.
    public private(set) var definitions: [String] = []
    /// The keys that the output gets.
    public let keys: [String]
    /// The file.
    public let path: String

    /// Alleles of the file that do not fit the reference.
    public var unusable: Int { alleles.unusable }
    /// Where the first of them is.
    public var firstUnusable: String? { alleles.firstUnusable }

    private var alleles: KnownAlleles

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
        let lines = try IndexedLines(path: file)
        let header = lines.header
        var fields: [KnownAlleles.Field] = []
        var found: Set<String> = []
        for line in header {
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
                KnownAlleles.Field(
                    key: Array(id.utf8), output: Array(output.utf8), isPerAllele: isPerAllele,
                    skipsReference: number == "R"))
            definitions.append(
                "##INFO=<ID=\(output)\(rest.dropFirst(id.count))".replacing(
                    "Number=\(number)", with: "Number=\(outputNumber)", maxReplacements: 1))
        }
        for tag in tags ?? [] where !found.contains(tag) {
            throw GenomicsError(
                .malformed, "its header defines no INFO \(tag); it has \(Self.list(header))", file: path,
                field: "INFO")
        }
        guard !fields.isEmpty else {
            throw GenomicsError(.malformed, "its header defines no INFO that could be taken", file: path, field: "INFO")
        }
        keys = fields.map { String(decoding: $0.output, as: UTF8.self) }
        alleles = KnownAlleles(lines, path: file, fields: fields, reference: reference)
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
    func appendInfo(_ record: WaitingRecord, on contig: String, to text: inout [UInt8]) throws(GenomicsError) {
        try alleles.appendInfo(record, on: contig, to: &text)
    }
}
