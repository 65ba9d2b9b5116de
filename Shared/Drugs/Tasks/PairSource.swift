import Genomics
import Tasks

/// The pairs of a table whose rows name things of other tables: each thing is sent with the first pair of a batch that names it.
final class PairSource: ItemSource {
    /// What a pair is of, as text without tabs and line ends.
    typealias Described = (left: String, right: String)

    /// The names of both things, and what they are; what was described in the batch before is left empty.
    static let all = ["left", "right", "left_is", "right_is"]
    var columns: [String] { Self.all }

    private let table: TableFile
    private let places: (left: Int, right: Int)
    private let describe: (_ left: String, _ right: String) throws(DrugError) -> Described

    /// Opens a table of pairs by two columns; `describe` throws where a pair cannot be used.
    init(
        path: String, left: String, right: String,
        describe: @escaping (_ left: String, _ right: String) throws(DrugError) -> Described
    ) throws(GenomicsError) {
        table = try TableFile(path: path)
        places = (try table.place(of: left), try table.place(of: right))
        self.describe = describe
    }

    var bytesRead: Int64 { table.bytesRead }
    var totalBytes: Int64? { table.totalBytes }

    func next() throws -> Item? {
        guard let record = try table.next() else { return nil }
        if let flaw = table.flaw(of: record) { return Item(record: record.number, name: "", problem: flaw) }
        let (left, right) = (record.fields[places.left], record.fields[places.right])
        let name = "\(left) \(right)"
        do throws(DrugError) {
            let described = try describe(left, right)
            let fields = [left, right, described.left, described.right].map { Array($0.utf8) }
            guard !fields.contains(where: { $0.contains { $0 < 0x20 } }) else {
                throw DrugError("what the pair names has a tab or a line end in it")
            }
            return Item(record: record.number, name: name, fields: fields)
        } catch { return Item(record: record.number, name: name, problem: error.description) }
    }

    func nextBatch(bytes limit: Int) throws -> ItemBatch? {
        var (batch, bytes) = (ItemBatch(columns: columns), 0)
        var known: (left: Set<[UInt8]>, right: Set<[UInt8]>) = ([], [])
        while bytes < limit, var item = try next() {
            if item.problem == nil {
                if !known.left.insert(item.fields[0]).inserted { item.fields[2] = [] }
                if !known.right.insert(item.fields[1]).inserted { item.fields[3] = [] }
            }
            bytes += item.name.utf8.count + item.fields.reduce(16) { $0 + $1.count }
            batch.items.append(item)
        }
        return batch.items.isEmpty ? nil : batch
    }
}

/// The pairs of a batch, each thing once.
struct PairBatch {
    private(set) var subjects: [ItemExamples.Subject] = []
    /// What there is on either side, as its source described it.
    private(set) var left: [String] = []
    private(set) var right: [String] = []
    /// The places of each usable pair.
    private(set) var pairs: [UInt32] = []

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
}
