/// The fields of a BAM record's bytes, read in place (SAM specification, § 4.2).
///
/// The bytes are those of a `BAMRecord`, which proved that every field lies inside them.
struct RecordLayout {
    /// Which read of its template a record is.
    enum Segment {
        case first
        case last
        /// In the middle of the template, or nobody knows.
        case neither
    }

    private let bytes: UnsafeRawBufferPointer
    private var cigarOffset: Int
    private var cigarCount: Int
    private let sequenceOffset: Int
    let sequenceLength: Int
    private let qualitiesOffset: Int
    let flags: BAMRecord.Flags

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        cigarOffset = BAMRecord.fixedLength + Int(bytes[8])
        cigarCount = Int(Self.load(bytes, 12) as UInt16)
        sequenceLength = Int(Self.load(bytes, 16) as Int32)
        sequenceOffset = cigarOffset + 4 * cigarCount
        qualitiesOffset = sequenceOffset + (sequenceLength + 1) / 2
        flags = BAMRecord.Flags(rawValue: Self.load(bytes, 14))
        if cigarCount == 2 { takeLongCigar() }
    }

    /// The operations of a CIGAR that is too long for the record stand in the tag `CG` (SAM specification, § 4.2.2).
    private mutating func takeLongCigar() {
        let (first, second) = (operation(0), operation(1))
        guard first == CigarOperation(.softClip, UInt32(sequenceLength)), second.kind == .skip,
            let tag = tag("C", "G"), tag.type == UInt8(ascii: "B"), bytes[tag.offset] == UInt8(ascii: "I")
        else { return }
        cigarCount = Int(Self.load(bytes, tag.offset + 1) as UInt32)
        cigarOffset = tag.offset + 5
    }

    var referenceID: Int32 { Self.load(bytes, 0) }
    var position: Int32 { Self.load(bytes, 4) }
    var mappingQuality: UInt8 { bytes[9] }
    var mateReferenceID: Int32 { Self.load(bytes, 20) }
    var matePosition: Int32 { Self.load(bytes, 24) }
    var templateLength: Int32 { Self.load(bytes, 28) }

    /// A read of an unpaired template is its first.
    var segment: Segment {
        guard flags.contains(.paired) else { return .first }
        switch (flags.contains(.firstInPair), flags.contains(.secondInPair)) {
        case (true, false): return .first
        case (false, true): return .last
        default: return .neither
        }
    }

    /// Bases that are aligned or inserted, and bases that were hard-clipped.
    var alignment: (aligned: Int, hardClipped: Int) {
        var (aligned, hardClipped) = (0, 0)
        forEachOperation { kind, length in
            switch kind {
            case .match, .insertion, .equal, .difference: aligned += length
            case .hardClip: hardClipped += length
            case .deletion, .skip, .softClip, .padding: break
            }
        }
        return (aligned, hardClipped)
    }

    /// Calls `body` with the CIGAR operations in their order.
    @inline(__always)
    func forEachOperation(_ body: (CigarOperation.Kind, Int) -> Void) {
        for index in 0..<cigarCount {
            let operation = operation(index)
            body(operation.kind, Int(operation.length))
        }
    }

    /// Those of the tag `CG` were not validated; an unknown operation aligns nothing.
    @inline(__always)
    private func operation(_ index: Int) -> CigarOperation {
        let word: UInt32 = Self.load(bytes, cigarOffset + 4 * index)
        return CigarOperation(CigarOperation.Kind(rawValue: UInt8(word & 15)) ?? .padding, word >> 4)
    }

    /// Gives the base qualities of a record that has bases.
    @inline(__always)
    func withQualities<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
        let qualities = UnsafeRawBufferPointer(rebasing: bytes[qualitiesOffset..<(qualitiesOffset + sequenceLength)])
        return qualities.withMemoryRebound(to: UInt8.self) { qualities in
            guard let first = qualities.baseAddress else { preconditionFailure("a record without bases") }
            return body(first)
        }
    }

    /// The bases that are G or C.
    var gcCount: Int {
        var count = 0
        let whole = sequenceOffset + sequenceLength / 2
        Self.gcOfPair.withUnsafeBufferPointer { table in
            for offset in sequenceOffset..<whole { count += Int(table[Int(bytes[offset])]) }
            if sequenceLength & 1 == 1 { count += Int(table[Int(bytes[whole] & 0xf0)]) }
        }
        return count
    }

    /// How many of the two bases of a byte are G (4) or C (2).
    private static let gcOfPair: [UInt8] = (0..<256).map { pair in
        UInt8([pair >> 4, pair & 15].count { $0 == 2 || $0 == 4 })
    }

    /// The `NM` tag; nil without a number of that name.
    var editDistance: Int? {
        guard let tag = tag("N", "M") else { return nil }
        return integer(tag.type, at: tag.offset)
    }

    /// The type of a tag and where its value begins, which lies in the record as a whole.
    private func tag(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> (type: UInt8, offset: Int)? {
        var offset = qualitiesOffset + sequenceLength
        while offset + 3 < bytes.count {
            let type = bytes[offset + 2]
            let isMeant = bytes[offset] == UInt8(ascii: first) && bytes[offset + 1] == UInt8(ascii: second)
            offset += 3
            guard let width = width(type, at: offset), offset + width <= bytes.count else { return nil }
            if isMeant { return (type, offset) }
            offset += width
        }
        return nil
    }

    private func integer(_ type: UInt8, at offset: Int) -> Int? {
        switch type {
        case UInt8(ascii: "C"): Int(bytes[offset])
        case UInt8(ascii: "c"): Int(Int8(bitPattern: bytes[offset]))
        case UInt8(ascii: "S"): Int(Self.load(bytes, offset) as UInt16)
        case UInt8(ascii: "s"): Int(Self.load(bytes, offset) as Int16)
        case UInt8(ascii: "I"): Int(Self.load(bytes, offset) as UInt32)
        case UInt8(ascii: "i"): Int(Self.load(bytes, offset) as Int32)
        default: nil
        }
    }

    /// The bytes of a tag's value; nil for a type that SAM does not have or a text without its end.
    private func width(_ type: UInt8, at offset: Int) -> Int? {
        switch type {
        case UInt8(ascii: "A"), UInt8(ascii: "C"), UInt8(ascii: "c"): return 1
        case UInt8(ascii: "S"), UInt8(ascii: "s"): return 2
        case UInt8(ascii: "I"), UInt8(ascii: "i"), UInt8(ascii: "f"): return 4
        case UInt8(ascii: "Z"), UInt8(ascii: "H"):
            var end = offset
            while end < bytes.count, bytes[end] != 0 { end += 1 }
            return end - offset + 1
        case UInt8(ascii: "B"):
            guard offset + 5 <= bytes.count, let item = width(bytes[offset], at: offset) else { return nil }
            return 5 + item * Int(Self.load(bytes, offset + 1) as UInt32)
        default: return nil
        }
    }

    @inline(__always)
    private static func load<T: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> T {
        T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
    }
}
