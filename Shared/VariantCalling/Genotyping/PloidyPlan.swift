import Genomics

/// How many chromosomes a sample has where, for each sex that the depths may show in the end.
///
/// Depths of X, Y and the autosomes are known when all reads are; until then, calls of the sex chromosomes are made for each sex, and those
/// of the sex that is found stand. So nothing depends on the order in which reads or shards come.
public struct PloidyPlan: Sendable {
    /// What was said of the sex.
    public let choice: SexChoice
    private let ploidies: [SexByCoverage.Verdict: Ploidy]

    /// Plans for a reference; `stretches` count before the sex.
    public init(_ choice: SexChoice = .coverage, stretches: [PloidyStretch] = [], contigs: [Contig]) {
        self.choice = choice
        let sexes = choice.given.map { [$0] } ?? SexByCoverage.Verdict.allCases
        ploidies = Dictionary(
            uniqueKeysWithValues: sexes.map { sex in
                var ploidy = Ploidy(sex, contigs: contigs)
                ploidy.set(stretches)
                return (sex, ploidy)
            })
    }

    /// The sexes that may be found.
    public var sexes: [SexByCoverage.Verdict] { SexByCoverage.Verdict.allCases.filter { ploidies[$0] != nil } }

    /// The numbers for a sex; where one was given, for that one.
    public func ploidy(_ sex: SexByCoverage.Verdict) -> Ploidy { ploidies[choice.given ?? sex] ?? Ploidy() }

    /// Whether what is called on a contig waits for the sex.
    public func isOpen(_ contig: String) -> Bool { choice.given == nil && SexChromosome(contig) != nil }
}

/// A call, and the sexes with which it is one.
public struct SexedCall: Sendable, Hashable, Codable {
    /// The call.
    public var call: SiteCall
    /// The sexes; none where it does not depend on them.
    public var sexes: [SexByCoverage.Verdict]

    /// Makes a call of some sexes, or of all.
    public init(_ call: SiteCall, sexes: [SexByCoverage.Verdict] = []) {
        self.call = call
        self.sexes = sexes
    }

    /// Whether it is a call with a sex.
    public func stands(with sex: SexByCoverage.Verdict) -> Bool { sexes.isEmpty || sexes.contains(sex) }
}

/// Genotypes alleles for each sex that may be found.
public struct SexedGenotyper: Sendable {
    private let plan: PloidyPlan
    private let genotypers: [(sex: SexByCoverage.Verdict, genotyper: Genotyper)]

    /// Makes a genotyper of a plan, with the mean depth of the autosomes where it is known.
    public init(_ plan: PloidyPlan, autosomalDepth: Double? = nil) {
        self.plan = plan
        genotypers = plan.sexes.map { ($0, Genotyper(ploidy: plan.ploidy($0), autosomalDepth: autosomalDepth)) }
    }

    /// Calls the sites of alleles of one contig that are sorted by position.
    public func call(_ alleles: [Genotyper.Allele]) -> [SexedCall] {
        guard let contig = alleles.first?.candidate.contig, let first = genotypers.first else { return [] }
        guard plan.isOpen(contig) else { return first.genotyper.call(alleles).map { SexedCall($0) } }
        var sexes: [SiteCall: [SexByCoverage.Verdict]] = [:]
        var calls: [SiteCall] = []
        for (sex, genotyper) in genotypers {
            for call in genotyper.call(alleles) {
                if sexes[call] == nil { calls.append(call) }
                sexes[call, default: []].append(sex)
            }
        }
        // Of one site the calls of the sexes stand together, each in the order of its own.
        return calls.enumerated().sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }.map {
            let own = sexes[$0.element] ?? []
            return SexedCall($0.element, sexes: own.count == genotypers.count ? [] : own)
        }
    }
}
