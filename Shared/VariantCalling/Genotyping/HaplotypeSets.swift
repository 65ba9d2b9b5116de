import Genomics

/// Alleles that cannot all stand on one haplotype, weighed together: every way to put them on the chromosomes, with its probability.
///
/// A haplotype holds any of the alleles that do not overlap each other; the probability of a set of haplotypes is the product of the
/// alleles' probabilities of so many copies, scaled to sum to 1 over all sets.
struct HaplotypeSets {
    /// Haplotypes as sets of alleles, bit by bit, one a chromosome.
    struct Assignment {
        var haplotypes: [Int]
        var probability: Double
    }

    let alleles: [Genotyper.Allele]
    let changes: [AlleleChange]
    let assignments: [Assignment]
    let best: Assignment
    let isMixed: [Bool]

    init(_ alleles: [Genotyper.Allele], ploidy: Int) {
        self.alleles = alleles
        let changes = alleles.map { AlleleChange($0.candidate) }
        self.changes = changes
        let copies = alleles.map { CopyNumber($0, ploidy: ploidy) }
        isMixed = copies.map(\.isMixed)
        let haplotypes = (0..<(1 << alleles.count)).filter { set in
            let members = changes.indices.filter { set >> $0 & 1 == 1 }
            return members.allSatisfy { a in
                members.allSatisfy { a == $0 || changes[a].isCompatible(with: changes[$0]) }
            }
        }
        var assignments: [Assignment] = []
        func add(_ chosen: [Int], from first: Int) {
            guard chosen.count == ploidy else {
                for index in first..<haplotypes.count { add(chosen + [haplotypes[index]], from: index) }
                return
            }
            let probability = copies.indices.reduce(1.0) { product, allele in
                product * copies[allele].probabilities[chosen.count { $0 >> allele & 1 == 1 }]
            }
            assignments.append(Assignment(haplotypes: chosen, probability: probability))
        }
        add([], from: 0)
        let total = assignments.reduce(0) { $0 + $1.probability }
        for index in assignments.indices { assignments[index].probability /= total }
        self.assignments = assignments
        // Of equal ones the first, which puts the alleles on as few haplotypes as can be.
        best = assignments.dropFirst().reduce(assignments[0]) { $1.probability > $0.probability ? $1 : $0 }
    }

    /// The alleles that the best assignment has.
    var called: [Int] { alleles.indices.filter { index in best.haplotypes.contains { $0 >> index & 1 == 1 } } }
}
