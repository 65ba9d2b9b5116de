import Genomics

/// Where the columns of a scoring file are, and what they say of a row.
struct ScoreColumns {
    private let places: [String: Int]

    /// Throws where a column that is needed is missing.
    init(_ table: TableFile) throws(GenomicsError) {
        var places: [String: Int] = [:]
        for (index, name) in table.columns.enumerated() where places[name.lowercased()] == nil {
            places[name.lowercased()] = index
        }
        self.places = places
        let dosages = (0...2).allSatisfy { places["dosage_\($0)_weight"] != nil }
        guard places["effect_allele"] != nil, places["effect_weight"] != nil || dosages else {
            throw GenomicsError(
                .malformed,
                "no scoring file: it lacks effect_allele, or effect_weight (or dosage_0_weight to dosage_2_weight)",
                file: table.path)
        }
        guard places["rsid"] ?? places["hm_rsid"] ?? places["chr_position"] ?? places["hm_pos"] != nil else {
            throw GenomicsError(
                .malformed, "no scoring file: it lacks rsID and chr_position, so its variants are nowhere",
                file: table.path)
        }
    }

    /// The row of a record.
    func row(_ record: TableFile.Record, file: String) throws(GenomicsError) -> ScoreRow {
        func text(_ column: String) -> String? {
            guard let place = places[column] else { return nil }
            let value = record.fields[place]
            return value.isEmpty || value == "NA" || value == "." ? nil : value
        }
        func number(_ column: String) throws(GenomicsError) -> Double? {
            guard let value = text(column) else { return nil }
            guard let number = Double(value), number.isFinite else {
                throw GenomicsError(
                    .malformed, "line \(record.line): \"\(value)\" is no number", file: file, record: record.number + 1,
                    field: column)
            }
            return number
        }
        func place(_ contig: String, _ position: String) throws(GenomicsError) -> ScoreRow.Place? {
            guard let name = text(contig), let value = text(position) else { return nil }
            guard let number = Int(value), number > 0 else {
                throw GenomicsError(
                    .malformed, "line \(record.line): \"\(value)\" is no position", file: file,
                    record: record.number + 1,
                    field: position)
            }
            return ScoreRow.Place(contig: GenomeBuild.plain(name), position: number)
        }
        func isTrue(_ column: String) -> Bool { ["true", "1", "yes"].contains(text(column)?.lowercased() ?? "") }
        let rsID = text("hm_rsid") ?? text("rsid")
        var row = ScoreRow(
            line: record.line, identifier: rsID?.hasPrefix("rs") == true ? rsID : nil,
            original: try place("chr_name", "chr_position"), harmonized: try place("hm_chr", "hm_pos"),
            effect: text("effect_allele")?.uppercased() ?? "",
            other: (text("other_allele") ?? text("reference_allele"))?.uppercased(),
            frequency: try number("allelefrequency_effect"))
        if row.other == nil, let inferred = text("hm_inferotherallele")?.uppercased(), Self.isBases(inferred) {
            row.other = inferred
        }
        if let frequency = row.frequency, !(0...1).contains(frequency) { row.frequency = nil }
        for (column, word) in [
            ("is_haplotype", "a haplotype"), ("is_diplotype", "a diplotype"), ("is_interaction", "an interaction"),
        ] where isTrue(column) {
            row.flaw = "\(word) (\(column))"
        }
        if row.flaw == nil, !Self.isBases(row.effect) || !(row.other.map(Self.isBases) ?? true) {
            row.flaw = "an allele that is not spelled in bases"
        }
        if row.flaw == nil, row.effect == row.other { row.flaw = "an effect allele that is the other allele too" }
        if row.flaw == nil, row.original == nil, row.harmonized == nil, row.identifier == nil {
            row.flaw = "neither a position nor an rsID"
        }
        if row.flaw == nil { try model(of: &row, number: number, text: text, isTrue: isTrue) }
        return row
    }

    private func model(
        of row: inout ScoreRow, number: (String) throws(GenomicsError) -> Double?, text: (String) -> String?,
        isTrue: (String) -> Bool
    ) throws(GenomicsError) {
        if let none = try number("dosage_0_weight"), let one = try number("dosage_1_weight"),
            let two = try number("dosage_2_weight")
        {
            row.model = .dosages(none, one, two)
            return
        }
        guard let weight = try number("effect_weight") else {
            row.flaw = "no weight"
            return
        }
        let type = text("effect_type")?.lowercased() ?? "additive"
        if ["or", "hr"].contains(text("weight_type")?.lowercased() ?? "") {
            row.flaw = "a weight that is a ratio (weight_type)"
        } else if isTrue("is_dominant") || type == "dominant" {
            row.model = .dominant(weight)
        } else if isTrue("is_recessive") || type == "recessive" {
            row.model = .recessive(weight)
        } else if type == "additive" {
            row.model = .additive(weight)
        } else {
            row.flaw = "the effect_type \(type)"
        }
    }

    private static func isBases(_ allele: String) -> Bool {
        !allele.isEmpty && allele.utf8.allSatisfy { "ACGT".utf8.contains($0) }
    }
}
