import LinearAlgebra
import NeuralNetwork

/// The two regressions of an ``AffinityModel`` on some pairs.
enum AffinityFitting {
    /// How they are fitted.
    struct Settings: Sendable, Hashable, Codable {
        /// What is added to the diagonals.
        var firstPenalty = 0.1
        var secondPenalty = 0.2
        /// What profiles weigh in the second step; the rest are fragments and words.
        var profileWeight = 0.7
        /// Kernel of profiles: 1 ÷ (1 + sharpness · squared distance ÷ its mean).
        var sharpness = 2.0
        /// Steps of conjugate gradients.
        var steps = 100
    }

    /// Affinities of pairs of places on two sides.
    struct Pairs: Sendable {
        var pairs: [KroneckerRidge.Pair]
        var values: [Double]
    }

    /// What was fitted.
    ///
    /// Numbers that a package keeps are held to its precision, so a model says the same before and after it is written.
    struct Fitted: Sendable {
        let drugs: DrugSide
        let proteins: ProteinSide
        let settings: Settings
        /// The mean of the first step, and its dual coefficients, drugs × proteins.
        let profileMean: Double
        let first: StepMatrix
        /// What the first step expects of a new drug is the mean and its kernel times the first of these, of a new protein the second
        /// times its kernel; both drugs × proteins.
        let expected: (ofDrug: StepMatrix, ofProtein: StepMatrix)
        /// What is known or expected of each pair, drugs × proteins.
        let profiles: StepMatrix
        /// The mean of the second step, and its dual coefficients, drugs × proteins.
        let mean: Double
        let second: Matrix
        private let ofDrugs: Profiles
        private let ofProteins: Profiles

        init(
            drugs: DrugSide, proteins: ProteinSide, settings: Settings, profileMean: Double, first: StepMatrix,
            expected: (ofDrug: StepMatrix, ofProtein: StepMatrix), profiles: StepMatrix, mean: Double, second: Matrix
        ) {
            (self.drugs, self.proteins, self.settings) = (drugs, proteins, settings)
            (self.profileMean, self.first) = (profileMean, first)
            (self.expected, self.profiles, self.mean, self.second) = (expected, profiles, mean, second)
            ofDrugs = Profiles(profiles.matrix)
            ofProteins = Profiles(profiles.matrix.transposed)
        }

        /// Its parts but the second step's coefficients, as tensors of a package.
        var tensors: [Safetensors.Tensor] {
            drugs.tensors + proteins.tensors + expected.ofDrug.tensors("expected.drug")
                + expected.ofProtein.tensors("expected.protein") + profiles.tensors("profiles") + first.tensors("first")
        }

        /// Reads them; `second` is given the numbers of drugs and proteins.
        init(
            _ file: PackageTensors, settings: Settings, profileMean: Double, mean: Double,
            second: (_ drugs: Int, _ proteins: Int) throws -> Matrix
        ) throws {
            let (drugs, proteins) = (try DrugSide(file), try ProteinSide(file))
            let (rows, columns) = (drugs.keys.count, proteins.proteins.count)
            func steps(_ name: String) throws -> StepMatrix {
                try StepMatrix(file, name, rows: rows, columns: columns)
            }
            self.init(
                drugs: drugs, proteins: proteins, settings: settings, profileMean: profileMean,
                first: try steps("first"), expected: (try steps("expected.drug"), try steps("expected.protein")),
                profiles: try steps("profiles"), mean: mean, second: try second(rows, columns))
        }

        /// The same with a second step of even steps, as a package keeps that of an earlier set.
        var inEvenSteps: Fitted {
            Fitted(
                drugs: drugs, proteins: proteins, settings: settings, profileMean: profileMean, first: first,
                expected: expected, profiles: profiles, mean: mean, second: StepMatrix(second).matrix)
        }

        /// The second step's kernel of a drug with each: fragments and profiles.
        func joined(drug kernel: [Double], place: Int?) -> [Double] {
            let table = expected.ofDrug.matrix
            var profile = [Double](repeating: profileMean, count: table.columns)
            if let place {
                profile = Array(profiles.matrix.row(place))
            } else {
                for row in 0..<table.rows {
                    for (column, value) in table.row(row).enumerated() { profile[column] += kernel[row] * value }
                }
            }
            return joined(kernel, ofDrugs.kernel(profile, sharpness: settings.sharpness))
        }

