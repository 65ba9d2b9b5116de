import Foundation
import Genomics

/// Combines the network's word on each allele into genotypes that fit on the chromosomes, with their qualities.
///
/// The network says of each alternate allele, on its own, how probable no copy, one copy and two copies are. Alleles that overlap
/// are weighed together (`HaplotypeSets`); alleles that do not, such as a substitution on the base in front of a deletion, are sites of their own
/// though they may have the same POS. An allele that a deletion of the other haplotype spans has `*` beside it. QUAL and GQ are of the
/// probabilities; PL are what the reads say, without how frequent each genotype was among the candidates that the network learnt
/// from (VCF 4.3, § 1.6).
public struct Genotyper: Sendable {
    /// An allele of a site and what the network said of it.
    public struct Allele: Sendable {
        /// The allele and its evidence.
        public var candidate: Candidate
        /// Probabilities of no, one and two copies; of a mixture that none, some and all of the molecules have it.
        public var probabilities: [Float]
        /// What the reads say of a mixture.
        let mixture: MixturePosterior?

        /// Makes an allele; of a mixture the reads say what a network says of others.
        public init(candidate: Candidate, probabilities: [Float]) {
            self.candidate = candidate
            mixture = candidate.mixture.map { MixturePosterior(MixtureLikelihood($0)) }
            self.probabilities = mixture?.probabilities.map { Float($0) } ?? probabilities
        }
    }

    /// Sites of a lower QUAL are marked `LowQual`.
    ///
    /// At 4 an allele is there three times in five. F1 is greatest just below one half where probabilities are calibrated (Lipton, Elkan
    /// and Naryanaswamy 2014, theorem 1), which is QUAL 3; laboratories would rather miss such an allele than report it.
    public static let minimumQuality = 4.0
    /// Calls of a lower depth are marked `LowDepth`.
    public static let minimumDepth = 2
    /// The highest quality that is written: the network is not surer than its training set is large.
    static let maximumQuality = 99.0
    /// Alleles that are weighed against each other; the least probable ones beyond are left out.
    static let maximumAlleles = 6
    /// The same on more than two chromosomes, where the ways to put alleles on them multiply.
    static let maximumAllelesOfMany = 3
    /// Alleles that are less probable than that take no part.
    static let negligible: Float = 0.001
    /// Sites do not reach beyond multiples of it, so that sites are the same however the reference is divided into bins.
    static let boundary = 1 << 14

    private let ploidy: Ploidy
    private let nuclearReads: Int

    /// Makes a genotyper; with the mean depth of the autosomes it marks mitochondrial calls that copies in the nucleus may explain.
    public init(ploidy: Ploidy = Ploidy(), autosomalDepth: Double? = nil) {
        self.ploidy = ploidy
        nuclearReads = autosomalDepth.map { NuclearCopies.reads(autosomalDepth: $0) } ?? 0
    }

    /// Calls the sites of alleles that are sorted by contig and position.
    ///
    /// Sites without an alternate allele are left out. Alleles of a mixture are called by their reads, whatever a network says (`MixtureSite`).
    public func call(_ alleles: [Allele]) -> [SiteCall] {
        var calls: [SiteCall] = []
        // Alleles that touch each other, or stand between two that do, and where they end.
        var run: (alleles: [Allele], end: Int) = ([], 0)
        for allele in alleles {
            if let mixture = allele.mixture {
                calls += call(run: run.alleles)
                if let site = MixtureSite(allele.candidate, mixture, nuclearReads: nuclearReads) {
                    calls.append(site.call)
                }
                run = ([], 0)
                continue
            }
            guard 1 - allele.probabilities[0] >= Self.negligible else { continue }
            let start = allele.candidate.position - 1
            if let first = run.alleles.first?.candidate,
                first.contig != allele.candidate.contig || start > run.end
                    || (first.position - 1) / Self.boundary != start / Self.boundary
            {
                calls += call(run: run.alleles)
                run = ([], 0)
            }
            run.alleles.append(allele)
            run.end = max(run.end, AlleleChange(allele.candidate).replaced.upperBound)
        }
        return calls + call(run: run.alleles)
    }

    /// Calls a run of alleles: those that overlap each other together, the others by themselves.
    private func call(run: [Allele]) -> [SiteCall] {
        var groups: [[Int]] = []
        let changes = run.map { AlleleChange($0.candidate) }
        for index in run.indices {
            let touched = groups.indices.filter { group in
                groups[group].contains { !changes[$0].isCompatible(with: changes[index]) }
            }
            let joined = touched.flatMap { groups[$0] } + [index]
            for group in touched.reversed() { groups.remove(at: group) }
            groups.append(joined)
        }
        return groups.flatMap { callGroup($0.sorted().map { run[$0] }) }.sorted(by: SiteCall.precedes)
    }

    private func callGroup(_ alleles: [Allele]) -> [SiteCall] {
        let weighed = alleles.indices.sorted {
            let (a, b) = (alleles[$0].probabilities[0], alleles[$1].probabilities[0])
            return a == b ? $0 < $1 : a < b
        }
        guard let first = alleles.first?.candidate else { return [] }
        let ploidy = ploidy.of(first.contig, position: first.position)
        guard ploidy > 0 else { return [] }
        let most = ploidy > 2 ? Self.maximumAllelesOfMany : Self.maximumAlleles
        let kept = weighed.prefix(most).sorted().map { alleles[$0] }
        let sets = HaplotypeSets(kept, ploidy: ploidy)
        var records: [[Int]] = []
        for allele in sets.called {
            // Alleles of one POS that overlap are one record.
            if let last = records.last, let other = last.first,
                kept[other].candidate.position == kept[allele].candidate.position,
                last.allSatisfy({ !sets.changes[$0].isCompatible(with: sets.changes[allele]) })
            {
                records[records.count - 1].append(allele)
            } else {
                records.append([allele])
            }
        }
        return records.map { GenotypedSite(sets, alleles: $0).call }
    }
}
