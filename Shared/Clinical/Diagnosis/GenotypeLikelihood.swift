/// What a gene's variants add to its score, in parts: the logarithm of how much likelier such a genotype is in a person whom the gene's
/// disease befalls than in others.
///
/// The form is LIRICAL's (Robinson et al., American Journal of Human Genetics 107:403, 2020, "genotype likelihood ratio"): numbers of
/// pathogenic alleles under the disease and in the population. In place of one share of predicted pathogenic alleles a gene, the odds
/// of each allele are those of its class (Tavtigian 2020), so that nothing but the gene's own variants speaks. The other constants are
/// judgements, not fitted to cases; each is named here with what it stands for.
enum GenotypeLikelihood {
    /// One person in ten who has a disease shows no variant of it, which is then of a kind that the calls do not hold: log(1/10).
    static let nothing: Float = -2.3026
    /// A second allele in the same gene is rare whatever its class, and adds at most log(30): three in ten of those with a recessive disease beside one
    /// in a hundred others.
    static let secondAtMost: Float = 3.4012
    /// Half of all pairs lie on one chromosome and explain nothing: log(1/2).
    static let unphased: Float = -0.6931
    /// Everybody carries alleles of recessive diseases: one speaks for the disease as far as a second was not seen, little more than ``nothing``,
    /// to which a tenth of the allele's odds is added.
    static let carrierShare: Float = 0.1
    /// New in the person, parentage not confirmed: moderate evidence (PM6), two points of Tavtigian's.
    static let deNovo: Float = 1.4645
    /// A relative with the disease has the genotype too: chance does that in one of two, log 2.
    static let shared: Float = 0.6931
    /// A relative without the disease has the genotype, or one with the disease lacks it: one in ten times, log(1/10).
    static let against: Float = -2.3026
}

/// A part of what variants add to a gene's score, in words.
public struct VariantReason: Sendable, Hashable, Codable {
    /// A sentence.
    public var text: String
    /// What it adds, a logarithm of odds: below 0 it speaks against the gene, 0 is only said.
    public var contribution: Float

    /// A part.
    public init(_ text: String, _ contribution: Float) { (self.text, self.contribution) = (text, contribution) }
}

extension InheritanceFit {
    /// What the fit adds to a gene's score, a logarithm of odds: the sum of its ``reasons``.
    public var weight: Float { reasons.reduce(0) { $0 + $1.contribution } }

    /// The parts of ``weight`` in words: the genotype, its phase, whether it is new, and what relatives show.
    ///
    /// The sum is never below that of a gene without any finding: what relatives rule out leaves room for a variant that was not seen.
    public var reasons: [VariantReason] {
        let reasons = genotype + family
        let sum = reasons.reduce(0) { $0 + $1.contribution }
        guard sum < GenotypeLikelihood.nothing else { return reasons }
        let text = "that is no worse for the gene than if nothing had been found"
        return reasons + [VariantReason(text, GenotypeLikelihood.nothing - sum)]
    }

    private var genotype: [VariantReason] {
        let names = variants.map { "\($0.name), \($0.class.words)" }
        let weaker = variants.map(\.class.weight).min() ?? 0
        let second = min(variants.map(\.class.weight).max() ?? 0, GenotypeLikelihood.secondAtMost)
        switch finding {
        case .none:
            return [VariantReason("no variant that may explain the disease was found", GenotypeLikelihood.nothing)]
        case .dominant:
            return [VariantReason("one allele, which is enough (\(names[0]))", weaker)]
        case .hemizygous:
            return [VariantReason("the only copy has it (\(names[0]))", weaker)]
        case .homozygous:
            return [VariantReason("both copies have it (\(names[0]))", weaker + second)]
        case .compoundHeterozygous:
            let text = "two alleles on different chromosomes (\(names.joined(separator: "; ")))"
            return [VariantReason(text, weaker + second)]
        case .possiblyCompoundHeterozygous:
            return [
                VariantReason("two alleles (\(names.joined(separator: "; ")))", weaker + second),
                VariantReason(
                    "the two are not phased: they may lie on one chromosome, and would then explain nothing",
                    GenotypeLikelihood.unphased),
            ]
        case .carrier:
            return [
                VariantReason(
                    "one allele of a disease that takes two (\(names[0])): a carrier, unless a second was not seen",
                    GenotypeLikelihood.nothing + weaker * GenotypeLikelihood.carrierShare)
            ]
        }
    }

    private var family: [VariantReason] {
        var reasons: [VariantReason] = []
        for one in variants where one.origin == .neither {
            let isEnough = finding == .dominant || finding == .hemizygous
            let parents =
                one.isOnX && one.zygosity == .hemizygous ? "the mother does not have it" : "neither parent has it"
            let counted = one.isDeNovoCounted == true ? "; its class says so already" : ""
            reasons.append(
                VariantReason(
                    "\(parents): \(one.name) is new in this person\(counted)",
                    isEnough && counted.isEmpty ? GenotypeLikelihood.deNovo : 0))
        }
        if finding == .homozygous, let one = variants.first, let origin = one.origin, origin != .neither {
            let lacking = origin == .father ? "mother" : "father"
            reasons.append(
                VariantReason(
                    "the \(lacking) has no copy: a deletion on the other chromosome, or both copies from one parent, is possible",
                    0))
        }
        for (relative, isShared) in segregation {
            let isFor = relative.isAffected == isShared
            if isFor, !isShared { continue }
            reasons.append(
                VariantReason(
                    "\(relative.words) \(isShared ? "has" : "lacks") the same",
                    isFor ? GenotypeLikelihood.shared : GenotypeLikelihood.against))
        }
        return reasons
    }

    /// Relatives of whom it is known whether they have the disease and the genotype.
    private var segregation: [(relative: RelativeCall, isShared: Bool)] {
        guard finding != .none, finding != .carrier, let first = variants.first else { return [] }
        return (first.relatives ?? []).compactMap { relative in
            guard relative.isAffected != nil else { return nil }
            let calls = variants.map { variant in variant.relatives?.first { $0.name == relative.name } }
            guard calls.allSatisfy({ $0 != nil }) else { return nil }
            let copies = calls.map { $0?.copies ?? 0 }
            switch finding {
            case .homozygous: return (relative, copies[0] >= 2)
            case .hemizygous:
                // A woman with one of two copies is a carrier of most such diseases, and no evidence.
                return relative.sex == .female && copies[0] == 1 ? nil : (relative, copies[0] > 0)
            default: return (relative, copies.allSatisfy { $0 > 0 })
            }
        }
    }
}
