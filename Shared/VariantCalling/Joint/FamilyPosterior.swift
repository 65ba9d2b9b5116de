import Foundation

/// The joint posterior of the genotypes of a family at a site.
///
/// P(f, m, c_1 … c_n) ∝ L_f P(f) · L_m P(m) · ∏ L_i T(c_i | f, m): the parents' genotypes by the allele frequencies, the
/// children's by Mendel's law with new alleles at ``Transmission``'s rates. The most likely joint state is called, so that
/// calls contradict Mendel's law only where a new allele is likelier than an error.
struct FamilyPosterior {
    /// What is known of a member.
    struct Member {
        var evidence: SampleEvidence
        /// The genotype that an earlier family settled, whose child this parent is.
        var settled: Int?
    }

    /// The called genotype of each member, father, mother and children; nil for a parent who is not among the samples.
    private(set) var genotypes: [Int?] = []
    /// The posterior of each member's called genotype.
    private(set) var confidences: [Double] = []
    /// For each child the posterior that an allele of it is new.
    private(set) var newAlleles: [Double] = []
    /// log10 of the posterior that nobody has an alternate allele.
    private(set) var logNobody = 0.0

    /// - Parameters:
    ///   - parents: Father and mother, nil where unknown; a settled genotype is kept.
    ///   - children: The children.
    ///   - passes: Whether a child has an allele of its father and of its mother.
    ///   - frequencies: Of the site's alleles.
    ///   - rates: How often each allele arises anew.
    ///   - isReference: By allele, whether it is no alternate: REF, and `*`, which another site calls.
    init(
        parents: [Member?], children: [SampleEvidence], passes: [(father: Bool, mother: Bool)],
        frequencies: AlleleFrequencies, rates: [Double], isReference: [Bool]
    ) {
        let weights = parents.map { Self.weights(of: $0, frequencies: frequencies) }
        let gametes = parents.map { parent in
            parent.map { Transmission(ploidy: $0.evidence.ploidy, rates: rates) }
                ?? Transmission(frequencies: frequencies.values)
        }
        let (fathers, mothers) = (weights[0].count, weights[1].count)
        var logs = [Double](repeating: -.infinity, count: fathers * mothers)
        // By child and parents' state: the sum over the child's genotypes, the likeliest of them, and the sum without new
        // alleles and that without alternates.
        struct Outcome {
            var sum = 0.0
            var best = 0
            var bestWeight = -1.0
            var inherited = 0.0
            var nobody = 0.0
        }
        var outcomes = [[Outcome]](repeating: [], count: children.count)
        let lists = children.map { Genotypes.list(rates.count, ploidy: $0.ploidy) }
        for (place, child) in children.enumerated() {
            outcomes[place] = [Outcome](repeating: Outcome(), count: fathers * mothers)
            for father in 0..<fathers {
                for mother in 0..<mothers where weights[0][father] > 0 && weights[1][mother] > 0 {
                    var outcome = Outcome()
                    if lists[place].isEmpty {
                        outcome = Outcome(sum: 1, bestWeight: 1, inherited: 1, nobody: 1)
                    }
                    for (index, genotype) in lists[place].enumerated() {
                        func chance(_ isInherited: Bool) -> Double {
                            func from(_ parent: Int, _ state: Int, _ allele: Int) -> Double {
                                gametes[parent].chance(of: allele, from: state, isInherited: isInherited)
                            }
                            let (low, high) = genotype
                            switch passes[place] {
                            case (true, true):
                                let one = from(0, father, low) * from(1, mother, high)
                                return low == high ? one : one + from(0, father, high) * from(1, mother, low)
                            case (true, false): return from(0, father, low)
                            case (false, true): return from(1, mother, low)
                            case (false, false): return 1
                            }
                        }
                        let likelihood = child.likelihoods.isEmpty ? 1 : child.likelihoods[index]
                        let weight = likelihood * chance(false)
                        outcome.sum += weight
                        outcome.inherited += likelihood * chance(true)
                        if isReference[genotype.low], isReference[genotype.high] { outcome.nobody += weight }
                        if weight > outcome.bestWeight { (outcome.best, outcome.bestWeight) = (index, weight) }
                    }
                    outcomes[place][father * mothers + mother] = outcome
                }
            }
        }
        func nobody(_ parent: Int, _ state: Int) -> Bool {
            guard let member = parents[parent], member.evidence.ploidy > 0 else { return true }
            let genotype = Genotypes.list(rates.count, ploidy: member.evidence.ploidy)[state]
            return isReference[genotype.low] && isReference[genotype.high]
        }
        // Sums of what may be very small, relative to the largest.
        var bestLog = -Double.infinity
        var best = 0
        for state in logs.indices {
            let (father, mother) = (state / mothers, state % mothers)
            guard weights[0][father] > 0, weights[1][mother] > 0 else { continue }
            var log = log10(weights[0][father]) + log10(weights[1][mother])
            var likeliest = log
            for outcome in outcomes {
                log += log10(max(outcome[state].sum, 1e-300))
                likeliest += log10(max(outcome[state].bestWeight, 1e-300))
            }
            logs[state] = log
            if likeliest > bestLog { (bestLog, best) = (likeliest, state) }
        }
        let peak = logs.max() ?? 0
        let shares = logs.map { $0 == -.infinity ? 0 : pow(10, $0 - peak) }
        let total = shares.reduce(0, +)
        var without = -Double.infinity
        for state in logs.indices where shares[state] > 0 {
            guard nobody(0, state / mothers), nobody(1, state % mothers) else { continue }
            var log = logs[state]
            for outcome in outcomes {
                log += log10(max(outcome[state].nobody, 1e-300) / max(outcome[state].sum, 1e-300))
            }
            without = max(without, log) + log10(1 + pow(10, -abs(without - log)))
        }
        logNobody = max(-1_000, min(0, without - peak - log10(total)))
        let called = [best / mothers, best % mothers]
        for parent in 0..<2 {
            genotypes.append(parents[parent] == nil ? nil : called[parent])
            let sum = shares.indices.filter {
                (parent == 0 ? $0 / mothers : $0 % mothers) == called[parent]
            }
            .map { shares[$0] }.reduce(0, +)
            confidences.append(sum / total)
        }
        for (place, outcome) in outcomes.enumerated() {
            let genotype = outcome[best].best
            genotypes.append(genotype)
            var (sum, new) = (0.0, 0.0)
            for state in shares.indices where shares[state] > 0 {
                let cell = outcome[state]
                let share = shares[state] / total
                sum +=
                    share
                    * Self.share(
                        of: genotype, in: lists[place], child: children[place], passes: passes[place],
                        gametes: gametes,
                        states: (state / mothers, state % mothers), sum: cell.sum)
                new += share * max(0, 1 - cell.inherited / max(cell.sum, 1e-300))
            }
            confidences.append(min(1, sum))
            newAlleles.append(min(1, new))
        }
    }

