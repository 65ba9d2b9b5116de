/// Joins the reads of two FASTQ files that list the mates of each template in the same order.
///
/// Where one file lacks a read, the other's is found by name within a bounded look-ahead; a read whose mate is missing
/// goes on alone.
final class FASTQPairs: ItemReader {
    /// How far to look for a mate: as many reads as one lane of a patterned tile may drop in a row, and little memory.
    static let window = 1024

    private var lanes: [Lane]
    private var ready: [ReadFile.Item] = []

    init(_ first: FASTQReader, _ second: FASTQReader) {
        lanes = [Lane(reader: first), Lane(reader: second)]
    }

    /// The bytes read of both files.
    var bytesRead: Int64 { lanes[0].reader.bytesRead + lanes[1].reader.bytesRead }
    /// The size of both files.
    var totalBytes: Int64? {
        guard let first = lanes[0].reader.totalBytes, let second = lanes[1].reader.totalBytes else { return nil }
        return first + second
    }

    /// The next template or problem; nil at the end of both files.
    func next() -> ReadFile.Item? {
        fill(1)
        while ready.isEmpty {
            guard let one = lanes[0].waiting.first, let two = lanes[1].waiting.first else {
                for lane in lanes.indices where !lanes[lane].waiting.isEmpty { passOnAlone(lane) }
                break
            }
            if one.record.name == two.record.name {
                return Self.pair(lanes[0].waiting.removeFirst().record, lanes[1].waiting.removeFirst().record)
            }
            fill(Self.window)
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
                        sample: read.record.name)))
        }
        lanes[lane].isRestReported = lanes[lane].isRestReported || isRest
        ready.append(.fragment([read.record]))
    }

    var position: ReadPosition? {
        guard ready.isEmpty, lanes.allSatisfy({ $0.waiting.isEmpty && !$0.isAtEnd }) else { return nil }
        return ReadPosition(places: lanes.map(\.reader.place))
    }

    func resume(at position: ReadPosition) -> Bool {
        position.places.count == 2 && lanes[0].reader.resume(at: position.places[0])
            && lanes[1].reader.resume(at: position.places[1])
    }

    private func fill(_ count: Int) {
        for lane in lanes.indices { lanes[lane].fill(count, &ready) }
    }

    /// One file and the reads taken from it that have not been passed on.
    private struct Lane {
        let reader: FASTQReader
        var waiting: [(record: BAMRecord, number: Int)] = []
        var isAtEnd = false
        var isRestReported = false

        mutating func fill(_ count: Int, _ problems: inout [ReadFile.Item]) {
            while waiting.count < count, !isAtEnd {
                switch reader.nextRead() {
                case .read(let record): waiting.append((record, reader.record))
                case .problem(let problem): problems.append(.problem(problem))
                case nil: isAtEnd = true
                }
            }
        }
    }
}
