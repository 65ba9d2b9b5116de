import Foundation
import Genomics
import Hashing
import Tasks

/// The labelled sequences that a recipe names, read from the folder of the data.
struct SequenceDataSet {
    /// The sequences.
    private(set) var examples: LabelledSequences
    /// SHA-256 of each file.
    private(set) var digests: [String: String] = [:]
    /// Whether the target is a number.
    let isRegression: Bool
    /// Records that were left out, by what is wrong with them.
    private(set) var problems: [String: Int] = [:]

    /// Throws `TaskError` where a file does not hold what the recipe says.
    init(_ recipe: SequenceRecipe, folder: String) throws {
        let shape = recipe.architecture.inputs.first?.shape ?? []
        guard recipe.architecture.inputs.count == 1, recipe.architecture.inputs[0].kind == .bases, shape.count == 1
        else {
            throw TaskError("the recipe's network does not read bases alone")
        }
        let isPaired = recipe.options.pairs == true
        guard recipe.sources.allSatisfy({ ($0.variants != nil) == isPaired }) else {
            throw TaskError(
                "pairs are those of variants: a recipe has both `variants` and the option `pairs`, or neither")
        }
        examples = LabelledSequences(length: shape[0], windows: isPaired ? 2 : 1)
        isRegression = recipe.options.loss.task == .regression
        let folds = try recipe.folds.map { try Self.folds("\(folder)/\($0)") } ?? [:]
        if let file = recipe.folds { digests[file] = try SHA256Digest.hexadecimal(ofFile: "\(folder)/\(file)") }
        for (number, source) in recipe.sources.enumerated() {
            let path = "\(folder)/\(source.file)"
            digests[source.file] = try SHA256Digest.hexadecimal(ofFile: path)
            if let transcripts = source.transcripts {
                let annotation = "\(folder)/\(transcripts.file)"
                digests[transcripts.file] = try SHA256Digest.hexadecimal(ofFile: annotation)
                try read(transcripts, annotation, reference: path, fold: source.fold ?? 0, recipe: recipe)
                continue
            }
            if let half = source.weight?.half, !(half > 0 && half.isFinite) {
                throw TaskError("\(source.file): `half` of its weight is \(half); it must be above 0")
            }
            if let variants = source.variants {
                let elements = "\(folder)/\(variants.elements)"
                digests[variants.elements] = try SHA256Digest.hexadecimal(ofFile: elements)
                let table = try VariantTable(
                    source, variants, path: path, elements: elements, length: examples.length,
                    padded: recipe.padded == true)
                problems.merge(table.problems, uniquingKeysWith: +)
                for example in table.examples {
                    examples.append(
                        example.codes, target: example.effect, fold: example.isKept ? -1 : 0, weight: example.weight)
                }
                continue
            }
            guard source.reference != nil || source.track == nil else {
                throw TaskError("\(source.file): a track goes with windows of a `reference`")
            }
            for file in [source.reference, source.track?.file].compactMap({ $0 }) {
                digests[file] = try SHA256Digest.hexadecimal(ofFile: "\(folder)/\(file)")
            }
            try read(
                source, number: number, folder: folder, path: path, recipe: recipe,
                folds: recipe.folds == nil ? nil : folds)
        }
        guard examples.count > 0 else { throw TaskError("the files hold no usable sequence") }
    }

