/// One read, aligned or not, in BAM's own binary layout (SAM specification, § 4.2, without `block_size`).
///
/// The record is one buffer and its fields are read in place, so that a batch of reads costs one allocation a read.
/// `init(validating:)` proves that every field lies inside the buffer; the accessors rely on it.
public struct BAMRecord: Sendable, Hashable {
    /// The record's bytes from `refID` to the last tag.
    public private(set) var bytes: [UInt8]

    /// The bytes in front of the name.
    public static let fixedLength = 32
    /// The MAPQ that says that there is none (SAM specification, § 1.4).
    public static let unknownMappingQuality: UInt8 = 255

    /// Takes bytes that came from outside.
    ///
    /// Throws `GenomicsError.Code.malformed` naming the field when a length or an offset does not fit the buffer.
    public init(validating bytes: [UInt8]) throws(GenomicsError) {
        guard bytes.count >= Self.fixedLength else {
            throw GenomicsError(
                .malformed, "a BAM record of \(bytes.count) bytes is shorter than its fixed part", field: "block_size")
        }
        self.bytes = bytes
        guard nameLength >= 1, Self.fixedLength + nameLength <= bytes.count,
            bytes[Self.fixedLength + nameLength - 1] == 0
        else { throw GenomicsError(.malformed, "the read name does not end inside the record", field: "QNAME") }
        guard sequenceLength >= 0, sequenceLength <= bytes.count, tagsOffset <= bytes.count else {
            throw GenomicsError(.malformed, "CIGAR, sequence and qualities do not fit the record", field: "l_seq")
        }
        guard (0..<cigarCount).allSatisfy({ CigarOperation.Kind(rawValue: UInt8(cigarWord($0) & 15)) != nil }) else {
            throw GenomicsError(.malformed, "an unknown CIGAR operation", field: "CIGAR")
        }
    }

    /// Makes a record of its fields.
    ///
    /// `name` holds 1 to 254 bytes; `sequence` is upper-case ASCII; `qualities` are Phred scores without offset and as
    /// many as bases, or empty when unknown; `tags` are in BAM's binary form (see ``BAMTags``).
    public init(
        name: some Collection<UInt8>, flags: Flags, referenceID: Int32 = -1, position: Int32 = -1,
        mappingQuality: UInt8 = 0, cigar: [CigarOperation] = [], mateReferenceID: Int32 = -1, matePosition: Int32 = -1,
        templateLength: Int32 = 0, sequence: some Collection<UInt8>, qualities: some Collection<UInt8>,
        tags: [UInt8] = []
    ) {
        precondition(name.count >= 1 && name.count <= 254, "a read name has 1 to 254 bytes")
        precondition(qualities.isEmpty || qualities.count == sequence.count, "one quality a base")
        var (cigar, tags) = (cigar, tags)
        if cigar.count > 0xffff {
            let (placeholder, tag) = LongCigar.stored(cigar.map(\.packed), readLength: sequence.count)
            cigar = placeholder
            tags += tag
        }
        var out: [UInt8] = []
        out.reserveCapacity(Self.fixedLength + name.count + 1 + 4 * cigar.count + 2 * sequence.count + tags.count)
        func put<T: FixedWidthInteger>(_ value: T) {
            withUnsafeBytes(of: value.littleEndian) { out.append(contentsOf: $0) }
        }
        let span = cigar.isEmpty ? 1 : max(1, cigar.reduce(0) { $0 + ($1.kind.consumesReference ? Int($1.length) : 0) })
        put(referenceID)
        put(position)
        put(UInt8(name.count + 1))
        put(mappingQuality)
        put(Self.bin(start: Int(max(position, -1)), end: Int(max(position, -1)) + span))
        put(UInt16(cigar.count))
        put(flags.rawValue)
        put(Int32(sequence.count))
        put(mateReferenceID)
        put(matePosition)
        put(templateLength)
        out.append(contentsOf: name)
        out.append(0)
        for operation in cigar { put(operation.packed) }
        var half: UInt8? = nil
        for base in sequence {
            let code = BaseCode.nibble(ofASCII: base)
            if let high = half {
                out.append(high << 4 | code)
                half = nil
            } else {
                half = code
            }
        }
        if let high = half { out.append(high << 4) }
        if qualities.isEmpty {
            out.append(contentsOf: repeatElement(0xff, count: sequence.count))
        } else {
            out.append(contentsOf: qualities)
        }
        out.append(contentsOf: tags)
        bytes = out
    }

    // Fixed fields.

