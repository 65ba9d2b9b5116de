import Foundation

extension HaplotypeNetwork {
    /// Moves weights until the network's own samples have the correlations and frequencies of the panel.
    ///
    /// Fitted one by one, units see the panel's alleles before them; in a sample they see what the network said, and errors add up along
    /// the order. The rule is a Boltzmann machine's: a weight grows by what the correlation of its two alleles lacks.
    mutating func match(
        carriers: [[Int32]], shares: [Double], haplotypes: Int, settings: Settings, seed: UInt64, workers: Int
    ) {
        let row = Dictionary(uniqueKeysWithValues: madeSites.enumerated().map { ($1, $0) })
        var panel = BitMatrix(rows: units.count, columns: haplotypes)
        for (place, list) in carriers.enumerated() { for carrier in list { panel[place, Int(carrier)] = true } }
        let (wantedAlleles, count) = (panel, 2 * haplotypes)
        for round in 0..<settings.matchingRounds {
            let made = self.haplotypes(0..<count, seed: seed &+ 7919 &* UInt64(round + 1), workers: workers)
            var samples = made.selecting(rows: units.map { row[$0.site] ?? 0 })
            for (place, unit) in units.enumerated() where unit.isFlipped { samples.complement(place) }
            let rate = settings.matchingRate * (1 - Double(round) / Double(settings.matchingRounds))
            let sampled = units.indices.map { Double(samples.count($0)) / Double(count) }
            let (has, before) = (samples, units)
            let moved = Parallel.map(before.count, workers: workers) { place -> Unit in
                var unit = before[place]
                let variance = shares[place] * (1 - shares[place])
                for index in unit.inputs.indices {
                    let input = Int(unit.inputs[index].place)
                    let deviation = (shares[input] * (1 - shares[input]) * variance).squareRoot()
                    // Around the panel's frequencies in both, so that a wrong frequency moves the bias alone.
                    let wanted =
                        Double(wantedAlleles.common(place, input)) / Double(haplotypes) - shares[place] * shares[input]
                    let sampledTogether =
                        Double(has.common(place, input)) / Double(count) - sampled[place] * sampled[input]
                    let step = rate * (wanted - sampledTogether) / deviation
                    // In units of standardized inputs, as the penalties.
                    let change = step / (shares[input] * (1 - shares[input])).squareRoot()
                    unit.inputs[index].weight += change
                    unit.bias -= change * shares[input]
                }
                unit.bias += rate * (shares[place] - sampled[place]) / variance
                return unit
            }
            units = moved
        }
    }
}

extension HaplotypeNetwork.Unit {
    /// Moves the bias until the expected number of carriers in the panel is the true one.
    mutating func calibrateBias(carriers: [[Int32]], haplotypes: Int, carried: Int) {
        var sums = [Double](repeating: 0, count: haplotypes)
        for input in inputs { for carrier in carriers[Int(input.place)] { sums[Int(carrier)] += input.weight } }
        for _ in 0..<12 {
            var (expected, curvature) = (0.0, 0.0)
            for sum in sums {
                let probability = 1 / (1 + exp(-sum - bias))
                expected += probability
                curvature += probability * (1 - probability)
            }
            bias += max(-2, min(2, (Double(carried) - expected) / max(curvature, 0.1)))
        }
    }
}

extension BitMatrix {
    /// Sets what is not set in a row, and the other way around.
    mutating func complement(_ row: Int) {
        for word in 0..<width { words[row * width + word] = ~words[row * width + word] }
        if columns % 64 != 0 { words[(row + 1) * width - 1] &= (1 << UInt64(columns % 64)) - 1 }
    }
}

/// Work in threads whose results come in order.
enum Parallel {
    static func map<Value: Sendable>(_ count: Int, workers: Int, _ body: @Sendable (Int) -> Value) -> [Value] {
        guard count > 0 else { return [] }
        var values = [Value?](repeating: nil, count: count)
        let pieces = min(max(1, workers), count)
        values.withUnsafeMutableBufferPointer { buffer in
            nonisolated(unsafe) let places = buffer
            // Striding: neighbors in the order cost alike.
            DispatchQueue.concurrentPerform(iterations: pieces) { piece in
                for index in stride(from: piece, to: count, by: pieces) { places[index] = body(index) }
            }
        }
        return values.compactMap { $0 }
    }
}
