import Genomics
import NeuralNetwork

/// What a run of an ``ItemTask`` reads: its files, and what the request says beside them.
public struct ItemInputs: Sendable {
    /// The files, one after the other.
    public var paths: [String]
    /// What the task is told, such as the name of a column.
    public var options: [String: String]
    /// Numbers along the reference that are read beside the records.
    public var tracks: [ItemTrack]
    /// The reference that the records are places of, where the request names one.
    public var reference: ReferenceGenome?

    /// Describes inputs.
    public init(
        paths: [String], options: [String: String] = [:], tracks: [ItemTrack] = [], reference: ReferenceGenome? = nil
    ) {
        self.paths = paths
        self.options = options
        self.tracks = tracks
        self.reference = reference
    }
}

/// Numbers along a reference: a bigWig or bedGraph file, and what models call it.
public struct ItemTrack: Sendable, Hashable {
    /// The name.
    public var name: String
    /// The file.
    public var path: String

    /// Names a track.
    public init(name: String, path: String) {
        self.name = name
        self.path = path
    }
}

/// The model that scores a run, as what the run leaves names it.
public struct ItemModel: Sendable {
    /// As it was asked for: `binding-SRF`, `binding-SRF@2` or a file.
    public var label: String
    /// The version.
    public var package: ModelPackage

    /// Names a model.
    public init(label: String, package: ModelPackage) {
        self.label = label
        self.package = package
    }
}

/// The form of the file that a run leaves.
public struct ItemResultForm: Sendable, Hashable {
    /// How its name ends, such as `tsv`.
    public var ending: String
    /// Whether it is made of the inputs too, which are read again for it.
    public var readsInputs: Bool

    /// A table with a line a record.
    public static let table = ItemResultForm(ending: "tsv", readsInputs: false)

    /// Describes a form.
    public init(ending: String, readsInputs: Bool) {
        self.ending = ending
        self.readsInputs = readsInputs
    }

    /// Throws ``TaskError`` where it is made of inputs of which one is a pipe.
    public func check(isOfFiles: Bool) throws(TaskError) {
        guard readsInputs, !isOfFiles else { return }
        throw TaskError(
            "these inputs are read twice, once for their records and once for what is made of them: name files")
    }
}

/// The file that a run of an ``ItemTask`` leaves, made of the scores of its records in their order.
///
/// A process that predicts and the service that reports write it alike.
public protocol ItemResult: AnyObject {
    /// What the file has of a record that was not scored: `NA in the table`.
    var gap: String { get }
    /// What of the question no record is to blame for and the file does not answer; nil where it answers all.
    var loss: String? { get }
    /// Takes the next record that has a score or a problem.
    func write(_ score: Score, record: Int, name: String) throws
    /// Completes the file and gives it its name.
    func finish() throws
}

extension ItemResult {
    /// It answers all.
    public var loss: String? { nil }
}
