import Genomics
import LinearAlgebra
import Statistics

/// Which alterations and which genes' expression move the responses of cell lines to drugs, adjusted for tissue and microsatellite instability.
///
/// For each drug and marker the linear model ln IC50 ~ tissue + MSI + marker, as Iorio and others have it (Cell 2016, 166:740): the marker's coefficient with its t
/// test. Tissue and instability are taken out of the response first, and what they explain of a marker counts for nothing.
public struct ResponseBiomarkers: Sendable {
    /// Markers of which fewer lines have (or lack) an alteration are not tested.
    public static let fewest = 3

    let table: ResponseTable
    /// The drugs that have responses, in the order of the responses.
    public let drugs: [DrugCatalog.Drug]
    /// The markers, alterations first.
    public let markers: [Biomarker]
    /// Whether the lines' microsatellite instability is told and adjusted for.
    public var isAdjustedForInstability: Bool { adjustment.isAdjustedForInstability }
    /// The rows of responses that could not be used, by their lines.
    public var problems: [(line: Int, reason: String)] { table.problems }

    private let alterations: Side
    private let expression: Side
    private let adjustment: TissueAdjustment
    /// By drug: the responses.
    private let responses: [[(line: Int, value: Double)]]

    /// Markers of one sort, a column each.
    private struct Side: Sendable {
        var places: Range<Int>
        /// A row a line.
        var values: Matrix
        var squares: Matrix
        /// The lines that have numbers.
        var isTold: [Bool]
        var isAlteration: Bool
    }

