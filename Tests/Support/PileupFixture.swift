import Genomics
import Hashing

/// Small pileups in text: a read is a line of bases under the reference.
public enum PileupFixture {
    /// The operations of a CIGAR string.
    public static func cigar(_ text: String) -> [CigarOperation] {
        let letters = Array("MIDNSHP=X")
        var operations: [CigarOperation] = []
        var length: UInt32 = 0
        for character in text {
            if let digit = character.wholeNumberValue {
                length = length * 10 + UInt32(digit)
            } else if let code = letters.firstIndex(of: character),
                let kind = CigarOperation.Kind(rawValue: UInt8(code))
            {
                operations.append(CigarOperation(kind, length))
                length = 0
            }
        }
        return operations
    }

    /// A mapped read of uniform quality.
    public static func read(
        _ name: String, at position: Int, _ sequence: String, cigar text: String? = nil, quality: UInt8 = 30,
        flags: BAMRecord.Flags = [], mappingQuality: UInt8 = 60
    ) -> BAMRecord {
        let bases = Array(sequence.utf8)
        return BAMRecord(
            name: name.utf8, flags: flags, referenceID: 0, position: Int32(position), mappingQuality: mappingQuality,
            cigar: cigar(text ?? "\(bases.count)M"), sequence: bases,
            qualities: [UInt8](repeating: quality, count: bases.count))
    }

    /// A reference without repeats longer than two bases, from position 0.
    public static func reference(_ count: Int, seed: UInt64 = 7) -> [UInt8] {
        var random = SplitMix64(seed: seed)
        var bases: [UInt8] = []
        while bases.count < count {
            let base = Array("ACGT".utf8)[Int(random.next() >> 62)]
            if bases.last != base { bases.append(base) }
        }
        return bases
    }

    /// Letters as text.
    public static func text(_ bases: some Sequence<UInt8>) -> String { String(decoding: Array(bases), as: UTF8.self) }
}
