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

    /// The small network decides where it is at least so sure, if nothing else is said; the larger one takes the others.
    public static let usualCertainty = 0.995

    private let settled: Float
    private let first: InferenceModel
    private let second: InferenceModel
    private let calibrations: (first: Calibration, second: Calibration)

    /// Takes a package; throws ``CallingModelError`` when it is not a calling network for this program's features.
    ///
    /// The small network decides alone where it is as sure as `certainty`: nowhere above 1, everywhere at 0.
    public init(_ package: ModelPackage, certainty: Double = usualCertainty) throws {
        settled = Float(certainty)
        try Self.check(
            package.architecture, labels: package.labels, featureVersion: package.featureVersion)
        do {
            options = try PileupOptions(of: package)
            first = try InferenceModel(package, head: CallingNetwork.first)
            second = try InferenceModel(package, head: CallingNetwork.second)
        } catch {
            throw CallingModelError("\(error)")
        }
        calibrations = (
            package.calibrations[CallingNetwork.first] ?? Calibration(),
            package.calibrations[CallingNetwork.second] ?? Calibration()
        )
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
        guard labels == Self.packageLabels, architecture.inputs == CallingNetwork.architecture.inputs,
            let outputs = try? architecture.outputs(),
            outputs.map(\.name) == [CallingNetwork.first, CallingNetwork.second],
            outputs.allSatisfy({ $0.shape == [Self.labels.count] })
        else {
            throw CallingModelError(
                "the model's inputs or classes are not those of variant calling: heads \(CallingNetwork.first) and "
                    + "\(CallingNetwork.second) of \(Self.labels.joined(separator: ", ")), of pictures of "
                    + "\(PileupEncoder.positions) × \(PileupEncoder.channels) and reads of \(ReadStack.reads) × \(ReadStack.channels)"
            )
        }
    }

    /// The names of the outputs of both heads: what a package's labels are.
    public static let packageLabels = [CallingNetwork.first, CallingNetwork.second].flatMap { head in
        labels.map { "\(head).\($0)" }
    }

    /// Scores batches together; returns the probabilities of each batch's candidates in their order.
    ///
    /// The examples of all batches are divided evenly among the workers, so many small batches cost what one large one does. Throws
    /// ``CallingModelError`` where pileups were made with other options than the model's.
    public func predict(_ batches: [ExampleBatch], workers: Int) async throws -> [[[Float]]] {
        try await score(batches, workers: workers).probabilities
    }

    /// The same, with the number of candidates of which the larger network decided.
    func score(
        _ batches: [ExampleBatch], workers: Int
    ) async throws -> (probabilities: [[[Float]]], secondLooks: Int) {
        guard batches.allSatisfy({ $0.options == options }) else {
            throw CallingModelError(
                "the pileups were made with other thresholds than those that the model was trained with, which only "
                    + "`predict variants` makes")
        }
        let features = batches.count == 1 ? batches[0].features : batches.flatMap(\.features)
        let classes = Self.labels.count
        let (probabilities, second) = try await decide(
            features, count: batches.reduce(0) { $0 + $1.count }, workers: workers)
        var rows = stride(from: 0, to: probabilities.count, by: classes).map {
            Array(probabilities[$0..<($0 + classes)])
        }[...]
        let divided = batches.map { batch in
            defer { rows = rows.dropFirst(batch.count) }
            return Array(rows.prefix(batch.count))
        }
        return (divided, second.count)
    }

    /// The probabilities of candidates one after the other, and those of which the larger network decided.
    func decide(_ features: [Float], count: Int, workers: Int) async throws -> (probabilities: [Float], second: [Int]) {
        let classes = Self.labels.count
        let logits = await first.logits(features, count: count, workers: workers)
        var probabilities = try calibrations.first.probabilities(logits, classes: classes)
        let open = Self.open(probabilities, settled: settled)
        if open.isEmpty { return (probabilities, []) }
        let values = CandidateEncoder.valuesPerCandidate
        let chosen = open.flatMap { features[($0 * values)..<(($0 + 1) * values)] }
        let secondLogits = await second.logits(chosen, count: open.count, workers: workers)
        let decided = try calibrations.second.probabilities(secondLogits, classes: classes)
        for (place, index) in open.enumerated() {
            for label in 0..<classes { probabilities[index * classes + label] = decided[place * classes + label] }
        }
        return (probabilities, open)
    }

    /// The candidates that the first network's probabilities leave to the second.
    static func open(_ probabilities: [Float], settled: Float) -> [Int] {
        let classes = labels.count
        return (0..<(probabilities.count / classes)).filter { index in
            probabilities[(index * classes)..<((index + 1) * classes)].allSatisfy { $0 < settled }
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
