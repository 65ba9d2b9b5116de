import Foundation

/// Linkage disequilibrium, r between pairs of sites, which are rows.
enum Linkage {
    /// r of every pair i < j, in the order (0, 1), (0, 2) … ; 0 where a site does not vary.
    static func correlations(_ alleles: BitMatrix, workers: Int) -> [Double] {
        let count = Double(alleles.columns)
        let shares = (0..<alleles.rows).map { Double(alleles.count($0)) / count }
        return Parallel.map(alleles.rows, workers: workers) { one in
            (one + 1..<max(one + 1, alleles.rows)).map { other -> Double in
                let variance = shares[one] * (1 - shares[one]) * shares[other] * (1 - shares[other])
                guard variance > 0 else { return 0 }
                return (Double(alleles.common(one, other)) / count - shares[one] * shares[other])
                    / variance.squareRoot()
            }
        }.flatMap { $0 }
    }

    /// Pearson's correlation; 0 where one side does not vary.
    static func correlation(_ x: [Double], _ y: [Double]) -> Double {
        let number = Double(x.count)
        guard number > 1 else { return 0 }
        let (mx, my) = (x.reduce(0, +) / number, y.reduce(0, +) / number)
        var (xy, xx, yy) = (0.0, 0.0, 0.0)
        for (a, b) in zip(x, y) {
            xy += (a - mx) * (b - my)
            xx += (a - mx) * (a - mx)
            yy += (b - my) * (b - my)
        }
        return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : 0
    }

    /// Mean r² by distance, in bins that double from 1 kb on; pairs of one contig only.
    static func decay(_ correlations: [Double], _ sites: [HaplotypePanel.Site]) -> [(distance: Double, mean: Double)] {
        var (sums, counts) = ([Double](repeating: 0, count: 40), [Int](repeating: 0, count: 40))
        var index = 0
        for one in sites.indices {
            for other in sites.indices where other > one {
                let value = correlations[index]
                index += 1
                guard sites[one].contig == sites[other].contig else { continue }
                let distance = abs(sites[other].position - sites[one].position)
                let bin = min(39, distance < 1000 ? 0 : Int(log2(Double(distance) / 1000)) + 1)
                sums[bin] += value * value
                counts[bin] += 1
            }
        }
        return sums.indices.filter { counts[$0] > 0 }.map {
            (distance: $0 == 0 ? 500 : 1500 * exp2(Double($0 - 1)), mean: sums[$0] / Double(counts[$0]))
        }
    }
}
