import Foundation
import Genomics

/// One record of what was found about alleles that overlap: some of them, of one POS.
struct GenotypedSite {
    let call: SiteCall

    /// The share of candidates that are 0/0, 0/1 and 1/1 in the training set: what the network thinks likely before it sees reads.
    static let shares = [0.55, 0.28, 0.17]

    /// Stands for an allele that is not written.
    private static let other = -1

    init(_ sets: HaplotypeSets, alleles written: [Int]) {
        let evidence = written.map { sets.alleles[$0].candidate }
        let position = evidence[0].position
        // Deletions from before POS that another haplotype has.
        let called = sets.called
        let spanning = called.filter { other in
            !written.contains(other) && sets.changes[other].change < 0
                && sets.alleles[other].candidate.position < position
                && sets.changes[other].replaced.contains(position - 1)
        }
        // Alleles that overlap these and that nobody has in the likeliest case: genotypes with them are other genotypes.
        let uncalled = sets.alleles.indices.filter { other in
            !called.contains(other) && written.contains { !sets.changes[$0].isCompatible(with: sets.changes[other]) }
        }
        func number(_ haplotype: Int) -> Int {
            if let place = written.firstIndex(where: { haplotype >> $0 & 1 == 1 }) { return place + 1 }
            if spanning.contains(where: { haplotype >> $0 & 1 == 1 }) { return written.count + 1 }
            return uncalled.contains(where: { haplotype >> $0 & 1 == 1 }) ? Self.other : 0
        }
        func genotype(_ assignment: HaplotypeSets.Assignment) -> [Int] {
            assignment.haplotypes.map(number).sorted()
        }
        let best = genotype(sets.best)
        let ploidy = best.count
        let alleleCount = written.count + (spanning.isEmpty ? 1 : 2)
        var (sums, none, wrong) = ([[Int]: Double](), 0.0, 0.0)
        for assignment in sets.assignments {
            let own = genotype(assignment)
            if own != best { wrong += assignment.probability }
            if !own.contains(where: { $0 > 0 && $0 <= written.count }) { none += assignment.probability }
            // Only written alleles have genotypes here; those of others fall away.
            if !own.contains(Self.other) { sums[own, default: 0] += assignment.probability }
        }
        let genotypes = Self.genotypes(alleles: alleleCount, ploidy: ploidy)
        let phred = genotypes.map { genotype in
            let prior = (1..<alleleCount).reduce(1.0) { product, allele in
                let copies = genotype.count { $0 == allele }
                let shares = Self.shares
                return product * (ploidy == 2 ? shares[copies] : copies > 0 ? 1 - shares[0] : shares[0])
            }
            return -10 * log10(max(sums[genotype] ?? 0, 1e-13) / prior)
        }
        let least = phred.min() ?? 0
        let likelihoods = phred.map { Int(min(Genotyper.maximumQuality, $0 - least).rounded()) }
        let quality = Self.phred(none)
        let spelled = Self.spell(evidence)
        let depth = evidence.map(\.depth).max() ?? 0
        var filters: [String] = []
        if quality < Genotyper.minimumQuality { filters.append(SiteCall.lowQuality) }
        if depth < Genotyper.minimumDepth { filters.append(SiteCall.lowDepth) }
        if written.contains(where: { sets.isMixed[$0] }) { filters.append(SiteCall.mixed) }
        let spanningDepth = spanning.reduce(0) { $0 + sets.alleles[$1].candidate.alternateDepth }
        // The allele that GT names last, which is `*` where a deletion spans another haplotype.
        let last = best.last.flatMap { (1...written.count).contains($0) ? written[$0 - 1] : nil }
        let depths = [evidence.map(\.referenceDepth).min() ?? 0] + evidence.map(\.alternateDepth)
        let mapping = evidence.map(\.mappingQuality).filter { $0 != Double(BAMRecord.unknownMappingQuality) }
        let strands = [
            evidence[0].referenceForward, evidence[0].referenceReverse,
            evidence.reduce(0) { $0 + $1.alternateForward }, evidence.reduce(0) { $0 + $1.alternateReverse },
        ]
        call = SiteCall(
            contig: evidence[0].contig, position: position, reference: spelled.reference,
            alternates: spelled.alternates + (spanning.isEmpty ? [] : ["*"]),
            quality: (quality * 100).rounded() / 100, filters: filters, genotype: best,
            genotypeQuality: Int(Self.phred(wrong).rounded()), depth: depth,
            alleleDepths: depths + (spanning.isEmpty ? [] : [spanningDepth]), likelihoods: likelihoods,
            mappingQuality: Self.mean(mapping), strandCounts: strands,
            votes: last.flatMap { sets.alleles[$0].candidate.votes })
    }

    /// All genotypes in VCF's order (VCF 4.3, § 1.6.2): by the highest allele, then the next one.
    static func genotypes(alleles: Int, ploidy: Int) -> [[Int]] {
        func below(_ highest: Int, _ ploidy: Int) -> [[Int]] {
            if ploidy == 0 { return [[]] }
            return (0...highest).flatMap { allele in below(allele, ploidy - 1).map { $0 + [allele] } }
        }
        return below(alleles - 1, ploidy)
    }

    static func phred(_ probability: Double) -> Double {
        min(Genotyper.maximumQuality, max(0, -10 * log10(max(probability, 1e-30))))
    }

    /// The mean to two places; nil of nothing.
    private static func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : (values.reduce(0, +) / Double(values.count) * 100).rounded() / 100
    }

    /// Spells alleles of one position against one common REF: the longest; shorter ones get the bases they lack.
    private static func spell(_ candidates: [Candidate]) -> (reference: String, alternates: [String]) {
        let reference = candidates.map(\.reference).max { $0.utf8.count < $1.utf8.count } ?? ""
        let alternates = candidates.map { $0.alternate + reference.dropFirst($0.reference.count) }
        return (reference, alternates)
    }
}