    /// Reads measured responses of lines with profiles; throws where there are none.
    public init(cells: CellProfiles, responses path: String, catalog: DrugCatalog) throws {
        table = try ResponseTable(path: path, cells: cells)
        guard !table.measured.isEmpty else {
            throw DrugError("\(path) holds no response of a line with a profile that could be used")
        }
        drugs = table.drugs.map { catalog.drug(id: $0) ?? DrugCatalog.Drug(id: $0) }
        let found = Biomarker.alterations(cells.features)
        markers =
            found + cells.genes.map { Biomarker(kind: .expression, genes: [$0], columns: [$0]) }
        let profiles = table.profiles
        let places = Dictionary(cells.features.enumerated().map { ($1, $0) }) { first, _ in first }
        var altered = Matrix(rows: profiles.count, columns: found.count)
        for (column, marker) in found.enumerated() {
            let own = marker.columns.compactMap { places[$0] }
            for (row, profile) in profiles.enumerated() where own.contains(where: { profile.features[$0] != 0 }) {
                altered[row, column] = 1
            }
        }
        alterations = Side(
            places: 0..<found.count, values: altered, squares: altered, isTold: profiles.map { _ in true },
            isAlteration: true)
        let isTold = profiles.map { $0.expression != nil }
        var levels = Matrix(rows: profiles.count, columns: cells.genes.count)
        let count = Double(max(1, isTold.count { $0 }))
        for gene in cells.genes.indices {
            let own = profiles.compactMap { $0.expression.map { Double($0[gene]) } }
            let mean = own.reduce(0, +) / count
            let deviation = (own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
            for (row, profile) in profiles.enumerated() {
                guard let level = profile.expression?[gene], deviation > 0 else { continue }
                levels[row, gene] = (Double(level) - mean) / deviation
            }
        }
        var squares = levels
        for index in squares.elements.indices { squares.elements[index] *= squares.elements[index] }
        expression = Side(
            places: found.count..<markers.count, values: levels, squares: squares, isTold: isTold, isAlteration: false)
        adjustment = TissueAdjustment(profiles, features: cells.features)
        var responses = [[(line: Int, value: Double)]](repeating: [], count: table.drugs.count)
        for record in table.measured { responses[record.drug].append((record.line, record.value)) }
        self.responses = responses
    }

    /// The effects of all markers on drugs, by drug and then in the order of ``markers``; `falseDiscovery` is over all of them together.
    ///
    /// `progress` is told the drugs that are done.
    public func effects(on wanted: [DrugCatalog.Drug], progress: (Int) -> Void = { _ in }) throws -> [BiomarkerEffect] {
        var effects: [BiomarkerEffect] = []
        for (done, drug) in wanted.enumerated() {
            guard let place = drugs.firstIndex(where: { $0.id == drug.id }) else {
                throw DrugError("there is no response to the drug \(drug.id) \(drug.name) in the table")
            }
            for side in [alterations, expression] { effects += try self.effects(on: place, side) }
            progress(done + 1)
        }
        let tested = effects.indices.filter { effects[$0].estimate != nil }
        let rates = FalseDiscovery.adjusted(tested.map { effects[$0].estimate?.probability ?? 1 })
        for (index, rate) in zip(tested, rates) {
            guard var estimate = effects[index].estimate else { continue }
            estimate.falseDiscovery = rate
            effects[index].outcome = .tested(estimate)
        }
        return effects
    }

    /// Adjusts a drug's responses of those lines that `isKept`.
    func adjusted(_ drug: Int, _ isKept: [Bool]) -> TissueAdjustment.Adjusted {
        adjustment.adjusted(responses[drug], isKept: isKept)
    }

    private func effects(on drug: Int, _ side: Side) throws -> [BiomarkerEffect] {
        let adjusted = adjusted(drug, side.isTold)
        let (lines, count) = (table.profiles.count, side.places.count)
        let isIn = adjusted.isMeasured.map { $0 ? 1.0 : 0 }
        // One product says all of all markers: with the response, with the basis, and how many lines there are.
        let width = adjusted.basis.count + 2
        var right = Matrix(rows: lines, columns: width)
        for line in 0..<lines {
            right[line, 0] = adjusted.values[line]
            right[line, 1] = isIn[line]
            for (place, column) in adjusted.basis.enumerated() { right[line, place + 2] = column[line] }
        }
        let products = try side.values.times(right, transposed: true)
        let squares = try side.squares.times(Matrix(rows: lines, columns: 1, elements: isIn), transposed: true)
        let total = TissueAdjustment.dot(adjusted.values, adjusted.values)
        let (measured, freedom) = (adjusted.isMeasured.count { $0 }, adjusted.degreesOfFreedom - 1)
        let critical = freedom > 0 ? StudentT.quantile(twoSided: 0.05, degreesOfFreedom: freedom) : 0
        return (0..<count).map { column in
            let altered = side.isAlteration ? Int(products[column, 1]) : measured
            let unaltered = side.isAlteration ? measured - altered : 0
            var size = squares[column, 0]
            for place in 2..<width { size -= products[column, place] * products[column, place] }
            return BiomarkerEffect(
                drug: drugs[drug], marker: markers[side.places.lowerBound + column], altered: altered,
                unaltered: unaltered,
                outcome: Self.outcome(
                    side.isAlteration ? min(altered, unaltered) : nil, measured, freedom, total: total,
                    product: products[column, 0], size: size, whole: squares[column, 0], critical: critical))
        }
    }

    private static func outcome(
        _ few: Int?, _ measured: Int, _ freedom: Int, total: Double, product: Double, size: Double, whole: Double,
        critical: Double
    ) -> BiomarkerEffect.Outcome {
        if let few, few < fewest { return .untested("fewer than \(fewest) lines have it, or lack it") }
        guard freedom >= 3, measured >= 10 else { return .untested("\(Self.lines(measured)) are too few") }
        guard size > 1e-9 * whole, size > 0 else { return .untested("it does not vary within tissues") }
        let effect = product / size
        let rest = max(0, total - effect * product)
        let error = (rest / Double(freedom) / size).squareRoot()
        let half = critical * error
        let probability = error > 0 ? StudentT.twoSided(effect / error, degreesOfFreedom: freedom) : effect == 0 ? 1 : 0
        return .tested(
            .init(
                effect: effect, error: error, interval: (effect - half)...(effect + half), probability: probability,
                falseDiscovery: 1, degreesOfFreedom: freedom))
    }

    private static func lines(_ count: Int) -> String { "\(count) line\(count == 1 ? "" : "s") with a response" }
}
