import Genomics
import NeuralNetwork
import Tasks

/// DNA sequences of one length, and what a network says of each: classes, labels or numbers.
public struct SequenceTask: ItemTask {
    /// Makes the task.
    public init() {}

    /// `sequence`.
    public var name: String { "sequence" }
    /// The sequence.
    public var columns: [String] { ["sequence"] }

    /// The definition of the inputs: one code a base, as htslib has them.
    public static let featureVersion = "bases-1"
    /// The same, for models that read both strands and say the mean.
    public static let bothStrands = "bases-1, both strands"

    /// Opens FASTA, tables or lines of sequences, of which the option `column` names the one of a table; or a BED file of windows of a
    /// reference.
    ///
    /// Throws `TaskError` where one of a BED file (`.bed`, `.bed.gz`) and a reference comes without the other.
    public func source(
        _ path: String, options: [String: String], reference: ReferenceGenome?
    ) throws -> any ItemSource {
        switch (WindowSource.isBED(path), reference) {
        case (true, let reference?): return try WindowSource(path: path, reference: reference)
        case (false, nil): return try SequenceSource(path: path, column: options["column"])
        case (true, nil): throw TaskError("\(path) names windows: say with --reference of which FASTA")
        case (false, _):
            throw TaskError("a reference goes with windows in a file that ends in .bed or .bed.gz, not with \(path)")
        }
    }

    /// Whether a file is taken for windows of a reference: one whose name ends in `.bed` or `.bed.gz`.
    public static func isWindows(_ path: String) -> Bool { WindowSource.isBED(path) }

    /// Base codes, one sequence after the other in `codes`, with their `lengths`.
    public func examples(of items: ItemBatch) throws -> ItemExamples {
        var subjects: [ItemExamples.Subject] = []
        var (codes, lengths): ([UInt8], [UInt8]) = ([], [])
        subjects.reserveCapacity(items.items.count)
        codes.reserveCapacity(items.items.reduce(0) { $0 + ($1.fields.first?.count ?? 0) })
        for item in items.items {
            var problem = item.problem
            if problem == nil, let letters = item.fields.first {
                problem = SequenceSource.flaw(letters)
                if problem == nil {
                    codes.append(contentsOf: letters.lazy.map { BaseCode.nibble(ofASCII: $0) })
                    withUnsafeBytes(of: UInt32(letters.count).littleEndian) { lengths.append(contentsOf: $0) }
                }
            }
            subjects.append(ItemExamples.Subject(record: item.record, name: item.name, problem: problem))
        }
        return ItemExamples(
            subjects: subjects,
            tensors: [
                .init(name: "codes", dtype: .u8, shape: [codes.count], bytes: codes),
                .init(name: "lengths", dtype: .u32, shape: [lengths.count / 4], bytes: lengths),
            ], featureVersion: Self.featureVersion)
    }

    /// Reads such examples.
    public func examples(decoding value: [UInt8]) throws -> any TaskExamples {
        let examples = try ItemExamples(decoding: value, featureVersion: Self.featureVersion)
        _ = try SequenceBatch(examples)
        return examples
    }

    /// A network of one input of bases.
    public func check(_ architecture: Architecture, labels: [String], featureVersion: String) throws {
        guard [Self.featureVersion, Self.bothStrands].contains(featureVersion) else {
            throw TaskError(
                "the model reads features of version \(featureVersion.isEmpty ? "(none)" : featureVersion); those of sequences "
                    + "are \"\(Self.featureVersion)\"")
        }
        guard architecture.inputs.count == 1, architecture.inputs[0].kind == .bases else {
            throw TaskError("the model does not read bases alone, as models of sequences do")
        }
        guard architecture.heads.isEmpty, try architecture.outputShape() == [labels.count] else {
            let heads = architecture.heads.map(\.name).joined(separator: ", ")
            throw TaskError(
                "models of sequences say one number a label, and this one says "
                    + (heads.isEmpty
                        ? "numbers of the shape \(try architecture.outputShape())" : "several things: \(heads)"))
        }
    }

    /// A package ready to score.
    public func model(_ package: ModelPackage) throws -> any TaskModel { try SequenceModel(package) }
}
