/// Joins the mates of each template in a FASTQ file that lists them one after the other.
///
/// Reads whose neighbour has another name go on alone, which trimming programs make common. A file none of whose first
/// reads is its neighbour's mate is refused.
final class FASTQInterleaved: ItemReader {
    private let reader: FASTQReader
    /// The first reads, from which the rule of names was taken.
    private var first: [(record: BAMRecord, number: Int)] = []
    private var suffix: MateSuffix?
    private var isChecked = false
    private var isResumed = false
    private var waiting: (record: BAMRecord, number: Int)?
    private var ready: [ReadFile.Item] = []

    init(_ reader: FASTQReader) { self.reader = reader }

    var bytesRead: Int64 { reader.bytesRead }
    var totalBytes: Int64? { reader.totalBytes }

    var position: ReadPosition? {
        waiting == nil && ready.isEmpty && first.isEmpty ? reader.position : nil
    }

    func resume(at position: ReadPosition) -> Bool {
        isResumed = true
        return reader.resume(at: position)
    }

    /// The next template or problem; nil at the end.
    func next() throws(GenomicsError) -> ReadFile.Item? {
        if !isChecked { try check() }
        while ready.isEmpty {
            guard let read = try read() else {
                passOnAlone()
                return ready.isEmpty ? nil : ready.removeFirst()
            }
            if let mate = waiting, let pair = join(mate.record, read.record) {
                waiting = nil
                return pair
            }
            passOnAlone()
            waiting = read
        }
        return ready.removeFirst()
    }

    private func join(_ one: BAMRecord, _ two: BAMRecord) -> ReadFile.Item? {
        if one.name == two.name { return FASTQPairs.pair(one, two) }
        guard let suffix else { return nil }
        let (first, second) = (suffix.stripped(one, mate: 0), suffix.stripped(two, mate: 1))
        return first.name == second.name ? FASTQPairs.pair(first, second) : nil
    }

    /// The next read; problems before it become ready.
    private func read() throws(GenomicsError) -> (record: BAMRecord, number: Int)? {
        if !first.isEmpty { return first.removeFirst() }
        while true {
            switch try reader.nextRead() {
            case .read(let record): return (record, reader.record)
            case .problem(let problem): ready.append(.problem(problem))
            case nil: return nil
            }
        }
    }

    private func check() throws(GenomicsError) {
        isChecked = true
        var reads: [(record: BAMRecord, number: Int)] = []
        while reads.count < 2 * MateNames.probe, let read = try read() { reads.append(read) }
        first = reads
        let pairs = stride(from: 0, to: reads.count - 1, by: 2).map {
            (one: reads[$0].record, two: reads[$0 + 1].record)
        }
        let rule =
            isResumed
            ? MateNames.resumedRule(pairs)
            : MateNames.rule(pairs) { zip(reads, reads.dropFirst()).contains { $0.record.name == $1.record.name } }
        switch rule {
        case .equal?: return
        case .suffix(let suffix)?: self.suffix = suffix
        case nil:
            throw GenomicsError(
                .malformed,
                "no read is followed by its mate: the first are "
                    + "\"\(String(decoding: pairs[0].one.name.prefix(80), as: UTF8.self))\" and "
                    + "\"\(String(decoding: pairs[0].two.name.prefix(80), as: UTF8.self))\"; read the file as single "
                    + "reads, or give the second mates' file", file: reader.path, record: reads[0].number,
                field: "QNAME")
        }
    }

    private func passOnAlone() {
        guard let read = waiting else { return }
        waiting = nil
        ready.append(
            .problem(
                InputProblem(
                    file: reader.path, record: read.number, field: "QNAME",
                    message: "its mate does not follow it; it goes on as a single read", kind: "unpaired",
                    sample: read.record.name)))
        ready.append(.fragment([read.record]))
    }
}
