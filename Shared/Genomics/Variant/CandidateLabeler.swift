/// Tells on how many chromosome copies a candidate's allele truly stands, for training.
///
/// Candidates are matched exactly in normal form; where candidates and true variants remain close to each other, the
/// genotypes that give the true haplotypes are searched, as DeepVariant's haplotype labeler does.
public struct CandidateLabeler: Sendable {
    private let truth: AlleleSet
    private let confident: BED?
    private let contigs: [String: [Allele: HaplotypeMatcher.Item]]

    /// How close an unexplained true variant makes a candidate's label uncertain, in bases.
    public static let reach = 30

    /// Takes the truth, and the regions where it is complete (everywhere when nil).
    public init(truth: [Variant], confident: BED?, reference: ReferenceLookup) throws(GenomicsError) {
        self.truth = try AlleleSet(truth, reference: reference)
        self.confident = confident
        contigs = self.truth.items.mapValues { items in
            Dictionary(uniqueKeysWithValues: items.map { ($0.allele, $0) })
        }
    }

    /// The copies 0, 1 or 2 of each candidate's allele, nil where the truth does not tell.
    ///
    /// The candidates are those of one bin, so that all alleles of a site are among them. Nil stands for a candidate
    /// outside the confident regions, and for one beside a true variant that the candidates do not explain.
    public func labels(
        for candidates: [Candidate], reference: ReferenceLookup
    ) throws(GenomicsError) -> [Int?] {
        var labels = [Int?](repeating: nil, count: candidates.count)
        for (contig, indices) in Dictionary(grouping: candidates.indices, by: { candidates[$0].contig }) {
            let found = try label(indices.map { candidates[$0] }, contig: contig, reference: reference)
            for (index, label) in zip(indices, found) { labels[index] = label }
        }
        return zip(candidates, labels).map { isConfident($0) ? $1 : nil }
    }

    private func isConfident(_ candidate: Candidate) -> Bool {
        guard let confident else { return true }
        let start = candidate.position - 1
        return confident.contains(candidate.contig, start..<(start + candidate.reference.utf8.count))
    }

    private func label(
        _ candidates: [Candidate], contig: String, reference: ReferenceLookup
    ) throws(GenomicsError) -> [Int?] {
        // Candidates are minimal and left-aligned already.
        let alleles = candidates.map {
            Allele(contig: contig, position: $0.position, reference: $0.reference, alternate: $0.alternate)
        }
        let known = contigs[contig] ?? [:]
        var labels: [Int?] = alleles.map { allele in allele.map { known[$0]?.copies ?? 0 } }
        guard let first = candidates.first?.position, let last = candidates.map(\.position).max() else { return labels }

        let proposed = Set(alleles.compactMap { $0 })
        for (item, missing) in unexplained(contig, (first - 1 - Self.reach)..<(last + Self.reach), proposed) {
            let stretch = (item.lowerBound - Self.reach)..<(item.upperBound + Self.reach)
            let near = candidates.indices.filter { stretch.overlaps(candidates[$0].affectedRange) }
            let open = near.filter { labels[$0] == 0 }
            if open.isEmpty { continue }
            let fixed = near.compactMap { index in
                alleles[index].flatMap { allele in
                    labels[index].flatMap { $0 > 0 ? HaplotypeMatcher.Item(allele: allele, copies: $0) : nil }
                }
            }
            let window = try reference(contig, max(0, stretch.lowerBound - 100)..<(stretch.upperBound + 100))
            // The truth's own alleles, for those of one record are bound to each other.
            let truth = missing + fixed.compactMap { known[$0.allele] }
            let genotypes = Self.genotypes(open.map { alleles[$0] }, beside: fixed, truth: truth, window: window)
            for (offset, index) in open.enumerated() { labels[index] = genotypes?[offset] }
        }
        return labels
    }

    /// Neighbouring true alleles that no candidate spells, in groups with their stretch.
    private func unexplained(
        _ contig: String, _ range: Range<Int>, _ proposed: Set<Allele>
    ) -> [(Range<Int>, [HaplotypeMatcher.Item])] {
        var groups: [(Range<Int>, [HaplotypeMatcher.Item])] = []
        for item in truth.items[contig] ?? [] where range.contains(item.allele.start) && !proposed.contains(item.allele)
        {
            let end = item.allele.start + item.allele.reference.count
            if let last = groups.last, item.allele.start <= last.0.upperBound + Self.reach {
                groups[groups.count - 1] = (last.0.lowerBound..<max(last.0.upperBound, end), last.1 + [item])
            } else {
                groups.append((item.allele.start..<end, [item]))
            }
        }
        return groups
    }

    /// The copies of each open allele with which the haplotypes become the true ones; nil when none or several do.
    private static func genotypes(
        _ open: [Allele?], beside fixed: [HaplotypeMatcher.Item], truth: [HaplotypeMatcher.Item],
        window: ReferenceWindow
    ) -> [Int]? {
        let alleles = open.compactMap { $0 }
        guard alleles.count == open.count, alleles.count <= 4, truth.count <= HaplotypeMatcher.limit else { return nil }
        let matcher = HaplotypeMatcher(window: window)
        var found: [Int]?
        let combinations = (0..<alleles.count).reduce(1) { count, _ in 3 * count }
        for number in 1..<combinations {
            var rest = number
            var copies: [Int] = []
            for _ in alleles {
                copies.append(rest % 3)
                rest /= 3
            }
            let items = zip(alleles, copies).compactMap { allele, copies in
                copies > 0 ? HaplotypeMatcher.Item(allele: allele, copies: copies) : nil
            }
            guard let match = matcher.match(truth, items + fixed), match.first.allSatisfy({ $0 }),
                match.second.allSatisfy({ $0 })
            else { continue }
            if found != nil { return nil }
            found = copies
        }
        return found
    }
}
