/// Joins the reads of two FASTQ files that list the mates of each template in the same order.
///
/// Where one file lacks a read, the other's is found by name within a bounded look-ahead; a read whose mate is missing
/// goes on alone. Files whose first reads show that they are not each other's mates, or one file twice, are refused.
final class FASTQPairs: ItemReader {
    /// How far to look for a mate: as many reads as one lane of a patterned tile may drop in a row, and little memory.
    static let window = 1024
    /// So many different reads that are alike in every base and quality in both files are one file's reads twice.
    private static let leastCopies = 4

    private var lanes: [Lane]
    private var ready: [ReadFile.Item] = []
    private var isChecked = false
    private var isResumed = false

    init(_ first: FASTQReader, _ second: FASTQReader) {
        lanes = [Lane(reader: first, mate: 0), Lane(reader: second, mate: 1)]
    }

    /// The bytes read of both files.
    var bytesRead: Int64 { lanes[0].reader.bytesRead + lanes[1].reader.bytesRead }
    /// The size of both files.
    var totalBytes: Int64? {
        guard let first = lanes[0].reader.totalBytes, let second = lanes[1].reader.totalBytes else { return nil }
        return first + second
    }

    /// The next template or problem; nil at the end of both files.
    func next() throws(GenomicsError) -> ReadFile.Item? {
        if !isChecked { try check() }
        try fill(1)
        while ready.isEmpty {
            guard let one = lanes[0].waiting.first, let two = lanes[1].waiting.first else {
                for lane in lanes.indices where !lanes[lane].waiting.isEmpty { passOnAlone(lane) }
                break
            }
            if one.record.name == two.record.name {
                return Self.pair(lanes[0].waiting.removeFirst().record, lanes[1].waiting.removeFirst().record)
            }
            try fill(Self.window)
            let oneInSecond = lanes[1].waiting.firstIndex { $0.record.name == one.record.name } ?? .max
            let twoInFirst = lanes[0].waiting.firstIndex { $0.record.name == two.record.name } ?? .max
            // The shorter skip wins; with neither mate in reach both reads are alone.
            if twoInFirst <= oneInSecond { passOnAlone(0) }
            if oneInSecond < twoInFirst || twoInFirst == .max { passOnAlone(1) }
        }
        return ready.isEmpty ? nil : ready.removeFirst()
    }

    /// The two reads of a template with the flags of unmapped mates.
    static func pair(_ one: BAMRecord, _ two: BAMRecord) -> ReadFile.Item {
        var (one, two) = (one, two)
        one.flags = FASTQRecord.first
        two.flags = FASTQRecord.second
        return .fragment([one, two])
    }

    /// Decides from the first reads how mates are named.
    private func check() throws(GenomicsError) {
        isChecked = true
        try fill(MateNames.probe)
        let pairs = zip(lanes[0].waiting, lanes[1].waiting).map { (one: $0.record, two: $1.record) }
        guard let first = pairs.first else { return }
        if isResumed {
            if case .suffix(let suffix) = MateNames.resumedRule(pairs) { take(suffix) }
            return
        }
        let place = "\(lanes[0].reader.path) and \(lanes[1].reader.path)"
        let isCopy = pairs.allSatisfy {
            $0.one.sequence == $0.two.sequence && $0.one.qualities.elementsEqual($0.two.qualities)
        }
        if isCopy, Set(pairs.map(\.one.sequence)).count >= Self.leastCopies {
            throw GenomicsError(
                .malformed,
                "the two mates are the same file: their first \(pairs.count) reads have the same bases and qualities; give "
                    + "the file of the second mates", file: place)
        }
        var rule = MateNames.rule(pairs) { true }
        if case .equal? = rule, !pairs.contains(where: { $0.one.name == $0.two.name }) {
            try fill(Self.window)
            let names = Set(lanes[0].waiting.map { Array($0.record.name) })
            rule = MateNames.rule(pairs) { lanes[1].waiting.contains { names.contains(Array($0.record.name)) } }
        }
        switch rule {
        case .equal?: return
        case .suffix(let suffix)?: take(suffix)
        case nil:
            throw GenomicsError(
                .malformed, MateNames.refusal(first.one, first.two), file: place, record: lanes[0].waiting[0].number,
                field: "QNAME")
        }
    }

    private func take(_ suffix: MateSuffix) {
        for lane in lanes.indices { lanes[lane].take(suffix) }
    }

    /// Passes a lane's first read on without its mate; of the reads after the other file's end only the first is reported.
    private func passOnAlone(_ lane: Int) {
        let read = lanes[lane].waiting.removeFirst()
        let other = lanes[1 - lane]
        let isRest = other.isAtEnd && other.waiting.isEmpty
        if !isRest || !lanes[lane].isRestReported {
            let reason =
                isRest
                ? "\(other.reader.path) ends before this read's mate; this and later reads go on as single reads"
                : "its mate is not in \(other.reader.path) where it should be; it goes on as a single read"
            ready.append(
                .problem(
                    InputProblem(
                        file: lanes[lane].reader.path, record: read.number, field: "QNAME", message: reason,
                        kind: isRest ? "ends-before-mates" : "unpaired", sample: read.record.name)))
        }
        lanes[lane].isRestReported = lanes[lane].isRestReported || isRest
        ready.append(.fragment([read.record]))
    }

    var position: ReadPosition? {
        guard ready.isEmpty, lanes.allSatisfy({ $0.waiting.isEmpty && !$0.isAtEnd }) else { return nil }
        return ReadPosition(places: lanes.map(\.reader.place))
    }

    func resume(at position: ReadPosition) -> Bool {
        isResumed = true
        return position.places.count == 2 && lanes[0].reader.resume(at: position.places[0])
            && lanes[1].reader.resume(at: position.places[1])
    }

    private func fill(_ count: Int) throws(GenomicsError) {
        for lane in lanes.indices { try lanes[lane].fill(count, &ready) }
    }

    /// One file and the reads taken from it that have not been passed on.
    private struct Lane {
        let reader: FASTQReader
        let mate: Int
        var waiting: [(record: BAMRecord, number: Int)] = []
        var isAtEnd = false
        var isRestReported = false
        private var suffix: MateSuffix?

        init(reader: FASTQReader, mate: Int) {
            self.reader = reader
            self.mate = mate
        }

        /// Strips the names of the reads that wait and of those to come.
        mutating func take(_ suffix: MateSuffix) {
            self.suffix = suffix
            for index in waiting.indices { waiting[index].record = suffix.stripped(waiting[index].record, mate: mate) }
        }

        mutating func fill(_ count: Int, _ problems: inout [ReadFile.Item]) throws(GenomicsError) {
            while waiting.count < count, !isAtEnd {
                switch try reader.nextRead() {
                case .read(let record):
                    waiting.append((suffix?.stripped(record, mate: mate) ?? record, reader.record))
                case .problem(let problem): problems.append(.problem(problem))
                case nil: isAtEnd = true
                }
            }
        }
    }
}
