import Genomics
import NeuralNetwork
import Tasks

/// The calling network ready to score: probabilities of 0, 1 and 2 copies of each candidate allele.
///
/// An example's probabilities have the same bytes in whatever batch it comes and however many workers there are.
public struct CallingModel: Sendable {
    /// The name under which the model is registered.
    public static let name = "pileup-caller"
    /// The classes in the order of the network's outputs.
    public static let labels = ["0/0", "0/1", "1/1"]

    /// What its pileups are made with.
    public let options: PileupOptions

    private let model: InferenceModel
    private let calibration: Calibration

    /// Takes a package; throws ``CallingModelError`` when it is not a calling network for this program's features.
    public init(_ package: ModelPackage) throws {
        try Self.check(
            package.architecture, labels: package.labels, featureVersion: package.featureVersion)
        do {
            options = try PileupOptions(of: package)
            model = try InferenceModel(package)
        } catch {
            throw CallingModelError("\(error)")
        }
        calibration = package.calibration
    }

    /// Throws ``CallingModelError`` unless a network of this description would be one for this program's candidates.
    public static func check(
        _ architecture: Architecture, labels: [String], featureVersion: String
    ) throws(CallingModelError) {
        guard featureVersion == PileupEncoder.featureVersion else {
            throw CallingModelError(
                "the model reads features of version \(featureVersion.isEmpty ? "(none)" : featureVersion), this program "
                    + "makes \(PileupEncoder.featureVersion): train a version for them")
        }
        guard labels == Self.labels, architecture.inputs == CallingNetwork.architecture.inputs,
            (try? architecture.outputShape()) == [labels.count], architecture.heads.isEmpty
        else {
            throw CallingModelError(
                "the model's input or classes are not those of variant calling: \(Self.labels.joined(separator: ", ")) "
                    + "of pileups of \(PileupEncoder.positions) × \(PileupEncoder.channels)")
        }
    }

    /// Scores batches together; returns the probabilities of each batch's candidates in their order.
    ///
    /// The examples of all batches are divided evenly among the workers, so many small batches cost what one large one does. Throws
    /// ``CallingModelError`` where pileups were made with other options than the model's.
    public func predict(_ batches: [ExampleBatch], workers: Int) async throws -> [[[Float]]] {
        guard batches.allSatisfy({ $0.options == options }) else {
            throw CallingModelError(
                "the pileups were made with other thresholds than those that the model was trained with, which only "
                    + "`predict variants` makes")
        }
        let features = batches.count == 1 ? batches[0].features : batches.flatMap(\.features)
        let classes = Self.labels.count
        let count = batches.reduce(0) { $0 + $1.count }
        let logits = await model.logits(features, count: count, workers: workers)
        let probabilities = try calibration.probabilities(logits, classes: classes)
        var rows = stride(from: 0, to: probabilities.count, by: classes).map {
            Array(probabilities[$0..<($0 + classes)])
        }[...]
        return batches.map { batch in
            defer { rows = rows.dropFirst(batch.count) }
            return Array(rows.prefix(batch.count))
        }
    }
}

/// A package that cannot score candidates.
public struct CallingModelError: Error, Sendable, CustomStringConvertible {
    /// What is wrong and what to do.
    public var description: String

    /// Makes an error of a sentence.
    public init(_ description: String) { self.description = description }
}
