import NeuralNetwork

/// The samples that a model of conditions learned from: a condition is read by how alike it is to each.
///
/// The kernel is exp(-γ · (words that one has and the other lacks + scaled squared differences of numbers)), Gaussian on the presence of
/// words; a number that either lacks counts nothing. A word that no sample has is a distance like any other.
struct KnownConditions: Sendable, Hashable, Codable {
    /// All words, sorted.
    var vocabulary: [String]
    /// The places of the words of each sample in it, ascending.
    var samples: [[Int]]
    /// The numbers of each sample; below 0 where not measured.
    var numbers: [[Float]]
    /// γ.
    var gamma: Double

    /// What is one step of temperature (°C) and pH.
    static let scales: [Double] = [3, 1]

    /// Of training samples.
    init(_ records: [ExpressionRecord], gamma: Double) {
        let vocabulary = Set(records.flatMap(\.words)).sorted()
        let places = Dictionary(uniqueKeysWithValues: vocabulary.enumerated().map { ($1, $0) })
        self.vocabulary = vocabulary
        samples = records.map { Set($0.words.compactMap { places[$0] }).sorted() }
        numbers = records.map(\.values)
        self.gamma = gamma
    }

    /// How many samples there are.
    var count: Int { samples.count }

    /// Whether everything is within its bounds.
    var isValid: Bool {
        samples.count == numbers.count && gamma > 0 && gamma.isFinite
            && samples.allSatisfy { $0.allSatisfy(vocabulary.indices.contains) }
            && numbers.allSatisfy { $0.count == Self.scales.count && $0.allSatisfy(\.isFinite) }
    }

    /// The kernel of a record with each sample.
    func likeness(to record: ExpressionRecord) -> [Float] {
        var own = Set<Int>()
        for word in Set(record.words) { if let place = vocabulary.place(ofSorted: word) { own.insert(place) } }
        let unknown = Set(record.words).count - own.count
        return samples.indices.map { index in
            let shared = samples[index].count { own.contains($0) }
            var distance = Double(own.count + samples[index].count - 2 * shared + unknown)
            for (scale, (a, b)) in zip(Self.scales, zip(record.values, numbers[index])) where a >= 0 && b >= 0 {
                let difference = (Double(a) - Double(b)) / scale
                distance += difference * difference
            }
            return Float(PortableMath.exp(-gamma * distance))
        }
    }
}
