import Foundation
import LinearAlgebra
import NeuralNetwork

/// How cell lines respond to drugs (ln IC50), from their profiles: the drug's mean, and what its weights make of the profile.
///
/// There are three sets of weights: for profiles with expression, for those without it, and for those without expression and tissue. What else is not told
/// counts as the training's mean.
public struct ResponseModel: Sendable {
    /// What the model says of a line and a drug.
    public struct Prediction: Sendable, Hashable {
        /// ln IC50 (micromolar); lower is more sensitive.
        public var value: Double
        /// The 90 % interval, from lines that were held out, of this drug and tissue and what the profile tells.
        public var interval: ClosedRange<Double>
        /// The drug's mean over the training's lines: what is said without the profile.
        public var drugMean: Double
    }

    struct Head: Sendable, Codable {
        var name: String
        var drugs: [DrugCatalog.Drug]
        var means: [Double]
        var views: [ResponseView]
        var novelty: ProfileNovelty.Head
    }

    /// The definition of what it reads.
    static let format = "response-2"

    let head: Head
    let encoding: ResponseFeatures
    /// By part: a row a drug, a column a number of the encoding from the part's first on.
    let weights: [Matrix]
    /// Those of the parts that lack something, as they are kept.
    private let lacking: [StepMatrix]
    let novelty: ProfileNovelty
    let places: [String: Int]
    /// Command, data, seed and figures.
    public let lineage: Lineage
    /// The drugs that it knows.
    public let catalog: DrugCatalog

    /// How many sets of weights there are.
    static let parts = 3

    /// The places of a row that a part reads: all, those behind the genes, the features alone.
    static func places(ofPart part: Int, _ encoding: ResponseFeatures) -> Range<Int> {
        [0..<encoding.count, encoding.genes.count..<encoding.count, encoding.featurePlaces][part]
    }

    init(
        head: Head, encoding: ResponseFeatures, whole: Matrix, lacking: [StepMatrix], novelty: ProfileNovelty,
        lineage: Lineage
    ) throws {
        let count = head.drugs.count
        let weights = [whole] + lacking.map(\.matrix)
        let fits = weights.indices.allSatisfy {
            weights[$0].rows == count && weights[$0].columns == Self.places(ofPart: $0, encoding).count
        }
        guard head.means.count == count, weights.count == Self.parts, fits,
            Set(head.drugs.map(\.id)).count == count, head.means.allSatisfy(\.isFinite),
            head.views.map(\.blocks) == ResponseView.all.map(\.blocks),
            head.views.map(\.part) == ResponseView.all.map(\.part),
            head.views.allSatisfy({ view in
                view.halfWidths.count == count && view.correlations.count == count
                    && (view.halfWidths + view.factors.values).allSatisfy { $0.isFinite && $0 >= 0 }
            })
        else { throw DrugError("the parts of the package of \(head.name) do not fit each other") }
        (self.head, self.encoding, self.weights, self.novelty) = (head, encoding, weights, novelty)
        (self.lacking, self.lineage) = (lacking, lineage)
        catalog = DrugCatalog(head.drugs)
        places = Dictionary(uniqueKeysWithValues: head.drugs.enumerated().map { ($1.id, $0) })
    }

    /// What it is called: `response-gdsc`.
    public var name: String { head.name }
    /// The columns that it reads of a table of features.
    public var features: [String] { encoding.features }
    /// The columns that it reads of a table of expression.
    public var genes: [String] { encoding.genes }
    /// The tissues of its training.
    public var tissues: [String] { encoding.tissues }

    /// A profile as the model reads it: encoded once, asked of any number of drugs.
    public struct EncodedProfile: Sendable {
        let row: [Double]
        let profile: ResponseProfile
        /// The view that the intervals are of.
        let view: Int
        /// The weights.
        let part: Int
    }

    /// Encodes a profile whose numbers are those of ``features`` and ``genes``.
    public func encode(_ profile: CellProfiles.Profile) -> EncodedProfile {
        encode(ResponseProfile(profile, genes: genes.count))
    }

