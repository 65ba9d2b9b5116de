import LinearAlgebra

/// The two steps of an ``AffinityModel`` as they answer: kernels and coefficients, without intervals.
struct AffinityRegression: Sendable {
    /// One side of a pair as the regression reads it.
    struct Reading: Sendable {
        /// Whether it was in the training.
        let isKnown: Bool
        let first: [Double]
        let second: [Double]
    }

    let fitted: AffinityFitting.Fitted
    /// Whether drugs are the larger side.
    private let hasDrugTower: Bool
    /// The dual coefficients, a column a member of the larger side: what they make of its kernel is computed once, so that a pair costs a
    /// product on the smaller side.
    private let towers: (first: Matrix, second: Matrix)

    init(_ fitted: AffinityFitting.Fitted) {
        self.fitted = fitted
        hasDrugTower = fitted.second.columns < fitted.second.rows
        let (first, second) = (fitted.first.matrix, fitted.second)
        towers = hasDrugTower ? (first.transposed, second.transposed) : (first, second)
    }

    /// A drug, and the fragments that it shares with the most similar one of the training.
    func read(_ molecule: Molecule, asNew: Bool) throws(MoleculeError) -> (reading: Reading, similarity: Double) {
        let (kernel, place, similarity) = try fitted.drugs.values(molecule, asNew: asNew)
        let joined = fitted.joined(drug: kernel, place: place)
        return (reading(kernel, joined, isKnown: place != nil, isTower: hasDrugTower), similarity)
    }

    /// A protein, and the words that it shares with the most similar one of the training.
    func read(_ protein: Protein) -> (reading: Reading, similarity: Double) {
        let (kernel, place, similarity) = fitted.proteins.values(protein)
        let joined = fitted.joined(protein: kernel, place: place)
        return (reading(kernel, joined, isKnown: place != nil, isTower: !hasDrugTower), similarity)
    }

    private func reading(_ first: [Double], _ second: [Double], isKnown: Bool, isTower: Bool) -> Reading {
        guard isTower else { return Reading(isKnown: isKnown, first: first, second: second) }
        return Reading(
            isKnown: isKnown, first: Self.product(towers.first, first), second: Self.product(towers.second, second))
    }

    /// What is said of a pair: the second step, or the mean of both where one of them was never seen.
    func value(_ drug: Reading, _ protein: Reading) -> Double {
        var value = fitted.mean
        value += Self.product(drug.second, protein.second)
        guard !drug.isKnown || !protein.isKnown else { return value }
        var first = fitted.profileMean
        first += Self.product(drug.first, protein.first)
        return Self.joined(first, value)
    }

    /// What is said of a pair with a drug or protein that was never seen.
    static func joined(_ first: Double, _ second: Double) -> Double { 0.5 * (first + second) }

    /// Four chains of sums, the same on every processor.
    private static func product(_ one: [Double], _ other: [Double]) -> Double {
        one.withUnsafeBytes { one in
            other.withUnsafeBytes { other in
                let width = MemoryLayout<SIMD4<Double>>.size
                let whole = one.count / width * width
                var sums = SIMD4<Double>()
                for place in stride(from: 0, to: whole, by: width) {
                    let factor = one.loadUnaligned(fromByteOffset: place, as: SIMD4<Double>.self)
                    sums += factor * other.loadUnaligned(fromByteOffset: place, as: SIMD4<Double>.self)
                }
                var sum = (sums[0] + sums[1]) + (sums[2] + sums[3])
                for place in stride(from: whole, to: one.count, by: MemoryLayout<Double>.size) {
                    let factor = one.loadUnaligned(fromByteOffset: place, as: Double.self)
                    sum += factor * other.loadUnaligned(fromByteOffset: place, as: Double.self)
                }
                return sum
            }
        }
    }

    private static func product(_ dual: Matrix, _ kernel: [Double]) -> [Double] {
        dual.elements.withUnsafeBufferPointer { elements in
            (0..<dual.rows).map { row in
                var sum = 0.0
                for column in 0..<kernel.count { sum += elements[row * kernel.count + column] * kernel[column] }
                return sum
            }
        }
    }
}
