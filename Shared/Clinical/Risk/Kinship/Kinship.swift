import Dispatch
import Genomics
import Synchronization

/// Who is related to whom, by the genotypes alone: the KING-robust kinship coefficient of all pairs of a cohort.
///
/// Manichaikul et al. (2010), Bioinformatics 26, 2867–2873, equation 11, as plink2's `--make-king` has it: over the sites where both are
/// called, (N_AaAa − 2 N_AA,aa) / (2 N_Aa) + 1/2 − (N_Aa(i) + N_Aa(j)) / (4 N_Aa), N_Aa the smaller number of heterozygotes. Frequencies
/// play no part, so a cohort may be of several populations. Expected are 1/2 for one person or identical twins, 1/4 for parents and
/// children and for full siblings, 1/8 in the second degree; between populations it falls below 0.
public struct Kinship: Sendable {
    /// A pair of samples.
    public struct Pair: Sendable, Hashable {
        /// The places of the two samples, the first one smaller.
        public var first: Int
        /// The second one.
        public var second: Int
        /// The coefficient.
        public var coefficient: Double
        /// At how many sites both are called.
        public var sites: Int
        /// The share of them at which the two are homozygous for different alleles: about 0 for parents and children.
        public var oppositeHomozygotes: Double
    }

    /// The pairs of at least ``minimum``, in the order of the samples.
    public let pairs: [Pair]
    /// The least coefficient that is told.
    public let minimum: Double
    /// Pairs without a site at which one of them is heterozygous, of which nothing can be said.
    public let undecided: Int

    /// Compares all pairs by bits: a quarter byte a genotype and three bits of working room; `workers` threads share the pairs, with one result.
    public init(_ cohort: CohortGenotypes, minimum: Double, workers: Int = 1) {
        let planes = GenotypePlanes(cohort)
        let count = cohort.samples.count
        let parts = Mutex([Int: (pairs: [Pair], undecided: Int)]())
        // Rows are of unequal length; those of a part lie apart, so that the parts take equally long.
        let partCount = max(1, min(count, workers * 8))
        let gate = DispatchSemaphore(value: max(1, workers))
        DispatchQueue.concurrentPerform(iterations: partCount) { part in
            gate.wait()
            defer { gate.signal() }
            var found: [Pair] = []
            var undecided = 0
            for row in stride(from: part, to: count, by: partCount) {
                for other in (row + 1)..<max(count, row + 1) {
                    guard let pair = planes.pair(row, other) else {
                        undecided += 1
                        continue
                    }
                    if pair.coefficient >= minimum { found.append(pair) }
                }
            }
            parts.withLock { $0[part] = (found, undecided) }
        }
        let all = parts.withLock { $0 }
        pairs = all.values.flatMap(\.pairs).sorted { ($0.first, $0.second) < ($1.first, $1.second) }
        undecided = all.values.reduce(0) { $0 + $1.undecided }
        self.minimum = minimum
    }
}

extension GenotypePlanes {
    /// What two samples have in common; nil where neither is heterozygous at a site that both are called at, or one never is.
    func pair(_ a: Int, _ b: Int) -> Kinship.Pair? {
        var (both, opposite, first, second, called) = (0, 0, 0, 0, 0)
        let (i, j) = (a * words, b * words)
        heterozygous.withUnsafeBufferPointer { het in
            reference.withUnsafeBufferPointer { ref in
                alternate.withUnsafeBufferPointer { alt in
                    for word in 0..<words {
                        let (h, k) = (het[i + word], het[j + word])
                        let (calledA, calledB) = (
                            h | ref[i + word] | alt[i + word], k | ref[j + word] | alt[j + word]
                        )
                        both += (h & k).nonzeroBitCount
                        opposite += (ref[i + word] & alt[j + word] | alt[i + word] & ref[j + word]).nonzeroBitCount
                        first += (h & calledB).nonzeroBitCount
                        second += (k & calledA).nonzeroBitCount
                        called += (calledA & calledB).nonzeroBitCount
                    }
                }
            }
        }
        let least = min(first, second)
        guard least > 0 else { return nil }
        let coefficient =
            Double(both - 2 * opposite) / Double(2 * least) + 0.5 - Double(first + second) / Double(4 * least)
        return Kinship.Pair(
            first: a, second: b, coefficient: coefficient, sites: called,
            oppositeHomozygotes: Double(opposite) / Double(max(1, called)))
    }
}
