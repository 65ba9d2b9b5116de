import LinearAlgebra

/// The weights of all drugs, fitted to the responses of some lines.
struct ResponseFit {
    let encoding: ResponseFeatures
    let means: [Double]
    /// By part, as ``ResponseModel/weights``.
    var weights: [Matrix] { [whole] + lacking.map(\.matrix) }
    let whole: Matrix
    let lacking: [StepMatrix]
    let novelty: ProfileNovelty

    /// What is added to the diagonal, and what the likeness of two drugs' responses adds to a drug's own.
    ///
    /// Both were chosen on the first two folds of GDSC, as was that certain effects are taken out first.
    private static let (penalty, likeness) = (4.0, 0.05)
    /// Responses of the mean of all by which a drug's mean is drawn to it.
    private static let prior = 3.0

    /// Fits to the responses at `kept`.
    init(_ table: ResponseTable, kept: [Int], genes: [String], features: [String]) throws {
        let lines = Set(kept.map { table.measured[$0].line }).sorted()
        let places = Dictionary(uniqueKeysWithValues: lines.enumerated().map { ($1, $0) })
        let profiles = lines.map { table.profiles[$0] }
        let encoding = ResponseFeatures(profiles, genes: genes, features: features)
        let rows = profiles.map { encoding.row(ResponseProfile($0, genes: genes.count)) }
        let drugs = table.drugs.count
        let average = kept.reduce(0) { $0 + table.measured[$1].value } / Double(max(1, kept.count))
        var (sums, counts) = ([Double](repeating: 0, count: drugs), [Double](repeating: 0, count: drugs))
        for index in kept {
            sums[table.measured[index].drug] += table.measured[index].value
            counts[table.measured[index].drug] += 1
        }
        let drawn = zip(sums, counts).map { ($0 + Self.prior * average) / ($1 + Self.prior) }
        // What drawing leaves over on average, so that residuals have a mean of 0.
        let rest =
            kept.reduce(0) { $0 + table.measured[$1].value - drawn[table.measured[$1].drug] }
            / Double(max(1, kept.count))
        means = drawn.map { $0 + rest }
        var responses = [[(line: Int, value: Double)]](repeating: [], count: drugs)
        for index in kept {
            let own = table.measured[index]
            responses[own.drug].append((places[own.line] ?? 0, own.value - means[own.drug]))
        }
        let certain = try CertainEffects.find(
            profiles, features: features, usable: encoding.featurePlaces.map { encoding.scales[$0] > 0 },
            responses: responses)
        var residuals = Matrix(rows: lines.count, columns: drugs)
        var (pairs, values): ([KroneckerRidge.Pair], [Double]) = ([], [])
        for (drug, own) in responses.enumerated() {
            for (line, value) in own {
                let known = certain[drug].reduce(0) { sum, item in
                    let place = encoding.featurePlaces.lowerBound + item.feature
                    return sum + item.effect * (Double(profiles[line].features[item.feature]) - encoding.means[place])
                }
                residuals[line, drug] = value - known
                pairs.append(.init(left: line, right: drug))
                values.append(value - known)
            }
        }
        // Drugs that the same lines respond to lend each other a little.
        var likeness = try residuals.gram()
        let sizes = (0..<drugs).map { max(1e-9, likeness[$0, $0]).squareRoot() }
        for row in 0..<drugs {
            for column in 0..<drugs { likeness[row, column] *= Self.likeness / (sizes[row] * sizes[column]) }
            likeness[row, row] += 1
        }
        let shares = ResponseFeatures.shares
        let scales = [1, 1 / (shares.features + shares.tissue), 1 / shares.features]
        let found = try (0..<ResponseModel.parts).map { part in
            // Lines that tell less are as far apart as those that tell all.
            let own = Matrix(rows.map { Array($0[ResponseModel.places(ofPart: part, encoding)]) })
            var kernel = try own.times(own, otherTransposed: true)
            for index in kernel.elements.indices { kernel.elements[index] *= scales[part] }
            let fit = try KroneckerRidge(
                [.init(left: kernel, right: likeness, weight: 1)], pairs: pairs, values: values, penalty: Self.penalty,
                maximum: 80)
            var found = try likeness.times(fit.coefficients.times(own, transposed: true))
            for index in found.elements.indices { found.elements[index] *= scales[part] }
            let first = encoding.featurePlaces.lowerBound
            let start = ResponseModel.places(ofPart: part, encoding).lowerBound
            for (drug, items) in certain.enumerated() {
                for item in items {
                    found[drug, first + item.feature - start] += item.effect / encoding.scales[first + item.feature]
                }
            }
            return found
        }
        // As a package keeps them: a model says the same before and after it is written.
        whole = Matrix(rows: drugs, columns: encoding.count, elements: found[0].elements.map { Double(Float($0)) })
        lacking = found.dropFirst().map { StepMatrix($0) }
        novelty = try ProfileNovelty(encoding, rows: rows, isTold: profiles.map { $0.expression != nil })
        self.encoding = encoding
    }

    /// What is said of rows and all drugs by a part: a row each, a column a drug.
    func scores(_ rows: [[Double]], part: Int) throws -> Matrix {
        let places = ResponseModel.places(ofPart: part, encoding)
        var scores = try Matrix(rows.map { Array($0[places]) }).times(weights[part], otherTransposed: true)
        for row in 0..<scores.rows {
            for column in 0..<scores.columns { scores[row, column] += means[column] }
        }
        return scores
    }
}
