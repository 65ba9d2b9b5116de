import Genomics

/// Finds what alleles are called once they are trimmed and left-aligned (Tan, Abecasis and Kang 2015), so that all spellings of one agree.
struct NormalAlleles {
    /// What an allele is found by.
    enum Name {
        /// Position and both bases of a substitution.
        case packed(UInt64)
        case spelled(Spelling)
    }

    /// An allele that is no substitution of one base.
    struct Spelling: Hashable {
        var position: Int
        var reference: [UInt8]
        var alternate: [UInt8]
    }

    private let reference: ReferenceGenome
    /// How far an allele is moved at most.
    private let reach: Int
    private var contig = ""
    private var cursor: ReferenceCursor

    init(_ reference: ReferenceGenome, reach: Int) {
        self.reference = reference
        self.reach = reach
        cursor = ReferenceCursor(reference)
    }

    /// Goes to a contig.
    mutating func move(to contig: String) {
        self.contig = contig
        cursor.move(to: contig)
    }

    /// What an allele is found by once it is trimmed and left-aligned; throws where the reference has other bases.
    mutating func name(of site: AlleleSite) throws(GenomicsError) -> Name? {
        if site.isSubstitution {
            return .packed(Self.packed(site.position, site.reference[0], site.alternate[0]))
        }
        if try isNormal(site) {
            return .spelled(Spelling(position: site.position, reference: site.reference, alternate: site.alternate))
        }
        guard
            let allele = Allele(
                contig: contig, position: site.position + 1,
                reference: String(decoding: site.reference, as: UTF8.self),
                alternate: String(decoding: site.alternate, as: UTF8.self))
        else { return nil }
        let normal = try allele.normalized(in: reference.window, reach: reach)
        if normal.isSubstitution {
            return .packed(Self.packed(normal.start, normal.reference[0], normal.alternate[0]))
        }
        return .spelled(Spelling(position: normal.start, reference: normal.reference, alternate: normal.alternate))
    }

    /// Whether an insertion or deletion is written as its normal form is: behind one base that is not the last of its bases, so that it cannot
    /// move; most are.
    private mutating func isNormal(_ site: AlleleSite) throws(GenomicsError) -> Bool {
        guard site.gain != 0, min(site.reference.count, site.alternate.count) == 1,
            site.reference[0] == site.alternate[0]
        else { return false }
        let longer = site.gain > 0 ? site.alternate : site.reference
        guard longer[longer.count - 1] != longer[0], longer.allSatisfy(Nucleotide.isBase) else { return false }
        return try cursor.has(site.position, site.reference)
    }

    private static func packed(_ position: Int, _ reference: UInt8, _ alternate: UInt8) -> UInt64 {
        UInt64(position) << 16 | UInt64(reference) << 8 | UInt64(alternate)
    }
}