        /// The same of a protein.
        func joined(protein kernel: [Double], place: Int?) -> [Double] {
            let table = expected.ofProtein.matrix
            let profile =
                place.map { profiles.matrix.column($0) }
                ?? (0..<table.rows).map { row in
                    zip(table.row(row), kernel).reduce(profileMean) { $0 + $1.0 * $1.1 }
                }
            return joined(kernel, ofProteins.kernel(profile, sharpness: settings.sharpness))
        }

        private func joined(_ kernel: [Double], _ profile: [Double]) -> [Double] {
            zip(kernel, profile).map { (1 - settings.profileWeight) * $0 + settings.profileWeight * $1 }
        }
    }

    /// Rows of a table that are compared by their squared distance, relative to the mean of all.
    struct Profiles: Sendable {
        private let centred: Matrix
        private let means: [Double]
        /// The mean squared distance of two rows.
        private let scale: Double

        init(_ rows: Matrix) {
            means = rows.columnMeans
            centred = rows.subtracting(means)
            // Of centred rows, twice the mean squared length.
            let total = centred.elements.reduce(0) { $0 + $1 * $1 }
            scale = max(1e-9, 2 * total / Double(max(1, rows.rows)))
        }

        func kernel(_ profile: [Double], sharpness: Double) -> [Double] {
            let own = zip(profile, means).map { $0 - $1 }
            return centred.elements.withUnsafeBufferPointer { elements in
                (0..<centred.rows).map { row in
                    var distance = 0.0
                    for column in 0..<own.count {
                        let difference = elements[row * own.count + column] - own[column]
                        distance += difference * difference
                    }
                    return 1 / (1 + sharpness * distance / scale)
                }
            }
        }

        /// The kernel between all rows by one product.
        func between(sharpness: Double) throws(LinearAlgebraError) -> Matrix {
            var products = try centred.times(centred, otherTransposed: true)
            let count = products.rows
            let squares = (0..<count).map { products[$0, $0] }
            products.elements.withUnsafeMutableBufferPointer { elements in
                for row in 0..<count {
                    for column in 0..<count {
                        let distance = max(0, squares[row] + squares[column] - 2 * elements[row * count + column])
                        elements[row * count + column] = 1 / (1 + sharpness * distance / scale)
                    }
                }
            }
            return products
        }
    }

    /// Fits both steps to pairs; the square kernels of the sides are given, so that folds share them.
    static func fit(
        _ pairs: Pairs, drugs: DrugSide, proteins: ProteinSide, kernels: (drugs: Matrix, proteins: Matrix),
        settings: Settings
    ) throws -> (fitted: Fitted, firstValues: Matrix, secondValues: Matrix) {
        let term = KroneckerRidge.Term(left: kernels.drugs, right: kernels.proteins, weight: 1)
        let one = try KroneckerRidge(
            [term], pairs: pairs.pairs, values: pairs.values, penalty: settings.firstPenalty, maximum: settings.steps)
        let ofDrug = StepMatrix(try one.coefficients.times(kernels.proteins))
        let ofProtein = StepMatrix(try kernels.drugs.times(one.coefficients))
        var plain = try kernels.drugs.times(ofDrug.matrix)
        for index in plain.elements.indices { plain.elements[index] += one.mean }
        var known = plain
        for (pair, value) in zip(pairs.pairs, pairs.values) { known[pair.left, pair.right] = value }
        let profiles = StepMatrix(known)
        let weight = settings.profileWeight
        func mixed(_ kernel: Matrix, _ own: Matrix) -> Matrix {
            var sum = own
            for index in sum.elements.indices {
                sum.elements[index] = weight * own.elements[index] + (1 - weight) * kernel.elements[index]
            }
            return sum
        }
        let joined = KroneckerRidge.Term(
            left: mixed(kernels.drugs, try Profiles(profiles.matrix).between(sharpness: settings.sharpness)),
            right: mixed(
                kernels.proteins, try Profiles(profiles.matrix.transposed).between(sharpness: settings.sharpness)),
            weight: 1)
        let two = try KroneckerRidge(
            [joined], pairs: pairs.pairs, values: pairs.values, penalty: settings.secondPenalty,
            maximum: settings.steps)
        let second = Matrix(
            rows: two.coefficients.rows, columns: two.coefficients.columns,
            elements: two.coefficients.elements.map { Double(Float($0)) })
        var values = try KroneckerRidge.values([joined], second)
        for index in values.elements.indices { values.elements[index] += two.mean }
        let fitted = Fitted(
            drugs: drugs, proteins: proteins, settings: settings, profileMean: one.mean,
            first: StepMatrix(one.coefficients), expected: (ofDrug, ofProtein),
            profiles: profiles, mean: two.mean, second: second)
        return (fitted, plain, values)
    }
}
