/// Joins the mates of each template in a FASTQ file that lists them one after the other.
///
/// Reads whose neighbour has another name go on alone, which trimming programs make common.
final class FASTQInterleaved: ItemReader {
    private let reader: FASTQReader
    private var waiting: (record: BAMRecord, number: Int)?
    private var ready: [ReadFile.Item] = []

    init(_ reader: FASTQReader) { self.reader = reader }

    var bytesRead: Int64 { reader.bytesRead }
    var totalBytes: Int64? { reader.totalBytes }

    var position: ReadPosition? { waiting == nil && ready.isEmpty ? reader.position : nil }

    func resume(at position: ReadPosition) -> Bool { reader.resume(at: position) }

    /// The next template or problem; nil at the end.
    func next() -> ReadFile.Item? {
        while ready.isEmpty {
            switch reader.nextRead() {
            case .read(let record):
                if let first = waiting, first.record.name == record.name {
                    waiting = nil
                    return FASTQPairs.pair(first.record, record)
                }
                passOnAlone()
                waiting = (record, reader.record)
            case .problem(let problem): ready.append(.problem(problem))
            case nil:
                passOnAlone()
                return ready.isEmpty ? nil : ready.removeFirst()
            }
        }
        return ready.removeFirst()
    }

    private func passOnAlone() {
        guard let read = waiting else { return }
        waiting = nil
        ready.append(
            .problem(
                InputProblem(
                    file: reader.path, record: read.number, field: "QNAME",
                    message: "its mate does not follow it; it goes on as a single read", sample: read.record.name)))
        ready.append(.fragment([read.record]))
    }
}
