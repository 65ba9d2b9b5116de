import NeuralNetwork

/// How many reads of an allele may come from copies of the mitochondrion in the nuclear genome (NUMTs), which an assembly lacks.
enum NuclearCopies {
    /// The copies of an allele that a person may have in the nucleus, as in GATK's `NuMTFilter`.
    private static let most = 4.0

    /// The reads that so many copies give at most in 99 of 100 places, where the autosomes' two copies are so deep on average: the quantile of a Poisson
    /// variable.
    static func reads(autosomalDepth depth: Double) -> Int {
        let mean = depth * most / 2
        guard mean > 0 else { return 0 }
        var (reads, logarithm, sum) = (0, -mean, PortableMath.exp(-mean))
        while sum < 0.99 {
            reads += 1
            logarithm += PortableMath.log(mean / Double(reads))
            sum += PortableMath.exp(logarithm)
        }
        return reads
    }
}
