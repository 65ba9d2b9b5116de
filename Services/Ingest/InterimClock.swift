/// When a run's reading is interrupted for an interim report: at each tenth of files, whose size is known, and of a stream now and then.
struct InterimClock {
    private let total: Int64?
    private var lastMark = ContinuousClock.now

    /// The parts of an input after which there is a report, but for the last, which has the final one.
    private static let parts: Int64 = 10
    /// The least time between two marks of a stream.
    private static let leastTime: Duration = .seconds(5)

    /// Begins with the reading; `total` are the bytes of files, nil of a stream.
    init(total: Int64?) { self.total = total }

    /// Whether the end of the input is not known.
    var isOfStream: Bool { total == nil }

    /// Whether a mark is due after so many marks and bytes; of files it follows from these alone, wherever the reading begins again.
    func isDue(marks: Int, bytes: Int64) -> Bool {
        guard let total else { return ContinuousClock.now - lastMark >= Self.leastTime }
        return marksAfter(marks, bytes: bytes) > marks && bytes < total
    }

    /// The number of the last mark that is behind once one is sent: of tenths that were passed at once only the last is sent.
    func marksAfter(_ marks: Int, bytes: Int64) -> Int {
        guard let total, total > 0 else { return marks + 1 }
        return max(marks, Int(min(Self.parts - 1, bytes * Self.parts / total)))
    }

    /// The share of the input that was read.
    func share(_ bytes: Int64) -> Double? {
        total.map { $0 > 0 ? (Double(min(bytes, $0)) / Double($0) * 1000).rounded() / 1000 : 1 }
    }

    /// A mark is sent.
    mutating func marked() { lastMark = .now }
}
