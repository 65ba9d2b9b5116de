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

    /// The definition of what it reads.
    static let format = "response-1"

    let head: Head
    let encoding: ResponseFeatures
    /// A row a drug, a column a number of the encoding.
    let weights: Matrix
    private let places: [String: Int]
    /// Command, data, seed and figures.
    public let lineage: Lineage

    init(head: Head, encoding: ResponseFeatures, weights: Matrix, lineage: Lineage) throws {
        let count = head.drugs.count
        guard head.means.count == count, head.halfWidths.count == count, weights.rows == count,
            weights.columns == encoding.count, Set(head.drugs).count == count
        else { throw DrugError("the parts of the package of \(head.name) do not fit each other") }
        (self.head, self.encoding, self.lineage) = (head, encoding, lineage)
        // As a package keeps them: a model says the same before and after it is written.
        self.weights = Matrix(
            rows: count, columns: encoding.count, elements: weights.elements.map { Double(Float($0)) })
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
        for (weight, number) in zip(weights.row(place), profile.row) { value += weight * number }
        let half = head.halfWidths[place]
        return Prediction(value: value, interval: (value - half)...(value + half), drugMean: head.means[place])
    }

    /// Reads a package; throws ``DrugError`` where it is none of responses.
    public init(_ package: ModelPackage) throws {
        let file = try PackageTensors(package, kind: Self.format)
        let (head, encoding): (Head, ResponseFeatures) = (try file.head(), try ResponseFeatures(file))
        let count = head.drugs.count * encoding.count
        let weights = try file.weights(count: count + head.drugs.count)
        try self.init(
            head: head, encoding: encoding,
            weights: Matrix(rows: head.drugs.count, columns: encoding.count, elements: Array(weights[..<count])),
            lineage: package.lineage)
    }

    /// The package, whose network is a linear layer on a profile's numbers, an output a drug.
    public func package() throws -> ModelPackage {
        try PackageTensors.package(
            kind: Self.format, head: head,
            architecture: Architecture(input: [encoding.count], layers: [.linear(outputs: head.drugs.count)]),
            weights: weights.elements.map { Float($0) } + head.means.map { Float($0) }, labels: head.drugs,
            lineage: lineage, tables: encoding.tensors)
    }

    /// The model of a name that comes with the suite; nil where there is none.
    public static func bundled(_ name: String) throws -> ResponseModel? {
        try ResponseTask.bundled.package(name).map { try ResponseModel($0) }
    }
}
