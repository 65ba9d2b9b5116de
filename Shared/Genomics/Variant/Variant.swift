/// A record of a VCF file, for one sample.
public struct Variant: Sendable, Hashable, Codable {
    /// A key with its value in VCF's own text; a flag has an empty value.
    public struct Field: Sendable, Hashable, Codable {
        /// The key, such as `DP`.
        public var key: String
        /// The value as it stands in the file: lists joined by commas, special characters percent-encoded.
        public var value: String

        /// Makes a field of text that needs no encoding.
        public init(_ key: String, _ value: String = "") {
            self.key = key
            self.value = value
        }
    }

    /// The contig's name.
    public var contig: String
    /// POS, counted from 1.
    public var position: Int
    /// ID, nil when missing.
    public var id: String?
    /// REF in upper case.
    public var reference: String
    /// ALT, empty when missing; symbolic alleles such as `<DEL>` and `*` stand as they are.
    public var alternates: [String]
    /// QUAL, nil when missing.
    public var quality: Double?
    /// FILTER: empty when not applied, `["PASS"]` when passed.
    public var filters: [String]
    /// INFO in the order of the file.
    public var info: [Field]
    /// GT of the sample, nil when there is none.
    public var genotype: Genotype?
    /// The sample's other fields in the order of FORMAT.
    public var sampleFields: [Field]

    /// Makes a record.
    public init(
        contig: String, position: Int, id: String? = nil, reference: String, alternates: [String],
        quality: Double? = nil, filters: [String] = [], info: [Field] = [], genotype: Genotype? = nil,
        sampleFields: [Field] = []
    ) {
        self.contig = contig
        self.position = position
        self.id = id
        self.reference = reference
        self.alternates = alternates
        self.quality = quality
        self.filters = filters
        self.info = info
        self.genotype = genotype
        self.sampleFields = sampleFields
    }

    /// Whether no filter speaks against the record.
    public var isPassing: Bool { filters.isEmpty || filters == ["PASS"] }
    /// The 0-based half-open positions of REF.
    public var referenceRange: Range<Int> { (position - 1)..<(position - 1 + reference.utf8.count) }
    /// The text of an INFO key; empty for a flag, nil when absent.
    public func info(_ key: String) -> String? { info.first { $0.key == key }?.value }
    /// The text of a FORMAT key of the sample, nil when absent.
    public func sampleField(_ key: String) -> String? { sampleFields.first { $0.key == key }?.value }
}

extension Variant {
    /// Reads a line of a VCF file (VCF 4.3, § 1.6); the sample's column counts from 0 and may be absent.
    ///
    /// Throws `GenomicsError.Code.malformed` naming the column.
    public init(
        vcfLine line: some StringProtocol, sampleColumn: Int = 9, columnCount: Int? = nil
    ) throws(GenomicsError) {
        let columns = Self.split(line, at: "\t")
        func malformed(_ field: String, _ message: String) -> GenomicsError {
            GenomicsError(.malformed, message, field: field)
        }
        guard columns.count >= 8, columns.count == columnCount ?? columns.count else {
            throw malformed("#CHROM", "a line of \(columns.count) tab-separated columns instead of \(columnCount ?? 8)")
        }
        guard !columns[0].isEmpty else { throw malformed("#CHROM", "the contig has no name") }
        guard let position = Int(columns[1]), position >= 0, position <= Int(Int32.max) else {
            throw malformed("POS", "\"\(columns[1].prefix(40))\" is no position")
        }
        guard !columns[3].isEmpty,
            columns[3].utf8.allSatisfy({ $0 | 0x20 == 0x6e || (1..<15).contains(BaseCode.nibble(ofASCII: $0)) })
        else { throw malformed("REF", "\"\(columns[3].prefix(40))\" is no sequence of bases") }
        // Some programs leave out the point of a missing QUAL.
        let hasQuality = columns[5] != "." && !columns[5].isEmpty
        let quality = hasQuality ? Double(columns[5]) : nil
        guard !hasQuality || quality?.isFinite == true else {
            throw malformed("QUAL", "\"\(columns[5].prefix(40))\" is no number")
        }
        func list(_ column: String, _ separator: Unicode.Scalar) -> [String] {
            column == "." ? [] : Self.split(column, at: separator)
        }
        self.init(
            contig: columns[0], position: position, id: columns[2] == "." ? nil : columns[2],
            reference: columns[3].uppercased(), alternates: list(columns[4], ","), quality: quality,
            filters: list(columns[6], ";"),
            info: list(columns[7], ";").map { entry in
                guard let equal = entry.firstIndex(of: "=") else { return Field(entry) }
                return Field(String(entry[..<equal]), String(entry[entry.index(after: equal)...]))
            })
        guard columns.count > sampleColumn else { return }
        for (key, value) in zip(
            list(columns[8], ":"), Self.split(columns[sampleColumn], at: ":"))
        {
            if key != "GT" {
                sampleFields.append(Field(key, value))
                continue
            }
            guard let genotype = Genotype(value), genotype.alleles.allSatisfy({ ($0 ?? 0) <= alternates.count }) else {
                throw malformed("GT", "\"\(value.prefix(40))\" is no genotype of \(alternates.count + 1) alleles")
            }
            self.genotype = genotype
        }
    }

    private static func split(_ text: some StringProtocol, at separator: Unicode.Scalar) -> [String] {
        text.utf8.split(separator: UInt8(ascii: separator), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// The record as a line of a VCF file without its end; `hasSample` asks for FORMAT and one sample.
    func vcfLine(hasSample: Bool) -> String {
        func orDot(_ text: String) -> String { text.isEmpty ? "." : text }
        var columns = [
            contig, String(position), orDot(id ?? ""), reference, orDot(alternates.joined(separator: ",")),
            quality.map(Self.text) ?? ".", orDot(filters.joined(separator: ";")),
            orDot(info.map { $0.value.isEmpty ? $0.key : "\($0.key)=\($0.value)" }.joined(separator: ";")),
        ]
        if hasSample {
            let fields = (genotype.map { [Field("GT", $0.description)] } ?? []) + sampleFields
            columns.append(fields.isEmpty ? "GT" : fields.map(\.key).joined(separator: ":"))
            columns.append(orDot(fields.map { orDot($0.value) }.joined(separator: ":")))
        }
        return columns.joined(separator: "\t")
    }

    /// A number with at most two decimals, the same on every machine.
    static func text(_ value: Double) -> String {
        let hundredths = Int((min(max(value, -1e9), 1e9) * 100).rounded())
        let (whole, rest) = (abs(hundredths) / 100, abs(hundredths) % 100)
        let sign = hundredths < 0 ? "-" : ""
        if rest == 0 { return "\(sign)\(whole)" }
        return rest % 10 == 0 ? "\(sign)\(whole).\(rest / 10)" : "\(sign)\(whole).\(rest / 10)\(rest % 10)"
    }
}
