import Foundation
import NeuralNetwork
import Statistics

/// A property of molecules, a number or the probability of a class, by a Gaussian process over fragments and descriptors.
public struct PropertyModel: Sendable {
    /// What a property is.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// A number.
        case value
        /// One of two classes, 0 and 1.
        case `class`
    }

    /// What the model says of a molecule.
    public struct Prediction: Sendable, Hashable {
        /// The number, in the unit of the training; or the probability of class 1.
        public var value: Double
        /// The 90 % interval: of the number by conformal prediction; of classes, of the share of class 1 among held-out molecules of
        /// about the same score.
        public var interval: ClosedRange<Double>
        /// The fragments shared with the most similar molecule of the training, 0 to 1.
        public var similarity: Double
    }

    /// What a package says beside its tensors.
    struct Head: Sendable, Codable {
        var name: String
        var kind: Kind
        var weights: [Double]
        var mean: Double
        var interval: ConformalInterval?
        var classes: ClassCalibration?
    }

    /// The definition of what it reads.
    static let format = "property-1"

    let head: Head
    let kernels: MoleculeKernels
    let coefficients: [Double]
    /// Command, data, seed and figures.
    public let lineage: Lineage

    init(head: Head, kernels: MoleculeKernels, coefficients: [Double], lineage: Lineage) throws {
        guard head.weights.count == MoleculeKernels.count, coefficients.count == kernels.rows,
            (head.kind == .value) == (head.interval != nil), (head.kind == .class) == (head.classes != nil)
        else { throw DrugError("the parts of the package of \(head.name) do not fit each other") }
        (self.head, self.kernels, self.lineage) = (head, kernels, lineage)
        // As a package keeps them: a model says the same before and after it is written.
        self.coefficients = coefficients.map { Double(Float($0)) }
    }

    /// What it is called: `admet-esol`.
    public var name: String { head.name }
    /// Whether it says a number or a class.
    public var kind: Kind { head.kind }
    /// Molecules that it was fitted to.
    public var trainedOn: Int { kernels.rows }

    /// What the model says; the same for every spelling, on every processor.
    ///
    /// Throws where RDKit fails on the molecule.
    public func predict(_ molecule: Molecule) throws(MoleculeError) -> Prediction {
        let (values, similarity) = kernels.values(try MoleculeFeatures(molecule))
        // One chain of sums in the order of the rows.
        var score = head.mean
        for row in 0..<kernels.rows {
            var covariance = 0.0
            for (kernel, weight) in zip(values, head.weights) { covariance += weight * kernel[row] }
            score += coefficients[row] * covariance
        }
        if let classes = head.classes {
            return Prediction(
                value: classes.probability(score), interval: classes.interval(score), similarity: similarity)
        }
        let half = head.interval?.halfWidth(key: similarity) ?? 0
        return Prediction(value: score, interval: (score - half)...(score + half), similarity: similarity)
    }

    /// Reads a package; throws ``DrugError`` where it is none of a property.
    public init(_ package: ModelPackage) throws {
        let file = try PackageTensors(package, kind: Self.format)
        let kernels = try MoleculeKernels(file)
        try self.init(
            head: try file.head(), kernels: kernels,
            coefficients: Array(try file.weights(count: kernels.rows + 1).dropLast()), lineage: package.lineage)
    }

    /// The package, whose network is a linear layer on the kernel's values with the molecules of the training.
    public func package() throws -> ModelPackage {
        try PackageTensors.package(
            kind: Self.format, head: head,
            architecture: Architecture(input: [kernels.rows], layers: [.linear(outputs: 1)]),
            weights: coefficients.map { Float($0) } + [Float(head.mean)], labels: [head.name], lineage: lineage,
            tables: kernels.tensors)
    }

    /// The model of a name that comes with the suite; nil where there is none.
    public static func bundled(_ name: String) throws -> PropertyModel? {
        try PropertyTask().bundled.package(name).map { try PropertyModel($0) }
    }
}
