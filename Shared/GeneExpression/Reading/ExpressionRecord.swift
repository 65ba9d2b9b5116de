import Foundation
import Genomics
import NeuralNetwork
import Tasks

/// What a record of any kind comes down to: numbers, words and bases; how it travels as an item, and as a model input.
struct ExpressionRecord: Sendable, Hashable {
    /// Marks and what else is a number, in the order of the kind.
    var values: [Float] = []
    /// What is known by name: elements of a design, a gene's symbol, words of a condition.
    var words: [String] = []
    /// The promoter, one htslib code a base; 0 stands for none.
    var codes: [UInt8] = []

    /// Whether there is a base at all.
    var hasBases: Bool { codes.contains { $0 != 0 } }

    /// The columns of items.
    static let columns = ["values", "words", "bases"]
    /// The definition of the model inputs.
    static let featureVersion = "expression-2"
    /// Between words: no table has it in a field.
    static let separator: Character = "\u{1f}"

    /// An item; `letters` are the bases.
    static func item(
        _ record: Int, name: String, values: [Float] = [], words: [String] = [], letters: String = ""
    ) -> Item {
        Item(
            record: record, name: name,
            fields: [
                Array(values.map { "\($0)" }.joined(separator: " ").utf8),
                Array(words.joined(separator: String(separator)).utf8), Array(letters.utf8),
            ])
    }

    /// Reads an item; throws ``TaskError`` where its fields are none of a record.
    init(_ item: Item) throws(TaskError) {
        guard item.fields.count == Self.columns.count else { throw TaskError("the record has other columns") }
        let texts = item.fields[0].split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
        for text in texts {
            guard let value = Float(text), value.isFinite else { throw TaskError("\"\(text)\" is no number") }
            values.append(value)
        }
        words = Self.words(item.fields[1])
        codes = item.fields[2].map { $0 == UInt8(ascii: "=") ? 0 : BaseCode.nibble(ofASCII: $0) }
    }

    private init() {}

    private static func words(_ bytes: some Collection<UInt8>) -> [String] {
        guard !bytes.isEmpty else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: separator, omittingEmptySubsequences: false)
            .map(String.init)
    }

    // MARK: Examples

    /// The model inputs of items: `values` F32 (n, F), `words` U8 a line a record, `codes` U8 (n, L).
    ///
    /// Where records have other numbers of values or bases than the first, that is their problem.
    static func examples(of items: ItemBatch) throws(TaskError) -> ItemExamples {
        guard items.columns == columns else {
            throw TaskError("there are no records of the columns \(items.columns.joined(separator: ", "))")
        }
        var subjects: [ItemExamples.Subject] = []
        var (values, words, codes) = ([Float](), [UInt8](), [UInt8]())
        var (count, shape) = (0, (values: 0, codes: 0))
        for item in items.items {
            var problem = item.problem
            if problem == nil {
                do {
                    let record = try ExpressionRecord(item)
                    if count == 0 { shape = (record.values.count, record.codes.count) }
                    if record.values.count == shape.values, record.codes.count == shape.codes {
                        values += record.values
                        codes += record.codes
                        words += record.words.joined(separator: String(separator)).utf8
                        words.append(0x0a)
                        count += 1
                    } else {
                        problem = "the record has other numbers of values or bases than those before it"
                    }
                } catch {
                    problem = error.description
                }
            }
            subjects.append(.init(record: item.record, name: item.name, problem: problem))
        }
        return ItemExamples(
            subjects: subjects,
            tensors: [
                .init(name: "values", shape: [count, shape.values], floats: values),
                .init(name: "words", dtype: .u8, shape: [words.count], bytes: words),
                .init(name: "codes", dtype: .u8, shape: [count, shape.codes], bytes: codes),
            ], featureVersion: featureVersion)
    }

    /// The records of examples that have no problem, in their order; throws ``TaskError`` where the tensors are not theirs.
    static func records(of examples: ItemExamples) throws(TaskError) -> [ExpressionRecord] {
        let count = examples.subjects.count { $0.problem == nil }
        guard let values = examples["values"], let floats = values.floats, values.shape.count == 2,
            let codes = examples["codes"], codes.dtype == .u8, codes.shape.count == 2,
            let words = examples["words"], words.dtype == .u8,
            values.shape[0] == count, codes.shape[0] == count, floats.allSatisfy(\.isFinite)
        else { throw TaskError("these are no examples of expression: values, words and codes of \(count) records") }
        let lines = words.bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
        guard lines.count == count + 1 else {
            throw TaskError("`words` has \(lines.count - 1) lines and there are \(count) records")
        }
        let (width, length) = (values.shape[1], codes.shape[1])
        return (0..<count).map { index in
            var record = ExpressionRecord()
            record.values = Array(floats[(index * width)..<((index + 1) * width)])
            record.codes = Array(codes.bytes[(index * length)..<((index + 1) * length)])
            record.words = Self.words(lines[index])
            return record
        }
    }
}
