import Foundation
import LinearAlgebra
import NeuralNetwork

/// How cell lines respond to drugs (ln IC50), from their profiles: the drug's mean, and what its weights make of the profile.
public struct ResponseModel: Sendable {
    /// What the model says of a line and a drug.
    public struct Prediction: Sendable, Hashable {
        /// ln IC50 (micromolar); lower is more sensitive.
        public var value: Double
        /// The 90 % interval, from lines that were held out, of this drug.
        public var interval: ClosedRange<Double>
        /// The drug's mean over the training's lines: what is said without the profile.
        public var drugMean: Double
    }

    struct Head: Sendable, Codable {
        var name: String
        var drugs: [String]
        var means: [Double]
        var halfWidths: [Double]
    }

    static let format = "response-1"

    let head: Head
    let encoding: ResponseFeatures
    /// A row a drug, a column a number of the encoding.
    let weights: StepMatrix
    private let places: [String: Int]
    /// Command, data, seed and figures.
    public let lineage: Lineage

    init(head: Head, encoding: ResponseFeatures, weights: StepMatrix, lineage: Lineage) throws {
        let count = head.drugs.count
        guard head.means.count == count, head.halfWidths.count == count, weights.matrix.rows == count,
            weights.matrix.columns == encoding.count, Set(head.drugs).count == count
        else { throw DrugError("the parts of the package of \(head.name) do not fit each other") }
        (self.head, self.encoding, self.weights, self.lineage) = (head, encoding, weights, lineage)
        places = Dictionary(uniqueKeysWithValues: head.drugs.enumerated().map { ($1, $0) })
    }

    /// What it is called: `response-gdsc`.
    public var name: String { head.name }
    /// The columns that it reads of a table of features.
    public var features: [String] { encoding.features }
    /// The columns that it reads of a table of expression.
    public var genes: [String] { encoding.genes }

    /// A profile as the model reads it: encoded once, asked of any number of drugs.
    public struct EncodedProfile: Sendable {
        let row: [Double]
    }

    /// Encodes a profile whose numbers are those of ``features`` and ``genes``.
    public func encode(_ profile: CellProfiles.Profile) -> EncodedProfile {
        precondition(
            profile.features.count == features.count && profile.expression?.count ?? genes.count == genes.count,
            "a number a feature and gene")
        return EncodedProfile(row: encoding.row(profile))
    }

    /// What the model says of a drug by its identifier; throws where it was never seen.
    public func predict(_ profile: EncodedProfile, drug: String) throws(DrugError) -> Prediction {
        guard let place = places[drug] else {
            throw DrugError("the drug \"\(drug)\" was not in the training: nothing is known of who responds to it")
        }
        var value = head.means[place]
        for (weight, number) in zip(weights.matrix.row(place), profile.row) { value += weight * number }
        let half = head.halfWidths[place]
        return Prediction(value: value, interval: (value - half)...(value + half), drugMean: head.means[place])
    }

    /// Reads a package; throws ``DrugError`` where it is none of responses.
    public init(decoding bytes: [UInt8]) throws {
        let file = try PackageTensors(bytes, kind: Self.format)
        let (head, encoding): (Head, ResponseFeatures) = (try file.document("model"), try ResponseFeatures(file))
        try self.init(
            head: head, encoding: encoding,
            weights: try StepMatrix(file, "weights", rows: head.drugs.count, columns: encoding.count),
            lineage: try file.document("lineage"))
    }

    /// The package: the same bytes for the same content.
    public func encode() throws -> [UInt8] {
        try PackageTensors.encode(
            kind: Self.format, head: head, lineage: lineage, tensors: encoding.tensors + weights.tensors("weights"))
    }

    /// The models of responses that come with the suite.
    public static var bundledNames: [String] { BundledDrugModels.names(startingWith: "response-") }

    /// The model of a name that comes with the suite; nil where there is none.
    public static func bundled(_ name: String) throws -> ResponseModel? {
        try BundledDrugModels.file(name, startingWith: "response-").map { try ResponseModel(decoding: $0) }
    }
}
