/// The reads of an alignment file none of which is mapped (uBAM), mates joined as those of FASTQ are.
///
/// A read whose neighbour is not its mate goes on alone.
final class UnalignedMates: ItemReader {
    private let reader: AlignmentReader
    private var waiting: (record: BAMRecord, number: Int)?
    private var ready: [ReadFile.Item] = []

    init(_ reader: AlignmentReader) { self.reader = reader }

    var bytesRead: Int64 { reader.bytesRead }
    var totalBytes: Int64? { reader.totalBytes }

    var position: ReadPosition? { waiting == nil && ready.isEmpty ? reader.position : nil }

    func resume(at position: ReadPosition) -> Bool { reader.resume(at: position) }

    func next() throws(GenomicsError) -> ReadFile.Item? {
        while ready.isEmpty {
            switch try reader.next() {
            case .fragment(let records): for record in records { try add(record) }
            case .problem(let problem): ready.append(.problem(problem))
            case nil:
                passOnAlone()
                return ready.isEmpty ? nil : ready.removeFirst()
            }
        }
        return ready.removeFirst()
    }

    private func add(_ record: BAMRecord) throws(GenomicsError) {
        guard record.flags.contains(.unmapped) else {
            throw GenomicsError(
                .unsupported,
                "the file begins with unmapped reads only, but this one is mapped; sort it with `samtools sort`, or give "
                    + "mapped and unmapped reads as files of their own", file: reader.path,
                record: reader.record, field: "FLAG")
        }
        guard record.flags.contains(.paired) else {
            passOnAlone()
            ready.append(.fragment([record]))
            return
        }
        if let mate = waiting, mate.record.name == record.name,
            mate.record.flags.contains(.firstInPair) != record.flags.contains(.firstInPair)
        {
            waiting = nil
            let isFirst = mate.record.flags.contains(.firstInPair)
            ready.append(.fragment(isFirst ? [mate.record, record] : [record, mate.record]))
            return
        }
        passOnAlone()
        waiting = (record, reader.record)
    }

    private func passOnAlone() {
        guard let read = waiting else { return }
        waiting = nil
        ready.append(
            .problem(
                InputProblem(
                    file: reader.path, record: read.number, field: "QNAME",
                    message: "its mate does not follow it; it goes on as a single read (samtools collate brings mates "
                        + "together)", kind: "unpaired", sample: read.record.name)))
        ready.append(.fragment([read.record]))
    }
}
