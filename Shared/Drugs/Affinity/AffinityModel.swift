import Foundation
import LinearAlgebra
import NeuralNetwork
import Statistics

/// How strongly drugs bind proteins, by kernel ridge regression of pairs in two steps.
///
/// The first step knows molecules by their fragments and proteins by words of their sequences. What it says of all pairs of the training, with the
/// measured values where there are any, is a *profile* of each drug and each protein; the second step compares those too (after the interaction
/// profiles of van Laarhoven and others 2011), and a drug or protein that was never seen has the profile that the first step expects of it. Of a pair with
/// one that was never seen the model says the mean of both steps.
public struct AffinityModel: Sendable {
    /// What the model says of a pair.
    public struct Prediction: Sendable, Hashable {
        /// The affinity in the training's unit.
        public var value: Double
        /// The 90 % interval, from held-out pairs of the same kind: of known or new drugs and proteins, of about the same prediction.
        public var interval: ClosedRange<Double>
    }

    /// A drug as the model reads it: encoded once, joined with any number of proteins.
    public struct EncodedDrug: Sendable {
        /// The fragments shared with the most similar drug of the training, 0 to 1.
        public let similarity: Double
        /// Whether it was in the training.
        public let isKnown: Bool
        let steps: Steps
    }

    /// What each step reads of one side: its kernel, or on the larger side what the dual coefficients make of it, so that a pair costs a product
    /// on the smaller side.
    struct Steps: Sendable {
        let first: [Double]
        let second: [Double]
    }

    /// A protein as the model reads it.
    public struct EncodedProtein: Sendable {
        /// The words shared with the most similar sequence of the training, 0 to 1.
        public let similarity: Double
        /// Whether it was in the training, this construct.
        public let isKnown: Bool
        let steps: Steps
    }

    struct Head: Sendable, Codable {
        var name: String
        var mean: Double
        var profileMean: Double
        var settings: AffinityFitting.Settings
        /// By whether the drug and the protein are new: neither, the drug, the protein, both.
        var intervals: [ConformalInterval]
    }

    /// The definition of what it reads.
    static let format = "affinity-2"

    let head: Head
    let fitted: AffinityFitting.Fitted
    /// Whether drugs are the larger side.
    private let hasDrugTower: Bool
    /// The dual coefficients, a column a member of the larger side.
    private let towers: (first: Matrix, second: Matrix)
    /// Command, data, seed and figures.
    public let lineage: Lineage

    init(head: Head, fitted: AffinityFitting.Fitted, lineage: Lineage) throws {
        guard head.intervals.count == 4 else { throw DrugError("the package of \(head.name) lacks intervals") }
        (self.head, self.fitted, self.lineage) = (head, fitted, lineage)
        hasDrugTower = fitted.second.columns < fitted.second.rows
        let (first, second) = (fitted.first.matrix, fitted.second)
        towers = hasDrugTower ? (first.transposed, second.transposed) : (first, second)
    }

    /// What it is called: `affinity-davis`.
    public var name: String { head.name }
    /// The drugs that it was fitted to, as canonical SMILES.
    public var knownDrugs: [String] { fitted.drugs.keys }
    /// The constructs of proteins that it was fitted to.
    public var knownProteins: [Protein] { fitted.proteins.proteins }

    /// Encodes a drug; throws where RDKit fails on it.
    ///
    /// `asNew` takes one of the training by its fragments alone, as one that was never measured.
    public func encode(_ molecule: Molecule, asNew: Bool = false) throws(MoleculeError) -> EncodedDrug {
        let (kernel, place, similarity) = try fitted.drugs.values(molecule, asNew: asNew)
        let joined = fitted.joined(drug: kernel, place: place)
        return EncodedDrug(
            similarity: similarity, isKnown: place != nil, steps: steps(kernel, joined, isTower: hasDrugTower))
    }

    /// Encodes a protein.
    public func encode(_ protein: Protein) -> EncodedProtein {
        let (kernel, place, similarity) = fitted.proteins.values(protein)
        let joined = fitted.joined(protein: kernel, place: place)
        return EncodedProtein(
            similarity: similarity, isKnown: place != nil, steps: steps(kernel, joined, isTower: !hasDrugTower))
    }

