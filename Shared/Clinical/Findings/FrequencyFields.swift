import Genomics

/// Which INFO fields are frequencies of which source: those that begin with its prefix and go on as gnomAD's do.
///
/// `AF`, `AC`, `AN` and `nhomalt` are of all people; `AF_afr` or `AFR_AF` and their like of a population.
struct FrequencyFields {
    /// A population's fields.
    private struct Population {
        var name: String
        var frequency: Int?
        var count: Int?
        var number: Int?
        var homozygotes: Int?
    }

    private struct Source {
        var label: String
        var populations: [Population]
    }

    private var sources: [Source] = []

    /// The sources that the header defines fields of, by their labels, in the order of the header.
    var labels: [String] { sources.map(\.label) }

    /// Finds the fields; `prefixes` are what the fields of a source begin with, and its label, where the caller knows them.
    ///
    /// Without any, each prefix that ends in `_` and goes on with AF in some field counts: `gnomad_AF`. `AF` alone is the file's own
    /// samples' and no source. Throws for a prefix that no field begins with.
    init(
        _ definitions: [InfoDefinition], prefixes: [String: String]?, fields: inout InfoFields, path: String
    ) throws(GenomicsError) {
        let ids = definitions.map(\.id)
        let chosen: [String]
        if let prefixes {
            chosen = prefixes.keys.sorted()
        } else {
            let all = ids.filter { $0.hasSuffix("_AF") }.map { String($0.dropLast(2)) }
            // `gnomad_AFR_AF` is a population of `gnomad_AF`.
            chosen = all.filter { one in !all.contains { $0.count < one.count && one.hasPrefix($0) } }
        }
        for prefix in chosen {
            var populations: [Population] = []
            for definition in definitions where definition.id.hasPrefix(prefix) {
                guard let (measure, name) = Self.meaning(definition.id.dropFirst(prefix.count)) else { continue }
                let place = fields.add(definition.id, number: definition.number)
                var index = populations.firstIndex { $0.name == name }
                if index == nil {
                    populations.append(Population(name: name))
                    index = populations.count - 1
                }
                guard let index else { continue }
                switch measure {
                case .frequency: populations[index].frequency = place
                case .count: populations[index].count = place
                case .number: populations[index].number = place
                case .homozygotes: populations[index].homozygotes = place
                }
            }
            guard !populations.isEmpty else {
                throw GenomicsError(
                    .malformed,
                    "no INFO field begins with \"\(prefix)\" and goes on with AF, AC, AN or nhomalt; add frequencies by helicase annotate "
                        + "--annotations FILE:AF,AC,AN=\(prefix.isEmpty ? "gnomad_" : prefix)", file: path,
                    field: "INFO")
            }
            let trimmed = prefix.hasSuffix("_") ? String(prefix.dropLast()) : prefix
            // All people come first.
            let order = populations.filter(\.name.isEmpty) + populations.filter { !$0.name.isEmpty }
            sources.append(Source(label: prefixes?[prefix] ?? trimmed, populations: order))
        }
    }

    private enum Measure: String, CaseIterable {
        case frequency = "AF"
        case count = "AC"
        case number = "AN"
        case homozygotes = "nhomalt"
    }

    /// `AF_afr`, `AFR_AF` and `AF` as measure and population; nil for others.
    ///
    /// Subsets (`non_cancer_AF`), sexes (`AF_male`, `AF_afr_XX`) and figures that follow from others (`AF_popmax`, `faf95`) are no populations.
    private static func meaning(_ rest: Substring) -> (Measure, String)? {
        let words = rest.split(separator: "_", omittingEmptySubsequences: false)
        guard words.count <= 2, let first = words.first, let last = words.last else { return nil }
        if words.count == 1 { return Measure(rawValue: String(first)).map { ($0, "") } }
        let (measure, name) =
            Measure(rawValue: String(first)).map { ($0, last) } ?? Measure(rawValue: String(last)).map { ($0, first) }
            ?? (.frequency, "")
        let population = name.lowercased()
        return populations.contains(population) ? (measure, population) : nil
    }

    /// The ancestry groups of gnomAD and of the 1000 Genomes Project.
    private static let populations: Set<String> = [
        "afr", "ami", "amr", "asj", "eas", "eur", "fin", "mid", "nfe", "oth", "remaining", "rmi", "sas",
    ]

    /// What a record says of an ALT, counted from 0; throws for values that are no frequencies.
    func frequencies(
        _ fields: InfoFields, allele: Int, of alternates: Int
    ) throws(GenomicsError) -> [PopulationFrequency] {
        var found: [PopulationFrequency] = []
        for source in sources {
            for population in source.populations {
                func number(_ place: Int?) throws(GenomicsError) -> Int? {
                    guard let place else { return nil }
                    // The chromosomes that were looked at are the same for all alleles of a record.
                    let text =
                        place == population.number && !fields.fields[place].isPerAllele
                        ? fields.value(place) : try fields.value(place, allele: allele, of: alternates)
                    guard let text, !text.isMissing else { return nil }
                    guard let value = text.integer else {
                        throw GenomicsError(
                            .malformed, "\(text.quoted) is no number of copies", field: fields.fields[place].name)
                    }
                    return value
                }
                let (count, total) = (try number(population.count), try number(population.number))
                if let count, let total, count > total, let place = population.count {
                    throw GenomicsError(
                        .malformed, "\(count) copies among \(total) chromosomes", field: fields.fields[place].name)
                }
                var frequency: Double?
                if let place = population.frequency,
                    let text = try fields.value(place, allele: allele, of: alternates)
                {
                    guard let value = text.number, (0...1).contains(value) else {
                        throw GenomicsError(
                            .malformed, "\(text.quoted) is no frequency from 0 to 1", field: fields.fields[place].name)
                    }
                    frequency = value
                } else if let count, let total, total > 0 {
                    frequency = Double(count) / Double(total)
                }
                guard let frequency else { continue }
                found.append(
                    PopulationFrequency(
                        source: source.label, population: population.name, alleleCount: count, alleleNumber: total,
                        frequency: frequency, homozygotes: try number(population.homozygotes)))
            }
        }
        return found
    }
}
