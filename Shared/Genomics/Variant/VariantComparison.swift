/// Compares called variants with the truth inside confident regions, by allele, however the two spell them.
///
/// Alleles are brought to normal form (``Allele``) and matched exactly; where some remain on both sides within
/// ``clusterGap`` bases, the haplotypes they give are compared (`HaplotypeMatcher`). The unit that is counted is an
/// allele: a record with two alternates counts twice, a multi-nucleotide exchange as its substitutions. In strict mode
/// the number of copies must agree, so that a heterozygous call of a homozygous variant is a false positive and a false
/// negative, as in hap.py and vcfeval.
public struct VariantComparison: Sendable {
    /// What must agree.
    public enum Mode: String, Sendable, Hashable, Codable {
        /// Alleles and genotypes.
        case genotype
        /// Alleles only.
        case allele
    }

    /// What agrees.
    public var mode: Mode
    /// Calls of a lower QUAL are left out; calls without one stay.
    public var minimumQuality: Double
    /// Alleles that are at most so many bases apart are compared as haplotypes.
    public var clusterGap = 30

    /// Makes a comparison.
    public init(mode: Mode = .genotype, minimumQuality: Double = 0) {
        self.mode = mode
        self.minimumQuality = minimumQuality
    }

    /// Compares; calls that a filter rejected are left out.
    ///
    /// All alleles take part in the matching, those that touch `confident` (everything when nil) are counted.
    public func compare(
        truth: [Variant], calls: [Variant], confident: BED?, reference: ReferenceLookup
    ) throws(GenomicsError) -> VariantComparisonResult {
        let accepted = calls.filter { $0.isPassing && ($0.quality ?? .infinity) >= minimumQuality }
        let truth = try AlleleSet(truth, reference: reference)
        let calls = try AlleleSet(accepted, reference: reference)
        var result = VariantComparisonResult(mode: mode)
        for contig in Set(truth.items.keys).union(calls.items.keys).sorted() {
            let (truth, calls) = (truth.items[contig] ?? [], calls.items[contig] ?? [])
            let matched = try match(truth, calls, contig: contig, reference: reference)
            for (item, isMatched) in zip(truth, matched.truth) where isCounted(item, in: confident) {
                result.count(item, isMatched: isMatched, isTruth: true)
            }
            for (item, isMatched) in zip(calls, matched.calls) where isCounted(item, in: confident) {
                result.count(item, isMatched: isMatched, isTruth: false)
            }
        }
        return result
    }

    private func isCounted(_ item: HaplotypeMatcher.Item, in confident: BED?) -> Bool {
        guard let confident else { return true }
        let start = item.allele.start
        return confident.contains(item.allele.contig, start..<(start + item.allele.reference.count))
    }

    private typealias Item = HaplotypeMatcher.Item

    private func match(
        _ truth: [Item], _ calls: [Item], contig: String, reference: ReferenceLookup
    ) throws(GenomicsError) -> (truth: [Bool], calls: [Bool]) {
        var matched = (truth: truth.map { _ in false }, calls: calls.map { _ in false })
        let called = Dictionary(uniqueKeysWithValues: calls.enumerated().map { ($1.allele, $0) })
        for (index, item) in truth.enumerated() {
            guard let call = called[item.allele], mode == .allele || calls[call].copies == item.copies else { continue }
            matched.truth[index] = true
            matched.calls[call] = true
        }
        for cluster in clusters(truth, calls) {
            let open = cluster.restricted(to: matched)
            if open.truth.isEmpty || open.calls.isEmpty { continue }
            let window = try reference(contig, max(0, cluster.range.lowerBound - 8)..<(cluster.range.upperBound + 8))
            let matcher = HaplotypeMatcher(isGenotypeStrict: mode == .genotype, window: window)
            // With the alleles that match already, for the others may depend on them; without, where they are too many.
            for part in [cluster, open] {
                guard let found = matcher.match(part.truth.map { truth[$0] }, part.calls.map { calls[$0] }) else {
                    continue
                }
                let before = (part.truth.count { matched.truth[$0] }, part.calls.count { matched.calls[$0] })
                let after = (found.first.count { $0 }, found.second.count { $0 })
                // Overlapping alleles may agree one by one without fitting together.
                guard after.0 >= before.0, after.1 >= before.1 else { continue }
                for (index, isMatched) in zip(part.truth, found.first) { matched.truth[index] = isMatched }
                for (index, isMatched) in zip(part.calls, found.second) { matched.calls[index] = isMatched }
                break
            }
        }
        return matched
    }

    /// Neighbouring alleles of both sides, by their indices.
    private struct Cluster {
        var range: Range<Int>
        var truth: [Int] = []
        var calls: [Int] = []

        /// The cluster without the alleles that match.
        func restricted(to matched: (truth: [Bool], calls: [Bool])) -> Cluster {
            Cluster(
                range: range, truth: truth.filter { !matched.truth[$0] }, calls: calls.filter { !matched.calls[$0] })
        }
    }

    private func clusters(_ truth: [Item], _ calls: [Item]) -> [Cluster] {
        var clusters: [Cluster] = []
        var (nextTruth, nextCall) = (0, 0)
        while nextTruth < truth.count || nextCall < calls.count {
            let isTruth =
                nextCall == calls.count
                || nextTruth < truth.count && truth[nextTruth].allele.start <= calls[nextCall].allele.start
            let allele = isTruth ? truth[nextTruth].allele : calls[nextCall].allele
            let end = allele.start + allele.reference.count
            if clusters.isEmpty || allele.start > clusters[clusters.count - 1].range.upperBound + clusterGap {
                clusters.append(Cluster(range: allele.start..<end))
            }
            let last = clusters.count - 1
            clusters[last].range = clusters[last].range.lowerBound..<max(clusters[last].range.upperBound, end)
            if isTruth {
                clusters[last].truth.append(nextTruth)
                nextTruth += 1
            } else {
                clusters[last].calls.append(nextCall)
                nextCall += 1
            }
        }
        return clusters
    }
}
