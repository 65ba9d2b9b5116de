import Foundation
import Genomics
import NeuralNetwork
import Tasks

/// DNA sequences of one length, and what a network says of each: classes, labels or numbers.
public struct SequenceTask: ItemTask {
    /// Makes the task.
    public init() {}

    /// `sequence`.
    public var name: String { "sequence" }

    /// The models of sequences that come with the suite.
    public var bundled: BundledPackages { BundledPackages(.module) }

    /// The definition of the inputs: one code a base, as htslib has them.
    public static let featureVersion = "bases-1"
    /// The same, for models that read both strands and say the mean.
    public static let bothStrands = "bases-1, both strands"

    /// What the files hold decides: a VCF becomes a VCF, windows a table or, by the option `format`, a track.
    public func resultForm(of inputs: ItemInputs) throws -> ItemResultForm {
        if let unknown = inputs.options.keys.filter({ !Self.options.contains($0) }).min() {
            throw TaskError(
                "there is no option \"\(unknown)\"; there are \(Self.options.joined(separator: ", "))")
        }
        let kinds = kinds(of: inputs)
        let format = inputs.options["format"] ?? "tsv"
        guard (WindowTrack.formats + ["tsv"]).contains(format) else {
            throw TaskError(
                "there is no format \"\(format)\" but tsv, \(WindowTrack.formats.joined(separator: " and "))")
        }
        if format != "tsv", kinds != [.windows] {
            throw TaskError("a track is of the windows of one BED file, whose name ends in .bed or .bed.gz")
        }
        guard inputs.tracks.isEmpty || kinds.allSatisfy({ $0 == .windows }) else {
            throw TaskError(
                "tracks are read beside windows of a reference, in files whose names end in .bed or .bed.gz")
        }
        guard kinds.contains(.variants) else {
            if format == "tsv", let name = inputs.options["class"] {
                throw TaskError(
                    "a table says all of a model's classes: \"\(name)\" is chosen for a track or a VCF alone")
            }
            return format == "tsv" ? .table : ItemResultForm(ending: format, readsInputs: true)
        }
        guard kinds.count == 1 else {
            throw TaskError("a VCF is annotated by a run of its own: give no other file with it")
        }
        return ItemResultForm(ending: "vcf.gz", readsInputs: true)
    }

    /// What the task can be told.
    private static let options = ["class", "column", "context", "format", "input"]

    private func kinds(of inputs: ItemInputs) -> [SequenceInput] {
        inputs.paths.map { SequenceInput($0, options: inputs.options) }
    }

    /// Of a run of variants, that the bases around them are those that the model reads.
    public func options(of inputs: ItemInputs, for package: ModelPackage) -> [String: String] {
        guard kinds(of: inputs).contains(.variants) else { return inputs.options }
        let length = package.architecture.inputs.first { $0.kind == .bases }?.shape.first ?? 0
        return ["context": String(length)].merging(inputs.options) { $1 }
    }

    /// Opens FASTA, tables or lines of sequences, of which the option `column` names the one of a table; a BED file of windows of a
    /// reference; or a VCF, for whose records the option `context` says how many bases on each side are read.
    ///
    /// Throws `TaskError` where windows or variants and a reference do not come together.
    public func source(_ path: String, of inputs: ItemInputs) throws -> any ItemSource {
        let options = inputs.options
        switch (SequenceInput(path, options: options), inputs.reference) {
        case (.windows, let reference?):
            return try WindowSource(
                path: path, reference: reference, tracks: inputs.tracks,
                forTrack: WindowTrack.formats.contains(options["format"] ?? ""))
        case (.variants, let reference?):
            let text = options["context"]
            guard let flank = text.map(Int.init) ?? VariantSource.flank,
                (1...VariantSource.longestFlank).contains(flank)
            else {
                throw TaskError("context is 1 to \(VariantSource.longestFlank) bases, and not \(text ?? "")")
            }
            return try VariantSource(path: path, reference: reference, flank: flank, class: options["class"])
        case (.sequences, nil): return try SequenceSource(path: path, column: options["column"])
        case (.windows, nil): throw TaskError("\(path) names windows: say with --reference of which FASTA")
        case (.variants, nil): throw TaskError("\(path) holds variants: say with --reference of which FASTA")
        case (.sequences, _):
            throw TaskError(
                "a reference goes with windows in a file that ends in .bed or .bed.gz, or with variants in one that ends in "
                    + ".vcf or .vcf.gz, and not with \(path)")
        }
    }

