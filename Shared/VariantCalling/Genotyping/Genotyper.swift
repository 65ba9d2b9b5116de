import Foundation
import Genomics

/// Combines the network's word on each allele of a site into one genotype with its qualities.
///
/// The network says of each alternate allele, on its own, how probable no copy, one copy and two copies are. A diploid
/// genotype gives every allele a number of copies; its probability is the product of the alleles' probabilities, scaled to
/// sum to 1 over the genotypes that are considered. QUAL, GQ and PL follow from it as VCF 4.3 defines them (§ 1.6).
public struct Genotyper: Sendable {
    /// An allele of a site and what the network said of it.
    public struct Allele: Sendable {
        /// The allele and its evidence.
        public var candidate: Candidate
        /// Probabilities of no, one and two copies.
        public var probabilities: [Float]

        /// Makes an allele.
        public init(candidate: Candidate, probabilities: [Float]) {
            self.candidate = candidate
            self.probabilities = probabilities
        }
    }

    /// Sites of a lower QUAL are marked `LowQual`.
    public static let minimumQuality = 5.0
    /// Calls of a lower depth are marked `LowDepth`.
    public static let minimumDepth = 3
    /// The highest quality that is written: the network is not surer than its training set is large.
    static let maximumQuality = 99.0
    /// Alleles of a site that are weighed against each other; the least probable ones beyond are left out.
    static let maximumAlleles = 4

    /// Makes a genotyper.
    public init() {}

    /// Calls the sites of alleles that are sorted by contig and position.
    ///
    /// Sites without an alternate allele are left out.
    public func call(_ alleles: [Allele]) -> [SiteCall] {
        var calls: [SiteCall] = []
        var start = 0
        while start < alleles.count {
            let site = alleles[start].candidate
            let end = alleles[start...].firstIndex {
                $0.candidate.position != site.position || $0.candidate.contig != site.contig
            }
            if let call = callSite(Array(alleles[start..<(end ?? alleles.count)])) { calls.append(call) }
            start = end ?? alleles.count
        }
        return calls
    }

    private func callSite(_ alleles: [Allele]) -> SiteCall? {
        // The alleles that take part, in VCF's order: as they came, the reference being number 0.
        let weighed = alleles.indices.sorted {
            let (a, b) = (alleles[$0].probabilities[0], alleles[$1].probabilities[0])
            return a == b ? $0 < $1 : a < b
        }
        let kept = weighed.prefix(Self.maximumAlleles).sorted().map { alleles[$0] }
        let genotypes = Self.genotypes(alleles: kept)
        guard let best = genotypes.max(by: { $0.probability < $1.probability }), best.copies != [0, 0] else {
            return nil
        }

        // Only called alleles are written; the others' genotypes fall away and the rest is scaled again.
        let called = Set(best.copies).subtracting([0]).sorted()
        let number = Dictionary(uniqueKeysWithValues: zip([0] + called, 0...))
        let written = genotypes.filter { $0.copies.allSatisfy { number[$0] != nil } }
        let total = written.reduce(0) { $0 + $1.probability }
        let ordered = written.map { genotype in
            (copies: genotype.copies.map { number[$0] ?? 0 }.sorted(), probability: genotype.probability / total)
        }.sorted { Self.order($0.copies) < Self.order($1.copies) }
        let phred = ordered.map { Self.phred($0.probability) }
        let least = phred.min() ?? 0
        let likelihoods = phred.map { Int(($0 - least).rounded()) }
        let quality = Self.phred(genotypes.first { $0.copies == [0, 0] }?.probability ?? 0)
        // Of all genotypes, not only the written ones: an allele that nearly won makes the call uncertain.
        let wrong = genotypes.reduce(0) { $1.copies == best.copies ? $0 : $0 + $1.probability }

        let spelled = Self.spell(called.map { kept[$0 - 1].candidate })
        let evidence = called.map { kept[$0 - 1].candidate }
        let depth = evidence.map(\.depth).max() ?? 0
        var filters: [String] = []
        if quality < Self.minimumQuality { filters.append(SiteCall.lowQuality) }
        if depth < Self.minimumDepth { filters.append(SiteCall.lowDepth) }
        return SiteCall(
            contig: evidence[0].contig, position: evidence[0].position, reference: spelled.reference,
            alternates: spelled.alternates, quality: (quality * 100).rounded() / 100, filters: filters,
            genotype: best.copies.map { number[$0] ?? 0 }.sorted(),
            genotypeQuality: Int(Self.phred(wrong).rounded()), depth: depth,
            alleleDepths: [evidence.map(\.referenceDepth).min() ?? 0] + evidence.map(\.alternateDepth),
            likelihoods: likelihoods,
            mappingQuality: Self.mean(
                evidence.map(\.mappingQuality).filter { $0 != Double(BAMRecord.unknownMappingQuality) }),
            strandCounts: [
                evidence[0].referenceForward, evidence[0].referenceReverse,
                evidence.reduce(0) { $0 + $1.alternateForward }, evidence.reduce(0) { $0 + $1.alternateReverse },
            ])
    }

    /// The mean to two places; nil of nothing.
    private static func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : (values.reduce(0, +) / Double(values.count) * 100).rounded() / 100
    }

    private typealias Genotype = (copies: [Int], probability: Double)

    /// All genotypes of the reference (0) and the alleles (from 1), scaled to sum to 1.
    private static func genotypes(alleles: [Allele]) -> [Genotype] {
        var genotypes: [Genotype] = []
        for second in 0...alleles.count {
            for first in 0...second {
                var probability = 1.0
                for (index, allele) in alleles.enumerated() {
                    let copies = (first == index + 1 ? 1 : 0) + (second == index + 1 ? 1 : 0)
                    probability *= max(Double(allele.probabilities[copies]), 1e-12)
                }
                genotypes.append((copies: [first, second], probability: probability))
            }
        }
        let total = genotypes.reduce(0) { $0 + $1.probability }
        return genotypes.map { (copies: $0.copies, probability: $0.probability / total) }
    }

    /// VCF's place of a diploid genotype among the PL values: `k(k+1)/2 + j` of `j/k` (VCF 4.3, § 1.6.2).
    private static func order(_ genotype: [Int]) -> Int { genotype[1] * (genotype[1] + 1) / 2 + genotype[0] }

    private static func phred(_ probability: Double) -> Double {
        min(maximumQuality, max(0, -10 * log10(max(probability, 1e-30))))
    }

    /// Spells alleles of one position against one common REF: the longest; shorter ones get the bases they lack.
    private static func spell(_ candidates: [Candidate]) -> (reference: String, alternates: [String]) {
        let reference = candidates.map(\.reference).max { $0.utf8.count < $1.utf8.count } ?? ""
        let alternates = candidates.map { $0.alternate + reference.dropFirst($0.reference.count) }
        return (reference, alternates)
    }
}
