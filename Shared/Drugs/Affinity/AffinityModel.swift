import Foundation
import LinearAlgebra
import NeuralNetwork
import Statistics

/// How strongly drugs bind proteins, by kernel ridge regression of pairs in two steps.
///
/// The first step knows molecules by their fragments and proteins by words of their sequences. What it says of all pairs of the training, with the
/// measured values where there are any, is a *profile* of each drug and each protein; the second step compares those too (after the interaction
/// profiles of van Laarhoven and others 2011), and a drug or protein that was never seen has the profile that the first step expects of it.
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
        let kernel: [Double]
    }

    /// A protein as the model reads it.
    public struct EncodedProtein: Sendable {
        /// The words shared with the most similar sequence of the training, 0 to 1.
        public let similarity: Double
        /// Whether it was in the training, this construct.
        public let isKnown: Bool
        /// The dual coefficients of drugs for this protein.
        let coefficients: [Double]
    }

    struct Head: Sendable, Codable {
        var name: String
        var mean: Double
        var profileMean: Double
        var settings: AffinityFitting.Settings
        /// By whether the drug and the protein are new: neither, the drug, the protein, both.
        var intervals: [ConformalInterval]
    }

    static let format = "affinity-1"

    let head: Head
    let fitted: AffinityFitting.Fitted
    /// Command, data, seed and figures.
    public let lineage: Lineage

    init(head: Head, fitted: AffinityFitting.Fitted, lineage: Lineage) throws {
        guard head.intervals.count == 4 else { throw DrugError("the package of \(head.name) lacks intervals") }
        (self.head, self.fitted, self.lineage) = (head, fitted, lineage)
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
        return EncodedDrug(
            similarity: similarity, isKnown: place != nil, kernel: fitted.joined(drug: kernel, place: place))
    }

    /// Encodes a protein.
    public func encode(_ protein: Protein) -> EncodedProtein {
        let (kernel, place, similarity) = fitted.proteins.values(protein)
        let joined = fitted.joined(protein: kernel, place: place)
        let coefficients = fitted.second.elements.withUnsafeBufferPointer { elements in
            (0..<fitted.second.rows).map { row in
                var sum = 0.0
                for column in 0..<joined.count { sum += elements[row * joined.count + column] * joined[column] }
                return sum
            }
        }
        return EncodedProtein(similarity: similarity, isKnown: place != nil, coefficients: coefficients)
    }

    /// What the model says of a pair; the same for every spelling of a drug, on every processor.
    public func predict(_ drug: EncodedDrug, _ protein: EncodedProtein) -> Prediction {
        var value = head.mean
        for (kernel, coefficient) in zip(drug.kernel, protein.coefficients) { value += kernel * coefficient }
        let group = (drug.isKnown ? 0 : 1) + (protein.isKnown ? 0 : 2)
        let half = head.intervals[group].halfWidth(key: value)
        return Prediction(value: value, interval: (value - half)...(value + half))
    }

    /// Half the width of the 90 % interval of a drug that was never seen, where so much is predicted.
    public func halfWidth(ofNewDrugAt value: Double, _ protein: EncodedProtein) -> Double {
        head.intervals[protein.isKnown ? 1 : 3].halfWidth(key: value)
    }

    /// Reads a package; throws ``DrugError`` where it is none of affinities.
    public init(decoding bytes: [UInt8]) throws {
        let file = try PackageTensors(bytes, kind: Self.format)
        let head: Head = try file.document("model")
        let (drugs, proteins) = (try DrugSide(file), try ProteinSide(file))
        let (rows, columns) = (drugs.keys.count, proteins.proteins.count)
        let bits: [UInt32] = try file.numbers("second", .f32)
        let second = bits.map { Double(Float(bitPattern: $0)) }
        guard second.count == rows * columns, second.allSatisfy(\.isFinite) else {
            throw DrugError("the tensor second of the package is no finite number a drug and protein")
        }
        func steps(_ name: String) throws -> StepMatrix { try StepMatrix(file, name, rows: rows, columns: columns) }
        try self.init(
            head: head,
            fitted: AffinityFitting.Fitted(
                drugs: drugs, proteins: proteins, settings: head.settings, profileMean: head.profileMean,
                expected: (steps("expected.drug"), steps("expected.protein")), profiles: steps("profiles"),
                mean: head.mean, second: Matrix(rows: rows, columns: columns, elements: second)),
            lineage: try file.document("lineage"))
    }

    /// The package: the same bytes for the same content.
    public func encode() throws -> [UInt8] {
        let second = Safetensors.Tensor(
            name: "second", shape: [fitted.second.rows, fitted.second.columns],
            floats: fitted.second.elements.map { Float($0) })
        return try PackageTensors.encode(
            kind: Self.format, head: head, lineage: lineage,
            tensors: fitted.drugs.tensors + fitted.proteins.tensors + fitted.expected.ofDrug.tensors("expected.drug")
                + fitted.expected.ofProtein.tensors("expected.protein") + fitted.profiles.tensors("profiles") + [second]
        )
    }

    /// The models of affinity that come with the suite.
    public static var bundledNames: [String] { BundledDrugModels.names(startingWith: "affinity-") }

    /// The model of a name that comes with the suite; nil where there is none.
    public static func bundled(_ name: String) throws -> AffinityModel? {
        try BundledDrugModels.file(name, startingWith: "affinity-").map { try AffinityModel(decoding: $0) }
    }
}