    /// The index of the contig in the header, -1 when unmapped.
    public var referenceID: Int32 {
        get { load(0) }
        set { store(newValue, 0) }
    }
    /// The 0-based leftmost aligned base, -1 when unmapped.
    public var position: Int32 {
        get { load(4) }
        set { store(newValue, 4) }
    }
    /// MAPQ; 255 where it is not available.
    public var mappingQuality: UInt8 {
        get { bytes[9] }
        set { bytes[9] = newValue }
    }
    /// FLAG.
    public var flags: Flags {
        get { Flags(rawValue: load(14)) }
        set { store(newValue.rawValue, 14) }
    }
    /// The number of bases.
    public var sequenceLength: Int { Int(load(16) as Int32) }
    /// The mate's contig, -1 when it has none.
    public var mateReferenceID: Int32 {
        get { load(20) }
        set { store(newValue, 20) }
    }
    /// The mate's 0-based position, -1 when it has none.
    public var matePosition: Int32 {
        get { load(24) }
        set { store(newValue, 24) }
    }
    /// TLEN.
    public var templateLength: Int32 {
        get { load(28) }
        set { store(newValue, 28) }
    }

    // Variable fields.

    /// QNAME as ASCII bytes, without the closing zero.
    public var name: ArraySlice<UInt8> { bytes[Self.fixedLength..<(Self.fixedLength + nameLength - 1)] }
    /// The number of CIGAR operations in the record itself; those of a very long CIGAR are in the tag `CG`.
    public var cigarCount: Int { Int(load(12) as UInt16) }
    /// The CIGAR operation of an index below ``cigarCount``.
    public func cigar(_ index: Int) -> CigarOperation { CigarOperation(packed: cigarWord(index)) }
    /// All CIGAR operations, those of the tag `CG` where it holds them.
    public var cigar: [CigarOperation] { longCigar ?? (0..<cigarCount).map { cigar($0) } }
    /// The 4-bit code of a base (SAM § 4.2.3: `=ACMGRSVTWYHKDBN`).
    public func baseNibble(_ index: Int) -> UInt8 {
        let byte = bytes[sequenceOffset + index >> 1]
        return index & 1 == 0 ? byte >> 4 : byte & 15
    }
    /// The base as upper-case ASCII.
    public func base(_ index: Int) -> UInt8 { BaseCode.ascii(ofNibble: baseNibble(index)) }
    /// All bases as upper-case ASCII.
    public var sequence: [UInt8] { (0..<sequenceLength).map { base($0) } }
    /// The Phred qualities; all 255 when unknown.
    public var qualities: ArraySlice<UInt8> { bytes[qualitiesOffset..<tagsOffset] }
    /// The Phred quality of a base, 255 when unknown.
    public func quality(_ index: Int) -> UInt8 { bytes[qualitiesOffset + index] }
    /// The tags in binary form.
    public var tags: ArraySlice<UInt8> { bytes[tagsOffset...] }

    /// The bases of the reference that the alignment spans.
    public var referenceSpan: Int {
        (0..<cigarCount).reduce(0) { sum, index in
            let operation = cigar(index)
            return operation.kind.consumesReference ? sum + Int(operation.length) : sum
        }
    }
    /// The 0-based half-open stretch of the contig that the alignment spans; one base for an unmapped or empty alignment.
    public var referenceRange: Range<Int> { Int(position)..<(Int(position) + max(1, referenceSpan)) }

    /// Replaces all tags.
    public mutating func setTags(_ tags: some Collection<UInt8>) { bytes.replaceSubrange(tagsOffset..., with: tags) }

    private var nameLength: Int { Int(bytes[8]) }
    private var cigarOffset: Int { Self.fixedLength + nameLength }
    private var sequenceOffset: Int { cigarOffset + 4 * cigarCount }
    private var qualitiesOffset: Int { sequenceOffset + (sequenceLength + 1) / 2 }
    private var tagsOffset: Int { qualitiesOffset + sequenceLength }
    private func cigarWord(_ index: Int) -> UInt32 { load(cigarOffset + 4 * index) }

    private func load<T: FixedWidthInteger>(_ offset: Int) -> T {
        bytes.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: T.self)) }
    }

    private mutating func store<T: FixedWidthInteger>(_ value: T, _ offset: Int) {
        bytes.withUnsafeMutableBytes { $0.storeBytes(of: value.littleEndian, toByteOffset: offset, as: T.self) }
    }

    /// The UCSC bin of a 0-based half-open stretch (SAM § 5.3, `reg2bin`).
    static func bin(start: Int, end: Int) -> UInt16 {
        let last = end - 1
        for (shift, base) in [(14, 4681), (17, 585), (20, 73), (23, 9), (26, 1)] where start >> shift == last >> shift {
            return UInt16(truncatingIfNeeded: base + start >> shift)
        }
        return 0
    }
}