    /// Encodes a profile of which some is told.
    ///
    /// Expression of fewer than half of the genes is not used. A block that is told by less than half counts, and the interval is that without it.
    public func encode(_ profile: ResponseProfile) -> EncodedProfile {
        precondition(
            profile.features.count == features.count && profile.expression.count == genes.count,
            "a number a feature and gene")
        var complete = Set<ProfileBlock>()
        func isTold(_ values: [Double?]) -> Bool { !values.isEmpty && 2 * values.count { $0 != nil } >= values.count }
        if isTold(profile.expression) { complete.insert(.expression) }
        if let tissue = profile.tissue, tissues.contains(tissue) { complete.insert(.tissue) }
        for block in [ProfileBlock.mutations, .copyNumbers] {
            let own = features.indices.filter { encoding.kinds[$0].block == block }.map { profile.features[$0] }
            // What the model itself does not know is not missing.
            if own.isEmpty || isTold(own) { complete.insert(block) }
        }
        let part = complete.contains(.expression) ? 0 : complete.contains(.tissue) ? 1 : 2
        let view =
            head.views.firstIndex { $0.part == part && complete.isSuperset(of: $0.blocks) } ?? head.views.count - 1
        var kept = profile
        if part > 0 { kept.expression = kept.expression.map { _ in nil } }
        return EncodedProfile(row: encoding.row(kept), profile: kept, view: view, part: part)
    }

    /// What the model says of a drug by its identifier; throws where it was never seen.
    public func predict(_ profile: EncodedProfile, drug: String) throws(DrugError) -> Prediction {
        guard let place = places[drug] else {
            throw DrugError("the drug \"\(drug)\" was not in the training: nothing is known of who responds to it")
        }
        return predict(profile, place: place)
    }

    func predict(_ profile: EncodedProfile, place: Int) -> Prediction {
        var value = head.means[place]
        let numbers = profile.row[Self.places(ofPart: profile.part, encoding)]
        for (weight, number) in zip(weights[profile.part].row(place), numbers) { value += weight * number }
        let half = head.views[profile.view].halfWidth(drug: place, tissue: profile.profile.tissue)
        return Prediction(value: value, interval: (value - half)...(value + half), drugMean: head.means[place])
    }

    /// Reads a package; throws ``DrugError`` where it is none of responses.
    public init(_ package: ModelPackage) throws {
        let file = try PackageTensors(package, kind: Self.format)
        let (head, encoding): (Head, ResponseFeatures) = (try file.head(), try ResponseFeatures(file))
        let count = head.drugs.count * encoding.count
        let whole = try file.weights(count: count + head.drugs.count)
        try self.init(
            head: head, encoding: encoding,
            whole: Matrix(rows: head.drugs.count, columns: encoding.count, elements: Array(whole[..<count])),
            lacking: (1..<Self.parts).map { part in
                try StepMatrix(
                    file, "weights.\(part)", rows: head.drugs.count,
                    columns: Self.places(ofPart: part, encoding).count)
            },
            novelty: ProfileNovelty(
                file, head: head.novelty, genes: encoding.genes.count, features: encoding.features.count),
            lineage: package.lineage)
    }

    /// The package, whose network is a linear layer on a whole profile's numbers, an output a drug.
    public func package() throws -> ModelPackage {
        try PackageTensors.package(
            kind: Self.format, head: head,
            architecture: Architecture(input: [encoding.count], layers: [.linear(outputs: head.drugs.count)]),
            weights: weights[0].elements.map { Float($0) } + head.means.map { Float($0) },
            labels: head.drugs.map(\.id), lineage: lineage,
            tables: encoding.tensors + lacking.enumerated().flatMap { $1.tensors("weights.\($0 + 1)") }
                + novelty.tensors)
    }

    /// The model of a name that comes with the suite; nil where there is none.
    public static func bundled(_ name: String) throws -> ResponseModel? {
        try ResponseTask().bundled.package(name).map { try ResponseModel($0) }
    }
}