    /// The share of one of a child's genotypes among all, given its parents' genotypes.
    private static func share(
        of index: Int, in list: [(low: Int, high: Int)], child: SampleEvidence,
        passes: (father: Bool, mother: Bool),
        gametes: [Transmission], states: (Int, Int), sum: Double
    ) -> Double {
        guard !list.isEmpty, sum > 0 else { return 1 }
        let (low, high) = list[index]
        func from(_ parent: Int, _ allele: Int) -> Double {
            gametes[parent].chance(of: allele, from: parent == 0 ? states.0 : states.1)
        }
        var chance = 1.0
        switch passes {
        case (true, true):
            chance = from(0, low) * from(1, high) + (low == high ? 0 : from(0, high) * from(1, low))
        case (true, false): chance = from(0, low)
        case (false, true): chance = from(1, low)
        case (false, false): break
        }
        return (child.likelihoods.isEmpty ? 1 : child.likelihoods[index]) * chance / sum
    }

    private static func weights(of member: Member?, frequencies: AlleleFrequencies) -> [Double] {
        guard let member else { return [1] }
        if member.evidence.ploidy == 0 { return [1] }
        let posterior = frequencies.posterior(of: member.evidence)
        guard let settled = member.settled else { return posterior }
        return posterior.indices.map { $0 == settled ? 1 : 0 }
    }
}
