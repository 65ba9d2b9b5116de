import Genomics

/// Reads what ClinVar says of an allele from the INFO fields of its VCF file, in whatever prefix they were copied under.
struct ClinVarFields {
    private let label: String
    private let significance: Int?
    private let review: Int?
    private let conditions: Int?
    private let allele: Int?
    /// Whether the file is ClinVar's own, so that its IDs are variations.
    private let isClinVar: Bool
    private var words = TextPool(count: 256) { Self.words($0) }
    private var names = TextPool(count: 1_024) { Self.conditions($0) }

    /// Finds the fields of a header.
    init(_ definitions: [InfoDefinition], header: String, label: String, fields: inout InfoFields) {
        let key = definitions.first { $0.id == "CLNSIG" } ?? definitions.first { $0.id.hasSuffix("CLNSIG") }
        let prefix = key.map { $0.id.dropLast(6) } ?? ""
        func place(_ name: String) -> Int? {
            definitions.first { $0.id == prefix + name }.map { fields.add($0.id, number: $0.number) }
        }
        self.label = label
        significance = key.map { fields.add($0.id, number: $0.number) }
        (review, conditions, allele) = (place("CLNREVSTAT"), place("CLNDN"), place("ALLELEID"))
        isClinVar = header.contains("##source=ClinVar")
    }

    /// Whether the file says anything of ClinVar.
    var isThere: Bool { significance != nil }

    /// ClinVar's word on the ALT of a record, nil where it has none; `id` is the record's.
    mutating func record(_ fields: InfoFields, id: LineBytes) -> ClinVarRecord? {
        guard let text = fields.value(significance), !text.isMissing else { return nil }
        let status = fields.value(review).map { words.value($0) } ?? ""
        let number = fields.value(allele).flatMap { $0.isMissing ? nil : $0.text }
        return ClinVarRecord(
            source: label, id: isClinVar && !id.isMissing ? id.text : number ?? "", significance: words.value(text),
            reviewStatus: status, stars: Self.stars(status),
            conditions: fields.value(conditions).map { names.value($0) } ?? [])
    }

    /// `criteria_provided,_single_submitter` in plain words.
    private static func words(_ text: LineBytes) -> String {
        String(text.decoded.map { $0 == "_" ? " " : $0 })
    }

    private static func conditions(_ text: LineBytes) -> [String] {
        if text.isMissing { return [] }
        return text.parts(UInt8(ascii: "|")).map(words).filter { !$0.isEmpty && $0 != "not provided" && $0 != "." }
    }

    /// The stars of a review status (ClinVar, "Review status in ClinVar").
    static func stars(_ status: String) -> Int {
        switch status {
        case "practice guideline": 4
        case "reviewed by expert panel": 3
        case "criteria provided, multiple submitters, no conflicts", "criteria provided, multiple submitters": 2
        case _ where status.hasPrefix("criteria provided"): 1
        default: 0
        }
    }
}
