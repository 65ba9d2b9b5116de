/// Positions of DNA and RNA.
extension HGVSParser {
    /// `76`, `76_78`, `(1_10)`, `(4_6)_246`, `4_(245_246)`, `(?_6)_(245_?)`.
    mutating func location() throws(HGVSError) -> HGVSLocation {
        if next != UInt8(ascii: "(") {
            let first = try position()
            guard take("_") else { return HGVSLocation(.at(first)) }
            return HGVSLocation(.at(first), try point())
        }
        let inner = try parenthesized()
        guard take("_") else {
            var location = HGVSLocation(.at(inner.0), inner.1.map { .at($0) })
            location.isUncertain = true
            return location
        }
        return HGVSLocation(.between(inner.0, inner.1 ?? inner.0), try point())
    }

    private mutating func point() throws(HGVSError) -> HGVSPoint {
        guard next == UInt8(ascii: "(") else { return .at(try position()) }
        let inner = try parenthesized()
        return .between(inner.0, inner.1 ?? inner.0)
    }

    private mutating func parenthesized() throws(HGVSError) -> (HGVSPosition, HGVSPosition?) {
        let start = place
        place += 1
        let first = try position()
        let second: HGVSPosition? = take("_") ? try position() : nil
        guard take(")") else {
            throw isAtEnd
                ? failure("the parenthesis is not closed", at: start)
                : failure("\")\" is expected behind the positions, and \(found)")
        }
        return (first, second)
    }

    private var isTranscript: Bool { kind == .coding || kind == .noncoding || kind == .rna }

    private mutating func position() throws(HGVSError) -> HGVSPosition {
        let start = place
        var position = HGVSPosition(nil)
        if take("?") { return position }
        if next == UInt8(ascii: "*") {
            guard kind == .coding || kind == .rna else {
                throw failure("\"*\" counts from the stop codon, which \(kind.rawValue). does not know")
            }
            place += 1
            position.anchor = .stop
        }
        var isNegative = false
        if position.anchor == .start, next == UInt8(ascii: "-") || next == UInt8(ascii: "+") {
            guard isTranscript else {
                throw failure("a position of \(kind.rawValue). has no sign; it counts from the first base")
            }
            isNegative = next == UInt8(ascii: "-")
            if !isNegative {
                remark("positions have no plus in front")
            } else if kind == .noncoding {
                remark("n. counts from the first base of the transcript; this lies in front of it")
            }
            place += 1
        }
        let number = try number(position.anchor == .stop ? "a number behind \"*\"" : "a position")
        guard number > 0 else { throw failure("there is no position 0", at: start) }
        position.number = isNegative ? -number : number
        if isTranscript, next == UInt8(ascii: "+") || next == UInt8(ascii: "-") {
            let isUpstream = next == UInt8(ascii: "-")
            let sign = place
            place += 1
            if take("?") {
                position.offset = isUpstream ? .upstream : .downstream
            } else {
                let offset = try self.number("how far into the intron")
                guard offset > 0 else { throw failure("an intron has no base 0; leave the offset out", at: sign) }
                position.offset = .exactly(isUpstream ? -offset : offset)
            }
        }
        return position
    }
}
