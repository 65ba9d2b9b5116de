/// An alternate allele of a record, with what REF and ALT share at their ends.
///
/// An object, so that the many that look at it share one.
final class AlleleSite {
    /// The 0-based position of the record.
    let position: Int
    let reference: [UInt8]
    let alternate: [UInt8]
    /// The number of the allele in the record, 1 for the first.
    let number: Int
    /// How many bases are equal at the start, once those that are equal at the end are gone.
    let head: Int
    /// How many bases are equal at the end.
    let tail: Int
    /// The difference of length.
    let gain: Int

    init(position: Int, reference: [UInt8], alternate: [UInt8], number: Int) {
        self.position = position
        self.reference = reference
        self.alternate = alternate
        self.number = number
        gain = alternate.count - reference.count
        let shorter = min(reference.count, alternate.count)
        var tail = 0
        while tail < shorter, reference[reference.count - 1 - tail] == alternate[alternate.count - 1 - tail] {
            tail += 1
        }
        var head = 0
        while head < shorter - tail, reference[head] == alternate[head] { head += 1 }
        // An insertion behind the base that both begin with is told from that base.
        if alternate.count > reference.count, head == 0, tail > 0, reference[0] == alternate[0] {
            (head, tail) = (1, tail - 1)
        }
        self.head = head
        self.tail = tail
    }

    /// Whether one base is exchanged for another, and the record says no more.
    var isSubstitution: Bool { reference.count == 1 && gain == 0 && head == 0 && tail == 0 }
    /// Whether ALT spells REF.
    var isReference: Bool { gain == 0 && head + tail == reference.count }
    /// The first and last base that are exchanged or deleted; `last` is `first - 1` for a pure insertion.
    var first: Int { position + head }
    var last: Int { position + reference.count - tail - 1 }
    /// The bases that come in place of them.
    var bases: ArraySlice<UInt8> { alternate[head..<(alternate.count - tail)] }
    /// The last position of REF.
    var end: Int { position + reference.count - 1 }
}
