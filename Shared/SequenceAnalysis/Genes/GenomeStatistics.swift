import NeuralNetwork

/// What is learned of a genome from itself before any gene of it is known: codons, starts, composition.
struct GenomeStatistics: Sendable, Hashable {
    /// Of the bases within genes.
    var coding: CodingStatistics
    /// The same of genes with other codons, as those have that came from elsewhere; where there are few, equal to ``coding``.
    var atypical: CodingStatistics
    /// Of their starts.
    var starts: StartStatistics
    /// The share of each base, of both strands.
    var composition: [Float]

    /// By codon: how much likelier its amino acid is in a protein than by chance, as a logarithm.
    var acidOdds: [Float] { GeneticCode.acidOdds(composition: composition.map(Double.init)) }
}

extension GeneticCode {
    /// By codon: how much likelier its amino acid is in a protein than where bases of this composition follow each other by chance.
    static func acidOdds(composition: [Double]) -> [Float] {
        var expected: [UInt8: Double] = [:]
        for codon in 0..<64 where !isStop(codon) {
            expected[aminoAcids[codon], default: 0] +=
                composition[codon >> 4] * composition[codon >> 2 & 3] * composition[codon & 3]
        }
        let total = expected.values.reduce(0, +)
        return aminoAcids.map { letter in
            guard let usage = usage[letter], let chance = expected[letter] else { return 0 }
            return Float(PortableMath.log(usage / 100 / (chance / total)))
        }
    }
}
