import Genomics

/// Which rows of a score may be at a VCF record: by position on the record's genome build, by rsID where a row has none.
struct ScoreIndex {
    private var places: [ScoreRow.Place: [Int]] = [:]
    private var identifiers: [String: [Int]] = [:]
    /// By what records are found, in words.
    let description: String

    /// Chooses the file's positions that are of the VCF's build.
    ///
    /// Throws where the VCF's build is known and the file's positions are all of another one.
    init(_ file: ScoreFile, vcf: String, contigs: [Contig], build: GenomeBuild?) throws(GenomicsError) {
        let found = GenomeBuild(contigs: contigs)
        if let build, let found, build != found {
            throw GenomicsError(
                .referenceMismatch, "the contigs have the lengths of \(found.rawValue), not of \(build.rawValue)",
                file: vcf)
        }
        let wanted = build ?? found
        let hasOriginal = file.rows.contains { $0.original != nil }
        let hasHarmonized = file.rows.contains { $0.harmonized != nil }
        let useHarmonized: Bool
        if let wanted, hasHarmonized, file.harmonizedBuild == wanted {
            useHarmonized = true
        } else if let wanted, hasOriginal, file.build == wanted {
            useHarmonized = false
        } else if let wanted, hasOriginal || hasHarmonized, !(hasOriginal && file.build == nil && build != nil) {
            let known = [file.build, file.harmonizedBuild].compactMap { $0?.rawValue }
            throw GenomicsError(
                .referenceMismatch,
                known.isEmpty
                    ? "the file does not say of which genome build its positions are; say --build \(wanted.rawValue) if they are of it"
                    : "its positions are of \(known.joined(separator: " and ")), and those of \(vcf) of \(wanted.rawValue); take the "
                        + "PGS Catalog's file that is harmonised to \(wanted.rawValue)", file: file.path)
        } else {
            useHarmonized = hasHarmonized && (wanted == nil || file.harmonizedBuild == wanted)
        }
        for (number, row) in file.rows.enumerated() where row.flaw == nil {
            if let place = useHarmonized ? row.harmonized : row.original {
                places[place, default: []].append(number)
            } else if let identifier = row.identifier {
                identifiers[identifier, default: []].append(number)
            }
        }
        let named = useHarmonized ? file.harmonizedBuild : file.build ?? build
        if places.isEmpty {
            description = "rsIDs"
        } else if wanted != nil {
            description = "positions of \(named?.rawValue ?? "")"
        } else {
            description =
                "positions of \(named?.rawValue ?? "an unknown build"); the VCF's header does not say of which build its own are, so alleles alone vouch for them"
        }
    }

    /// The rows that may be at a record, in the order of the file.
    func rows(at record: GenotypeRow) -> [Int] {
        var found =
            places[ScoreRow.Place(contig: GenomeBuild.plain(record.contig), position: record.position)] ?? []
        if !identifiers.isEmpty {
            for name in record.identifiers { found += identifiers[name] ?? [] }
        }
        return found
    }
}
