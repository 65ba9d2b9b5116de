/// The records between a reader and a writer, in the order of the file.
///
/// Those that were written are filled again, so that their room is that of the most that ever waited together.
struct RecordQueue {
    private var records: [WaitingRecord] = []
    private var head = 0
    private var spare: [WaitingRecord] = []

    var count: Int { records.count - head }

    /// A record that waits, counted from the first of them.
    subscript(place: Int) -> WaitingRecord { records[head + place] }

    /// The record that came last.
    var last: WaitingRecord? { count > 0 ? records.last : nil }

    /// A record to be filled and added.
    mutating func empty() -> WaitingRecord { spare.popLast() ?? WaitingRecord() }

    mutating func add(_ record: WaitingRecord) { records.append(record) }

    /// Takes the first record out, which is filled again.
    mutating func removeFirst() {
        spare.append(records[head])
        head += 1
        if head > 1_024 || head == records.count {
            records.removeFirst(head)
            head = 0
        }
    }
}
