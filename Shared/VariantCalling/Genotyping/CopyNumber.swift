import Genomics
import NeuralNetwork

/// How probable each number of copies of an allele is on so many chromosomes.
///
/// The network says it of two. On one chromosome a mixture of reads is no genotype: its probability goes to what most of the reads show.
/// On more than two, that there is none at all is the network's word, and what remains is shared out by the binomial likelihood of
/// the reads that show the allele (as in freebayes, Garrison and Marth 2012).
struct CopyNumber {
    /// Of 0, 1, … copies.
    let probabilities: [Double]
    /// Whether the reads of a single chromosome are a mixture.
    let isMixed: Bool

    private static let least = 1e-12
    /// How often a read shows another allele than its molecule's.
    private static let error = 0.01

    init(_ allele: Genotyper.Allele, ploidy: Int) {
        let said = allele.probabilities.map { max(Double($0), Self.least) }
        isMixed = ploidy == 1 && said[1] > 0.5
        switch ploidy {
        case 1:
            let isMost = allele.candidate.alternateFraction > 0.5
            probabilities = [said[0] + (isMost ? 0 : said[1]), said[2] + (isMost ? said[1] : 0)]
        case 2:
            probabilities = said
        default:
            let (shown, other) = (
                Double(allele.candidate.alternateDepth),
                Double(allele.candidate.referenceDepth + allele.candidate.otherDepth)
            )
            let logarithms = (1...ploidy).map { copies in
                let share = Double(copies) / Double(ploidy)
                let fraction = share * (1 - Self.error) + (1 - share) * Self.error
                return shown * PortableMath.log(fraction) + other * PortableMath.log(1 - fraction)
            }
            let greatest = logarithms.max() ?? 0
            let weights = logarithms.map { PortableMath.exp($0 - greatest) }
            let total = weights.reduce(0, +)
            probabilities = [said[0]] + weights.map { max(Self.least, (1 - said[0]) * $0 / total) }
        }
    }
}