    private mutating func read(
        _ source: SequenceRecipe.Source, number: Int, folder: String, path: String, recipe: SequenceRecipe,
        folds: [String: Int]?
    ) throws {
        let file = try SourceRecords(source, folder: folder)
        let column = try (source.column ?? source.track.map { _ in "track" }).map { try file.place($0) } ?? source.field
        let split = try source.split.map { try file.place($0.column) }
        let count = try source.weight.map { try file.place($0.column) }
        let only = try (source.only ?? [:]).map { (try file.place($0.key), $0.value) }
        // The table of folds names files as they were before they were compressed.
        let whole = URL(fileURLWithPath: path).lastPathComponent
        let name = whole.hasSuffix(".gz") ? String(whole.dropLast(3)) : whole
        while let record = try file.next() {
            guard only.allSatisfy({ record.fields.indices.contains($0) && record.fields[$0] == $1 }) else { continue }
            if let flaw = SequenceSource.flaw(record.letters) {
                problems[flaw, default: 0] += 1
                continue
            }
            guard record.letters.count == examples.length else {
                problems["it does not have \(examples.length) bases", default: 0] += 1
                continue
            }
            let text = try column.map { place -> String in
                guard record.fields.indices.contains(place) else {
                    throw TaskError("\(path), record \(record.number): there is no field \(place)")
                }
                return record.fields[place]
            }
            let target = try Self.target(text, source, recipe, isRegression: isRegression) {
                "\(path), record \(record.number)"
            }
            var fold = 0
            if let split, let validation = source.split?.validation {
                fold = record.fields.indices.contains(split) && record.fields[split] == validation ? -1 : 0
            } else if let own = source.fold {
                fold = own
            } else if let folds {
                guard let known = folds["\(name)\t\(record.number)"] ?? folds["\t\(record.number)"] else {
                    throw TaskError("\(path): record \(record.number) has no fold in \(recipe.folds ?? "")")
                }
                fold = known
            }
            let weight = try Self.weight(count.map { place in record.fields.dropFirst(place).first ?? "" }, source) {
                "\(path), record \(record.number)"
            }
            examples.append(
                record.letters.lazy.map { BaseCode.nibble(ofASCII: $0) }, target: target, fold: fold, weight: weight,
                place: (number, record.number))
        }
    }

    /// Reads the splice sites of transcripts, and places that are none.
    private mutating func read(
        _ source: SequenceRecipe.Source.Transcripts, _ annotation: String, reference: String, fold: Int,
        recipe: SequenceRecipe
    ) throws {
        let sites = try TranscriptSites(
            transcripts: TranscriptFile.transcripts(path: annotation), genome: ReferenceGenome(path: reference),
            length: examples.length, decoys: source.decoys, seed: recipe.options.seed)
        problems.merge(sites.problems, uniquingKeysWith: +)
        for (codes, kind) in sites.windows {
            let label =
                switch kind {
                case .donor: source.donor
                case .acceptor: source.acceptor
                case .none: source.none
                }
            guard let index = recipe.labels.firstIndex(of: label) else {
                throw TaskError(
                    "\(annotation): \"\(label)\" is none of the labels \(recipe.labels.joined(separator: ", "))")
            }
            examples.append(codes, target: Float(index), fold: fold)
        }
    }

    private static func target(
        _ text: String?, _ source: SequenceRecipe.Source, _ recipe: SequenceRecipe, isRegression: Bool,
        place: () -> String
    ) throws -> Float {
        if isRegression {
            guard let text, let number = Float(text), number.isFinite else {
                throw TaskError("\(place()): \"\(text ?? "")\" is no number to predict")
            }
            return number
        }
        let label = text.map { source.names?[$0] ?? $0 } ?? source.label ?? ""
        guard let index = recipe.labels.firstIndex(of: label) else {
            throw TaskError("\(place()): \"\(label)\" is none of the labels \(recipe.labels.joined(separator: ", "))")
        }
        return Float(index)
    }

    /// How much a record counts, by the text of its count; nil where the source does not say.
    private static func weight(
        _ text: String?, _ source: SequenceRecipe.Source, place: () -> String
    ) throws -> Float? {
        guard let text, let half = source.weight?.half else { return nil }
        guard let count = Float(text), count >= 0, count.isFinite else {
            throw TaskError("\(place()): \"\(text)\" is no count of at least 0 to weigh the record by")
        }
        return count / (count + half)
    }

    /// The fold of each record, by `file\trecord`; without a column `file`, the name of the file is empty.
    private static func folds(_ path: String) throws -> [String: Int] {
        let table = try TableFile(path: path)
        let (record, fold) = (try table.place(of: "record"), try table.place(of: "fold"))
        let file = try table.columns.contains("file") ? table.place(of: "file") : nil
        var folds: [String: Int] = [:]
        while let line = try table.nextWhole() {
            let fields = line.fields
            guard let number = Int(fields[fold]), number >= 0 else {
                throw TaskError("\(path), line \(line.line): \"\(fields[fold])\" is no fold")
            }
            folds["\(file.map { fields[$0] } ?? "")\t\(fields[record])"] = number
        }
        return folds
    }
}
