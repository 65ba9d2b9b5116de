import Genomics
import Tasks

/// The pairs of a table whose rows name things of other tables: each thing is described, and sent, with the first pair of a batch that names it.
final class PairSource: ItemSource {
    /// What a thing is, as text without tabs and line ends; throws why it cannot be used.
    typealias Describe = (_ name: String) throws(DrugError) -> String

    /// The names of both things, and what they are; what was described in the batch before is left empty.
    static let all = ["left", "right", "left_is", "right_is"]
    var columns: [String] { Self.all }

    /// One side of the pairs.
    private struct Side {
        let place: Int
        let describe: Describe
        /// What was described in the batch so far, nil where that was possible.
        var problems: [String: String?] = [:]

        /// The text of a thing, empty where the batch has it already.
        mutating func text(of name: String) throws(DrugError) -> String {
            if let known = problems[name] {
                if let problem = known { throw DrugError(problem) }
                return ""
            }
            do throws(DrugError) {
                let text = try describe(name)
                guard !(name + text).utf8.contains(where: { $0 < 0x20 }) else {
                    throw DrugError("what the pair names has a tab or a line end in it")
                }
                problems[name] = .some(nil)
                return text
            } catch {
                problems[name] = error.description
                throw error
            }
        }
    }

    private let table: TableFile
    private var left: Side
    private var right: Side

    /// Opens a table of pairs by two columns.
    init(
        path: String, left: (column: String, describe: Describe), right: (column: String, describe: Describe)
    ) throws(GenomicsError) {
        table = try TableFile(path: path)
        self.left = Side(place: try table.place(of: left.column), describe: left.describe)
        self.right = Side(place: try table.place(of: right.column), describe: right.describe)
    }

    var bytesRead: Int64 { table.bytesRead }
    var totalBytes: Int64? { table.totalBytes }

    /// The next pair of the batch.
    func next() throws -> Item? {
        guard let record = try table.next() else { return nil }
        if let flaw = table.flaw(of: record) { return Item(record: record.number, name: "", problem: flaw) }
        let names = (record.fields[left.place], record.fields[right.place])
        let name = "\(names.0) \(names.1)"
        do throws(DrugError) {
            // A pair that lacks one side does not bring the other: a later pair may have to.
            let before = left.problems[names.0]
            let ofLeft = try left.text(of: names.0)
            do throws(DrugError) {
                let fields = [names.0, names.1, ofLeft, try right.text(of: names.1)]
                return Item(record: record.number, name: name, fields: fields.map { Array($0.utf8) })
            } catch {
                left.problems[names.0] = before
                throw error
            }
        } catch { return Item(record: record.number, name: name, problem: error.description) }
    }

    func nextBatch(bytes limit: Int) throws -> ItemBatch? {
        (left.problems, right.problems) = ([:], [:])
        var (batch, bytes) = (ItemBatch(columns: columns), 0)
        while bytes < limit, let item = try next() {
            bytes += item.name.utf8.count + item.fields.reduce(16) { $0 + $1.count }
            batch.items.append(item)
        }
        return batch.items.isEmpty ? nil : batch
    }
}

/// The pairs of a batch, each thing once.
struct PairBatch {
    private var subjects: [ItemExamples.Subject] = []
    private var left: [String] = []
    private var right: [String] = []
    /// The places of each usable pair.
    private var pairs: [UInt32] = []

    /// Reads a batch of a ``PairSource``; throws where its columns are others.
    init(_ batch: ItemBatch) throws(TaskError) {
        guard batch.columns == PairSource.all else { throw TaskError("these are no pairs") }
        var places: (left: [[UInt8]: Int], right: [[UInt8]: Int]) = ([:], [:])
        for item in batch.items {
            var problem = item.problem
            if problem == nil {
                let ofLeft = Self.place(item.fields[0], item.fields[2], &places.left, &left)
                let ofRight = Self.place(item.fields[1], item.fields[3], &places.right, &right)
                if let ofLeft, let ofRight {
                    pairs += [UInt32(ofLeft), UInt32(ofRight)]
                } else {
                    problem = "what the pair names is described nowhere in its batch"
                }
            }
            subjects.append(.init(record: item.record, name: item.name, problem: problem))
        }
    }

    private static func place(
        _ name: [UInt8], _ described: [UInt8], _ places: inout [[UInt8]: Int], _ all: inout [String]
    ) -> Int? {
        if let place = places[name] { return place }
        guard !described.isEmpty else { return nil }
        places[name] = all.count
        all.append(String(decoding: described, as: UTF8.self))
        return all.count - 1
    }

    /// The tensors `left` and `right` (a line a thing) and `pairs` (two places each).
    func examples(_ featureVersion: String) -> ItemExamples {
        ItemExamples(
            subjects: subjects,
            tensors: [
                .init(name: "left", lines: left), .init(name: "right", lines: right),
                .init(name: "pairs", numbers: pairs, dtype: .u32, shape: [pairs.count / 2, 2]),
            ], featureVersion: featureVersion)
    }

    /// Reads such examples; throws where the pairs are not those of the examples.
    static func examples(decoding value: [UInt8], _ featureVersion: String) throws -> ItemExamples {
        let examples = try ItemExamples(decoding: value, featureVersions: [featureVersion])
        _ = try examples.pairs(examples.lines("left").count, examples.lines("right").count)
        return examples
    }
}
