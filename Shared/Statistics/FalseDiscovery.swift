/// The rate of false discoveries among tests.
public enum FalseDiscovery {
    /// For each probability the least rate at which its test is among the discoveries: Benjamini and Hochberg (1995), JRSS B 57:289, adjusted.
    ///
    /// In the order of `probabilities`; all of them count as tests.
    public static func adjusted(_ probabilities: [Double]) -> [Double] {
        let order = probabilities.indices.sorted {
            (probabilities[$0], $0) < (probabilities[$1], $1)
        }
        var (adjusted, least) = (probabilities, 1.0)
        for (rank, index) in order.enumerated().reversed() {
            least = min(least, probabilities[index] * Double(order.count) / Double(rank + 1))
            adjusted[index] = least
        }
        return adjusted
    }
}