    /// A table, an annotated VCF, or a track.
    public func result(_ path: String, of inputs: ItemInputs, by model: ItemModel) throws -> any ItemResult {
        guard let input = inputs.paths.first else { throw TaskError("there is no input") }
        switch (try resultForm(of: inputs).ending, inputs.reference) {
        case ("tsv", _): return try ScoreTable(path: path, outcome: Outcome(model.package))
        case ("vcf.gz", _): return try EffectFile(path: path, input: input, model: model)
        case (_, let reference?):
            return try WindowTrack(
                path: path, input: input, reference: reference, outcome: Outcome(model.package),
                class: inputs.options["class"])
        case (_, nil): throw TaskError("\(input) names windows: say with --reference of which FASTA")
        }
    }

    /// Base codes, one sequence after the other in `codes`, with their `lengths`.
    ///
    /// Of variants, their alleles with the bases around them.
    public func examples(of items: ItemBatch) throws -> ItemExamples {
        if items.columns == VariantItem.columns { return try VariantBatch.examples(of: items) }
        let tracks = items.columns.dropFirst()
        guard items.columns.first == "sequence", tracks.allSatisfy({ WindowTracks.name(ofColumn: $0) != nil }) else {
            throw TaskError("there are no records of the columns \(items.columns.joined(separator: ", "))")
        }
        var subjects: [ItemExamples.Subject] = []
        var (codes, lengths): ([UInt8], [UInt8]) = ([], [])
        var values = tracks.map { _ in [UInt8]() }
        subjects.reserveCapacity(items.items.count)
        codes.reserveCapacity(items.items.reduce(0) { $0 + ($1.fields.first?.count ?? 0) })
        for item in items.items {
            var problem = item.problem
            if problem == nil, let letters = item.fields.first {
                problem = SequenceSource.flaw(letters)
                let numbers = item.fields.dropFirst().compactMap {
                    WindowTracks.numbers($0, count: letters.count)
                }
                if problem == nil, numbers.count < tracks.count { problem = "a track is not a number a base" }
                if problem == nil {
                    for (place, own) in numbers.enumerated() {
                        for number in own {
                            withUnsafeBytes(of: number.bitPattern.littleEndian) { values[place].append(contentsOf: $0) }
                        }
                    }
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
            ] + zip(tracks, values).map { .init(name: $0, dtype: .f32, shape: [$1.count / 4], bytes: $1) },
            featureVersion: Self.featureVersion)
    }

    /// Reads such examples.
    public func examples(decoding value: [UInt8]) throws -> any TaskExamples {
        let examples = try ItemExamples(
            decoding: value, featureVersions: [Self.featureVersion, VariantItem.featureVersion])
        if examples.featureVersion == VariantItem.featureVersion {
            _ = try VariantBatch(examples)
        } else {
            _ = try SequenceBatch(examples)
        }
        return examples
    }

    /// A network of one input of bases, and of any number of tracks: numbers of as many positions, `(L)` or `(L, C)`.
    public func check(_ architecture: Architecture, labels: [String], featureVersion: String) throws {
        guard [Self.featureVersion, Self.bothStrands].contains(featureVersion) else {
            throw TaskError(
                "the model reads features of version \(featureVersion.isEmpty ? "(none)" : featureVersion); those of sequences "
                    + "are \"\(Self.featureVersion)\"")
        }
        _ = try SequenceLayout(architecture, readsBothStrands: featureVersion == Self.bothStrands)
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
