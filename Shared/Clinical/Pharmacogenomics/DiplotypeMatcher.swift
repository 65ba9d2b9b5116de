/// Pairs of named alleles that fit a sample's calls at the loci with data.
///
/// A pair fits where at every such locus one allele allows what one chromosome copy has and the other what the other has, the same way round
/// within each phase set. What a definition leaves open is the reference's; loci without data count for nothing. Pairs are ranked by how
/// many of the seen loci their definitions speak of, as PharmCAT's Named Allele Matcher does. Its copies of every order of unphased
/// calls are not made: work grows with the square of the alleles and with the loci, not with 2 to the power of the heterozygous ones.
struct DiplotypeMatcher {
    /// Alleles by their place in the definition, with their score.
    struct Candidate: Hashable {
        var first: Int
        var second: Int
        var score: Int
    }

    let definition: GeneDefinition
    /// Loci with a call.
    let seen: [Bool]
    /// Whether the sample has one copy of the gene.
    let isHaploid: Bool
    private let calls: [LocusCall?]
    /// Loci in one phase set, by the place in ``calls``; each locus that is alone in its order makes one of its own.
    private let blocks: [[Int]]

    init(_ definition: GeneDefinition, _ evidence: [LocusEvidence]) {
        self.definition = definition
        calls = evidence.map(\.call)
        seen = calls.map { $0 != nil }
        let known = calls.compactMap { $0 }
        isHaploid = definition.isOnX && known.contains { $0.bases.count == 1 } && known.allSatisfy(\.isHomozygous)
        blocks = Self.blocks(calls)
    }

    /// The heterozygous loci by the sets in which their order is known.
    static func blocks(_ calls: [LocusCall?]) -> [[Int]] {
        var blocks: [[Int]] = []
        var places: [String: Int] = [:]
        for (index, call) in calls.enumerated() {
            guard let call, !call.isHomozygous else { continue }
            if let set = call.phaseSet, let place = places[set] {
                blocks[place].append(index)
            } else {
                if let set = call.phaseSet { places[set] = blocks.count }
                blocks.append([index])
            }
        }
        return blocks
    }

    /// The heterozygous loci whose order against the others is not known: what phasing would tell.
    var unordered: [Int] { blocks.count < 2 ? [] : blocks.flatMap { $0 } }

    /// Whether a call has another number of copies than the gene's others.
    var mixesPloidy: Bool {
        !isHaploid && calls.contains { $0?.bases.count == 1 }
    }

    /// All pairs that fit, best first; of one allele twice for a hemizygous gene.
    ///
    /// `includesUnseen` takes alleles of which no locus was seen, and those are all that fit besides: they cannot be excluded.
    func candidates(includesUnseen: Bool = false) -> [Candidate] {
        let scores = definition.alleles.map { $0.score(seen: seen) }
        let possible = definition.alleles.indices.filter { index in
            !definition.alleles[index].isStructural && (includesUnseen || scores[index] > 0) && mayBeThere(index)
        }
        var found: [Candidate] = []
        for (place, first) in possible.enumerated() {
            if isHaploid {
                found.append(Candidate(first: first, second: first, score: scores[first]))
                continue
            }
            for second in possible[place...] where fits(first, second) {
                found.append(Candidate(first: first, second: second, score: scores[first] + scores[second]))
            }
        }
        return found.sorted { a, b in
            a.score != b.score ? a.score > b.score : AlleleName.isBefore(name(a), name(b))
        }
    }

    /// The alleles' names in order.
    func names(_ candidate: Candidate) -> [String] {
        let first = definition.alleles[candidate.first].name
        return isHaploid ? [first] : [first, definition.alleles[candidate.second].name].sorted(by: AlleleName.isBefore)
    }

    private func name(_ candidate: Candidate) -> String { names(candidate).joined(separator: "/") }

    /// Whether some copy of each locus allows the allele.
    private func mayBeThere(_ index: Int) -> Bool {
        let masks = definition.alleles[index].masks
        return calls.indices.allSatisfy { locus in
            guard let call = calls[locus] else { return true }
            return call.alleles.contains { allows(masks[locus], $0) }
        }
    }

    private func fits(_ first: Int, _ second: Int) -> Bool {
        let (a, b) = (definition.alleles[first].masks, definition.alleles[second].masks)
        for (locus, call) in calls.enumerated() {
            guard let call, call.isHomozygous else { continue }
            guard let allele = call.alleles.first, allows(a[locus], allele), allows(b[locus], allele) else {
                return false
            }
        }
        return blocks.allSatisfy { block in
            [(0, 1), (1, 0)].contains { one, other in
                block.allSatisfy { locus in
                    guard let alleles = calls[locus]?.alleles, alleles.count == 2 else { return false }
                    return allows(a[locus], alleles[one]) && allows(b[locus], alleles[other])
                }
            }
        }
    }

    private func allows(_ mask: UInt32, _ allele: Int?) -> Bool {
        allele.map { mask & (1 << UInt32($0)) != 0 } ?? false
    }
}
