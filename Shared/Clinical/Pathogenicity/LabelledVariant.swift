import Genomics

/// A variant whose class somebody has told, as the network learns from it.
struct LabelledVariant: Sendable {
    /// Who told it: sources differ in which variants they look at.
    enum Source: String, Sendable, CaseIterable {
        /// Submissions to ClinVar, with frequencies.
        case clinVar = "clinvar"
        /// ClinGen's expert panels, without.
        case panels
    }

    var input: PathogenicityInput
    var isPathogenic: Bool
    var source: Source

    /// Whether a class is a clear one, and which; nil for uncertain, conflicting and other words.
    static func isPathogenic(_ significance: String) -> Bool? {
        let words = significance.prefix { $0 != "," && $0 != "(" && $0 != ";" }.lowercased()
        switch String(words).trimmingSuffixBlanks {
        case "pathogenic", "likely pathogenic", "pathogenic/likely pathogenic": return true
        case "benign", "likely benign", "benign/likely benign": return false
        default: return nil
        }
    }

    /// Variants of a table of ClinVar alleles (macarthur-lab/clinvar) with a clear class, each once.
    ///
    /// Reads symbol, hgvs_c, hgvs_p, clinical_significance and AF; an empty AF is an allele that gnomAD does not have.
    static func clinVar(path: String) throws(GenomicsError) -> [LabelledVariant] {
        let table = try TableFile(path: path)
        let (symbol, coding) = (try table.place(of: "symbol"), try table.place(of: "hgvs_c"))
        let (protein, word) = (try table.place(of: "hgvs_p"), try table.place(of: "clinical_significance"))
        let share = try table.place(of: "AF")
        return try read(table, .clinVar, last: max(symbol, coding, protein, word, share)) { fields in
            (
                fields[symbol], fields[coding], fields[protein], fields[word],
                .init(share: fields[share])
            )
        }
    }

    /// Variants of a table of expert panels (gene, variant, classification) with a clear class, each once; frequencies are not looked up.
    static func panels(path: String) throws(GenomicsError) -> [LabelledVariant] {
        let table = try TableFile(path: path)
        let (symbol, name) = (try table.place(of: "gene"), try table.place(of: "variant"))
        let word = try table.place(of: "classification")
        return try read(table, .panels, last: max(symbol, name, word)) { fields in
            let (coding, protein) = names(fields[name])
            return (fields[symbol], coding, protein, fields[word], .notLookedUp)
        }
    }

    /// The two names in `NM_004360.4(CDH1):c.3G>A (p.Met1Ile)`.
    static func names(_ title: String) -> (coding: String, protein: String) {
        let parts = title.split(separator: " ")
        let coding = parts.first.map(String.init) ?? ""
        guard let last = parts.last, parts.count > 1, last.hasPrefix("(p."), last.hasSuffix(")") else {
            return (coding, "")
        }
        return (coding, String(last.dropFirst().dropLast()))
    }

    private typealias Row = (
        gene: String, coding: String, protein: String, word: String, frequency: PathogenicityInput.Frequency?
    )

    private static func read(
        _ table: TableFile, _ source: Source, last: Int, _ row: ([String]) -> Row
    ) throws(GenomicsError) -> [LabelledVariant] {
        var (variants, seen) = ([LabelledVariant](), Set<String>())
        while let record = try table.next() {
            // ClinVar's exports leave out tabs at the end of some lines, behind what is read here.
            guard record.fields.count > last else {
                throw GenomicsError(
                    .malformed,
                    "line \(record.line): the record has \(record.fields.count) fields, and \(last + 1) are read",
                    file: table.path, record: record.number + 1)
            }
            let row = row(record.fields)
            guard let frequency = row.frequency else {
                throw GenomicsError(
                    .malformed, "line \(record.line): AF is no share of 0 to 1", file: table.path,
                    record: record.number + 1)
            }
            guard let isPathogenic = isPathogenic(row.word),
                let input = PathogenicityInput(
                    gene: row.gene, codingName: row.coding.isEmpty ? nil : row.coding,
                    proteinName: row.protein.isEmpty ? nil : row.protein, frequency: frequency),
                seen.insert("\(row.gene) \(row.coding.split(separator: ":").last ?? "") \(row.protein)").inserted
            else { continue }
            variants.append(LabelledVariant(input: input, isPathogenic: isPathogenic, source: source))
        }
        return variants
    }
}

extension PathogenicityInput.Frequency {
    /// What a field with a share says, empty where the allele was not seen; nil for what is no share.
    public init?(share text: String) {
        if text.isEmpty || text == "." {
            self = .absent
            return
        }
        guard let share = Double(text), share >= 0, share <= 1 else { return nil }
        self = share > 0 ? .share(share) : .absent
    }
}

extension String {
    fileprivate var trimmingSuffixBlanks: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
