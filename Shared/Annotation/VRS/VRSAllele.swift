import Genomics
import Hashing

/// An Allele of the GA4GH Variation Representation Specification, version 2.0, on a sequence that its digest names (Wagner 2021).
public struct VRSAllele: Sendable, Hashable {
    /// What stands at the location.
    public enum State: Sendable, Hashable {
        /// LiteralSequenceExpression: these bases.
        case literal(String)
        /// ReferenceLengthExpression: so many bases, a unit of the reference's own over and over.
        case referenceLength(length: Int, repeatSubunitLength: Int)
    }

    /// The refget accession of the sequence, `SQ.` and its digest.
    public var refgetAccession: String
    /// Where, 0-based and half-open (inter-residue).
    public var location: Range<Int>
    /// What.
    public var state: State

    /// Makes an allele as it is told; what is compared is a normalized one.
    public init(refgetAccession: String, location: Range<Int>, state: State) {
        self.refgetAccession = refgetAccession
        self.location = location
        self.state = state
    }

    /// Makes the fully justified allele of an edit (VRS 2.0, "Normalization"; NCBI's VOCA, Holmes 2020).
    ///
    /// An insertion or deletion covers all places where it can be told. What then consists of the reference's own bases is told by its length:
    /// a deletion, and an insertion that repeats a unit of the covered stretch, of which the longest that divides the inserted length is told.
    /// An edit that changes nothing covers `covered`, and is told by length too.
    public init(
        normalizing edit: MinimalEdit, covered: Range<Int>, refgetAccession: String,
        _ reference: @escaping ReferenceLookup
    ) throws(GenomicsError) {
        self.refgetAccession = refgetAccession
        if edit.isEmpty {
            location = covered
            state = .referenceLength(length: covered.count, repeatSubunitLength: covered.count)
            return
        }
        guard edit.removed.isEmpty != edit.inserted.isEmpty else {
            location = edit.range
            state = .literal(String(decoding: edit.inserted, as: UTF8.self))
            return
        }
        let left = try edit.reach(towardsEnd: false, reference)
        let right = try edit.reach(towardsEnd: true, reference)
        location = (edit.range.lowerBound - left)..<(edit.range.upperBound + right)
        let seed = max(edit.removed.count, edit.inserted.count)
        if edit.inserted.isEmpty {
            state = .referenceLength(length: location.count - seed, repeatSubunitLength: seed)
            return
        }
        // What stands there now: the stretch to the left, the insertion, the stretch to the right.
        let around = try reference(edit.contig, location)
        let new =
            around[location.lowerBound..<edit.range.lowerBound] + edit.inserted
            + around[edit.range.upperBound..<location.upperBound]
        if let unit = Self.subunit(of: Array(new), covering: location.count, seed: seed) {
            state = .referenceLength(length: new.count, repeatSubunitLength: unit)
        } else {
            state = .literal(String(decoding: new, as: UTF8.self))
        }
    }

    /// The longest divisor of `seed` that is no longer than the covered stretch, and with which all of the new sequence repeats.
    private static func subunit(of new: [UInt8], covering count: Int, seed: Int) -> Int? {
        guard count > 0 else { return nil }
        var unit = min(seed, count)
        while unit > 0 {
            // The rolled stretch repeats with the seed's length already; what must repeat with the unit is what was added.
            if seed % unit == 0, (count..<new.count).allSatisfy({ new[$0] == new[$0 - unit] }) { return unit }
            unit -= 1
        }
        return nil
    }

    /// The bases that a state of this length has, where they are given or few: at most `limit`.
    public func sequence(limit: Int = 50, contig: String, _ reference: ReferenceLookup) throws(GenomicsError) -> String?
    {
        switch state {
        case .literal(let bases): return bases
        case .referenceLength(let length, let unit):
            guard length <= limit else { return nil }
            let bases = try reference(contig, location).bases
            guard unit > 0, bases.count >= min(unit, length) else { return nil }
            return String(decoding: (0..<length).map { bases[$0 % unit] }, as: UTF8.self)
        }
    }
}
