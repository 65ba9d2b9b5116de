import Foundation

/// Sentences of a finding for what FHIR has no element for.
extension FHIRWriter {
    /// The name that people know an allele by: of its transcript, else of the genome, else VCF's columns.
    static func name(of finding: Finding) -> String {
        finding.allele.chosen?.codingName ?? finding.genomicName ?? finding.allele.name
    }

    static func callText(_ call: AnnotatedAllele.Call?) -> String {
        guard let call else { return "nobody's genotype is known" }
        var parts = ["\(call.zygosity.rawValue), GT \(call.genotype)"]
        if let quality = call.quality { parts.append("GQ \(quality)") }
        if let depth = call.depth { parts.append("read depth \(depth)") }
        if let depths = call.depths, depths.count > 1 {
            parts.append("\(depths[0]) reads of the reference's allele and \(depths[1]) of this one")
        }
        if let share = call.share { parts.append("on \(brief(share * 100)) % of the mitochondrial molecules") }
        parts.append(call.filters.isEmpty ? "all filters passed" : "filtered: \(call.filters.joined(separator: ", "))")
        if let phase = call.phase { parts.append("phase set \(phase.set), haplotype \(phase.haplotype)") }
        return parts.joined(separator: ", ")
    }

    static func readText(_ reads: ReadPicture?) -> [String] {
        reads.map { ["\($0.supporting) of \($0.depth) reads at the place show the allele"] } ?? []
    }

    static func frequencyTexts(_ allele: AnnotatedAllele) -> [String] {
        allele.frequencies.map { item in
            let population = item.population.isEmpty ? "all" : item.population
            let counts = item.alleleCount.flatMap { count in item.alleleNumber.map { ", \(count) of \($0) alleles" } }
            let frequency = String(format: "%.3g", item.frequency)
            return "Frequency in \(item.source), \(population): \(frequency)\(counts ?? "")"
        }
    }

    static func scoreTexts(_ finding: Finding) -> [String] {
        guard let score = finding.score else { return [] }
        let criterion = score.criterion.map(\.name) ?? "neither PP3 nor BP4"
        let interval = score.interval.map(brief).joined(separator: " to ")
        return [
            "\(score.model): probability of pathogenic \(brief(score.probability)), likelihood ratio "
                + "\(brief(score.likelihoodRatio)) (95 % interval \(interval)): \(criterion)"
        ]
    }

    static func consequenceText(_ item: TranscriptConsequence) -> String {
        var parts = ["\(item.gene), \(item.transcript): \(item.terms.joined(separator: ", "))"]
        if let name = item.codingName { parts.append(name) }
        if let name = item.proteinName { parts.append(name) }
        if let exon = item.exon { parts.append("exon \(exon.number) of \(exon.count)") }
        if let intron = item.intron { parts.append("intron \(intron.number) of \(intron.count)") }
        if let isDecayed = item.isDecayed {
            parts.append(
                isDecayed ? "its premature stop has the transcript decayed" : "its premature stop escapes decay")
        }
        if item.isManeSelect { parts.append("MANE Select") }
        return parts.joined(separator: "; ")
    }
}
