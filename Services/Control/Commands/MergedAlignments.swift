import Genomics

/// The records of several alignment files of one sample in one order, as if they were one file.
final class MergedAlignments {
    /// The sample whose reads these are.
    let sample: String
    /// The read groups of all files.
    var readGroups: [ReadGroup] { groups.groups }
    /// Whether every file is sorted by position.
    let isSorted: Bool
    /// The size of all files; nil when one is a pipe.
    let totalBytes: Int64?
    /// Contigs in the order of the first file.
    let header: AlignmentHeader

    private let files: [ReadFile]
    private let inputs: [String]
    private let groups: MergedReadGroups
    /// For each file, the place of its contigs in the order of the first.
    private let places: [[Int32]]
    private var waiting: [ReadFile.Item?]
    /// The files that have more.
    private var open: Set<Int>

    /// Opens files; throws where one has no mapped read, or they are of several samples or of contigs in other orders.
    init(_ inputs: [String], reference: ReferenceGenome, sample query: SampleQuery) throws {
        self.inputs = inputs
        try RepeatedInputs.check(inputs.filter { $0 != "-" })
        var files: [ReadFile] = []
        for input in inputs {
            let file = try ReadFile(.alignments(input), readGroup: "sample", reference: reference, sample: query)
            guard file.header != nil, file.isMapped else {
                throw ControlError(
                    "\(input): no read of it is mapped; map the reads with `helicase run --alignments \(input)`, which calls "
                        + "them too")
            }
            files.append(file)
        }
        guard let first = files.first, let header = first.header else {
            throw ControlError("there is no file of alignments")
        }
        let names = files.map { $0.sample ?? "SAMPLE" }
        if let other = names.firstIndex(where: { $0 != names[0] }) {
            throw ControlError(
                "\(inputs[other]) is of the sample \(names[other]), \(inputs[0]) of \(names[0]); where they are one person's, say so "
                    + "with --sample NAME --rename")
        }
        self.files = files
        self.header = header
        sample = names[0]
        groups = MergedReadGroups(files.map(\.readGroups))
        let order = Dictionary(
            header.contigs.enumerated().map { ($1.name, Int32($0)) }, uniquingKeysWith: { first, _ in first })
        var places: [[Int32]] = []
        for (file, input) in zip(files, inputs) {
            let own = (file.header?.contigs ?? []).map { order[$0.name] ?? -1 }
            guard !own.contains(-1), own == own.sorted() else {
                throw ControlError(
                    "\(input) lists other contigs than \(inputs[0]), or in another order: align both to one reference")
            }
            places.append(own)
        }
        self.places = places
        isSorted = files.allSatisfy { $0.header?.isCoordinateSorted == true }
        let sizes = files.map(\.totalBytes)
        totalBytes = sizes.contains(nil) ? nil : sizes.reduce(0) { $0 + ($1 ?? 0) }
        waiting = files.map { _ in nil }
        open = Set(files.indices)
    }

    /// The bytes read so far of all files.
    var bytesRead: Int64 { files.reduce(0) { $0 + $1.bytesRead } }

    /// The next record or problem, that of the least position first where all files are sorted.
    func next() throws -> ReadFile.Item? {
        // A file is read on when its item was taken, not before: what is wrong with a record is said before what is wrong with the next.
        for index in files.indices where waiting[index] == nil && open.contains(index) {
            waiting[index] = try read(index)
            if waiting[index] == nil { open.remove(index) }
        }
        var best: (index: Int, key: (UInt32, Int32))?
        for (index, item) in waiting.enumerated() {
            guard let item else { continue }
            let key = Self.key(item)
            if best.map({ key < $0.key }) ?? true { best = (index, key) }
        }
        guard let index = best?.index, let item = waiting[index] else { return nil }
        waiting[index] = nil
        return item
    }

    /// Problems first; reads without a place last.
    private static func key(_ item: ReadFile.Item) -> (UInt32, Int32) {
        guard case .fragment(let records) = item, let record = records.first else { return (0, -1) }
        return (UInt32(bitPattern: record.referenceID), record.position)
    }

    private func read(_ index: Int) throws -> ReadFile.Item? {
        guard let item = try files[index].next() else { return nil }
        guard case .fragment(let records) = item, files.count > 1 else { return item }
        return .fragment(
            records.map { record in
                var record = groups.merged(record, file: index)
                if record.referenceID >= 0 { record.referenceID = places[index][Int(record.referenceID)] }
                if record.mateReferenceID >= 0 { record.mateReferenceID = places[index][Int(record.mateReferenceID)] }
                return record
            })
    }
}