    private func steps(_ first: [Double], _ second: [Double], isTower: Bool) -> Steps {
        guard isTower else { return Steps(first: first, second: second) }
        return Steps(first: Self.product(towers.first, first), second: Self.product(towers.second, second))
    }

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

    /// What the model says of a pair; the same for every spelling of a drug, on every processor.
    public func predict(_ drug: EncodedDrug, _ protein: EncodedProtein) -> Prediction {
        var value = head.mean
        value += Self.product(drug.steps.second, protein.steps.second)
        if !drug.isKnown || !protein.isKnown {
            var first = head.profileMean
            first += Self.product(drug.steps.first, protein.steps.first)
            value = Self.joined(first, value)
        }
        let group = (drug.isKnown ? 0 : 1) + (protein.isKnown ? 0 : 2)
        let half = head.intervals[group].halfWidth(key: value)
        return Prediction(value: value, interval: (value - half)...(value + half))
    }

    /// What is said of a pair with a drug or protein that was never seen.
    static func joined(_ first: Double, _ second: Double) -> Double { 0.5 * (first + second) }

    /// Half the width of the 90 % interval of a drug that was never seen, where so much is predicted.
    public func halfWidth(ofNewDrugAt value: Double, _ protein: EncodedProtein) -> Double {
        head.intervals[protein.isKnown ? 1 : 3].halfWidth(key: value)
    }

    /// Reads a package; throws ``DrugError`` where it is none of affinities.
    public init(_ package: ModelPackage) throws {
        let file = try PackageTensors(package, kind: Self.format)
        let head: Head = try file.head()
        let (drugs, proteins) = (try DrugSide(file), try ProteinSide(file))
        let (rows, columns) = (drugs.keys.count, proteins.proteins.count)
        // A row a protein, as a layer has them.
        let weights = try file.weights(count: rows * columns + columns + 1)
        let second = Matrix(rows: columns, columns: rows, elements: Array(weights[..<(rows * columns)])).transposed
        func steps(_ name: String) throws -> StepMatrix { try StepMatrix(file, name, rows: rows, columns: columns) }
        try self.init(
            head: head,
            fitted: AffinityFitting.Fitted(
                drugs: drugs, proteins: proteins, settings: head.settings, profileMean: head.profileMean,
                first: steps("first"), expected: (steps("expected.drug"), steps("expected.protein")),
                profiles: steps("profiles"),
                mean: head.mean, second: second),
            lineage: package.lineage)
    }

    /// The package, whose network, the second step, has two towers: the drug's kernel values through a linear layer, an output a protein of
    /// the training, times the protein's, summed.
    public func package() throws -> ModelPackage {
        let (drugs, proteins) = (fitted.second.rows, fitted.second.columns)
        let towers = LayerSpecification.parallel(
            [
                .init([.linear(outputs: proteins, bias: false)], input: "drug"),
                .init([], input: "protein"),
            ], join: .multiply)
        let ones = [Float](repeating: 1, count: proteins)
        return try PackageTensors.package(
            kind: Self.format, head: head,
            architecture: Architecture(
                inputs: [.init(name: "drug", shape: [drugs]), .init(name: "protein", shape: [proteins])],
                layers: [towers, .linear(outputs: 1)]),
            weights: fitted.second.transposed.elements.map { Float($0) } + ones + [Float(head.mean)],
            labels: ["affinity"], lineage: lineage,
            tables: fitted.drugs.tensors + fitted.proteins.tensors + fitted.expected.ofDrug.tensors("expected.drug")
                + fitted.expected.ofProtein.tensors("expected.protein") + fitted.profiles.tensors("profiles")
                + fitted.first.tensors("first"))
    }

    /// The model of a name that comes with the suite; nil where there is none.
    public static func bundled(_ name: String) throws -> AffinityModel? {
        try AffinityTask().bundled.package(name).map { try AffinityModel($0) }
    }
}
