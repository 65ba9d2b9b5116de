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
///
/// A model may begin with what a regression on another, larger set says of a pair (``AffinityTraining/init(name:records:earlier:options:digests:command:)``):
/// its steps then are fitted to what is left.
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
        public var isKnown: Bool { own.isKnown }
        let own: AffinityRegression.Reading
        let earlier: AffinityRegression.Reading?
    }

    /// A protein as the model reads it.
    public struct EncodedProtein: Sendable {
        /// The words shared with the most similar sequence of the training, 0 to 1.
        public let similarity: Double
        /// Whether it was in the training, this construct.
        public var isKnown: Bool { own.isKnown }
        let own: AffinityRegression.Reading
        let earlier: AffinityRegression.Reading?
    }

    struct Head: Sendable, Codable {
        var name: String
        var mean: Double
        var profileMean: Double
        var settings: AffinityFitting.Settings
        /// By whether the drug and the protein are new: neither, the drug, the protein, both.
        var intervals: [ConformalInterval]
        /// What it begins with; nil where it is fitted to its own set alone.
        var earlier: EarlierAffinities.Head?
    }

    /// The definition of what it reads.
    static let format = "affinity-3"

    let head: Head
    let own: AffinityRegression
    let earlier: EarlierAffinities?
    /// Command, data, seed and figures.
    public let lineage: Lineage

    init(head: Head, fitted: AffinityFitting.Fitted, earlier: EarlierAffinities?, lineage: Lineage) throws {
        guard head.intervals.count == 4 else { throw DrugError("the package of \(head.name) lacks intervals") }
        (self.head, self.earlier, self.lineage) = (head, earlier, lineage)
        own = AffinityRegression(fitted)
    }

    /// What it is called: `affinity-davis`.
    public var name: String { head.name }
    /// The drugs that it was fitted to, as canonical SMILES.
    public var knownDrugs: [String] { own.fitted.drugs.keys }
    /// The constructs of proteins that it was fitted to.
    public var knownProteins: [Protein] { own.fitted.proteins.proteins }

    /// Encodes a drug; throws where RDKit fails on it.
    ///
    /// `asNew` takes one of the training by its fragments alone, as one that was never measured.
    public func encode(_ molecule: Molecule, asNew: Bool = false) throws(MoleculeError) -> EncodedDrug {
        let (reading, similarity) = try own.read(molecule, asNew: asNew)
        return EncodedDrug(
            similarity: similarity, own: reading,
            earlier: try earlier?.regression.read(molecule, asNew: asNew).reading)
    }

    /// Encodes a protein.
    public func encode(_ protein: Protein) -> EncodedProtein {
        let (reading, similarity) = own.read(protein)
        return EncodedProtein(
            similarity: similarity, own: reading, earlier: earlier?.regression.read(protein).reading)
    }

    /// What the model says of a pair; the same for every spelling of a drug, on every processor.
    public func predict(_ drug: EncodedDrug, _ protein: EncodedProtein) -> Prediction {
        var value = own.value(drug.own, protein.own)
        if let earlier, let ofDrug = drug.earlier, let ofProtein = protein.earlier {
            value += earlier.value(ofDrug, ofProtein)
        }
        let group = (drug.isKnown ? 0 : 1) + (protein.isKnown ? 0 : 2)
        let half = head.intervals[group].halfWidth(key: value)
        return Prediction(value: value, interval: (value - half)...(value + half))
    }

    /// Half the width of the 90 % interval of a drug that was never seen, where so much is predicted.
    public func halfWidth(ofNewDrugAt value: Double, _ protein: EncodedProtein) -> Double {
        head.intervals[protein.isKnown ? 1 : 3].halfWidth(key: value)
    }

    /// Reads a package; throws ``DrugError`` where it is none of affinities.
    public init(_ package: ModelPackage) throws {
        let file = try PackageTensors(package, kind: Self.format)
        let head: Head = try file.head()
        let fitted = try AffinityFitting.Fitted(
            file, settings: head.settings, profileMean: head.profileMean, mean: head.mean
        ) { rows, columns in
            // A row a protein, as a layer has them.
            let weights = try file.weights(count: rows * columns + columns + 1)
            return Matrix(rows: columns, columns: rows, elements: Array(weights[..<(rows * columns)])).transposed
        }
        try self.init(
            head: head, fitted: fitted, earlier: try head.earlier.map { try EarlierAffinities(file, head: $0) },
            lineage: package.lineage)
    }

    /// The package, whose network is the second step.
    ///
    /// It has two towers: the drug's kernel values through a linear layer, an output a protein of
    /// the training, times the protein's, summed. What a model begins with, and the first step, are tables beside it.
    public func package() throws -> ModelPackage {
        let second = own.fitted.second
        let (drugs, proteins) = (second.rows, second.columns)
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
            weights: second.transposed.elements.map { Float($0) } + ones + [Float(head.mean)],
            labels: ["affinity"], lineage: lineage,
            tables: own.fitted.tensors + (earlier?.tensors ?? []))
    }

    /// The model of a name that comes with the suite; nil where there is none.
    public static func bundled(_ name: String) throws -> AffinityModel? {
        try AffinityTask().bundled.package(name).map { try AffinityModel($0) }
    }
}
