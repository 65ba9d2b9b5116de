import DecisionTrees
import NeuralNetwork

/// The samples that a model of conditions learned from: a condition is read by how alike it is to each.
///
/// The kernel is exp(-γ · (words that one has and the other lacks + scaled squared differences of numbers)), Gaussian on the presence of
/// words; a number that either lacks counts nothing. A word that no sample has is a distance like any other. Beside it stands, where there is
/// one, how much each sample weighs in a forest that divides conditions by words and numbers.
struct KnownConditions: Sendable, Hashable, Codable {
    /// All words, sorted.
    var vocabulary: [String]
    /// The places of the words of each sample in it, ascending.
    var samples: [[Int]]
    /// The numbers of each sample; below 0 where not measured.
    var numbers: [[Float]]
    /// γ.
    var gamma: Double
    /// Grown on the samples' ``features(of:)``.
    var forest: RandomForest?

    /// What is one step of temperature (°C) and pH; the growth rate, a result of the condition, is for the forest alone.
    private static let scales: [Double] = [3, 1]
    private static let numbersOfRecord = 3

    /// Of training samples.
    init(_ records: [ExpressionRecord], gamma: Double) {
        let vocabulary = Set(records.flatMap(Self.words)).sorted()
        let places = Dictionary(uniqueKeysWithValues: vocabulary.enumerated().map { ($1, $0) })
        self.vocabulary = vocabulary
        samples = records.map { Set(Self.words($0).compactMap { places[$0] }).sorted() }
        numbers = records.map(\.values)
        self.gamma = gamma
    }

    /// The words that count: those of columns.
    private static func words(_ record: ExpressionRecord) -> [String] {
        record.words.filter { !$0.hasPrefix(ConditionSource.deleted) }
    }

    /// How many samples there are.
    var count: Int { samples.count }

    /// Numbers of a condition: ``inputs(of:)``.
    var width: Int { forest == nil ? count : 2 * count }

    /// Whether everything is within its bounds.
    var isValid: Bool {
        samples.count == numbers.count && gamma > 0 && gamma.isFinite
            && samples.allSatisfy { $0.allSatisfy(vocabulary.indices.contains) }
            && numbers.allSatisfy { $0.count == Self.numbersOfRecord && $0.allSatisfy(\.isFinite) }
            && forest.map { $0.rows == count && $0.isValid(columns: vocabulary.count + Self.numbersOfRecord) } ?? true
    }

    /// Why a record is no condition; nil where it is one.
    func flaw(_ record: ExpressionRecord) -> String? {
        record.values.count == Self.numbersOfRecord
            ? nil : "the record has \(record.values.count) numbers and the model reads \(Self.numbersOfRecord)"
    }

    /// What a model reads of a record: the kernel with each sample, and each sample's weight in the forest.
    func inputs(of record: ExpressionRecord) -> [Float] {
        likeness(to: record) + (forest?.weights(features(of: record)) ?? [])
    }

    /// What the forest divides by: 1 for each word that the record has, and its numbers.
    func features(of record: ExpressionRecord) -> [Float] {
        var features = [Float](repeating: 0, count: vocabulary.count)
        for word in record.words { if let place = vocabulary.place(ofSorted: word) { features[place] = 1 } }
        return features + record.values
    }

    /// The kernel of a record with each sample.
    func likeness(to record: ExpressionRecord) -> [Float] {
        var own = Set<Int>()
        let words = Set(Self.words(record))
        for word in words { if let place = vocabulary.place(ofSorted: word) { own.insert(place) } }
        let unknown = words.count - own.count
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
