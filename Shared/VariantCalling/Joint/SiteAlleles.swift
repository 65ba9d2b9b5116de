import Genomics

/// The alleles of all samples at a site in one spelling: over the longest REF.
struct SiteAlleles: Equatable {
    /// The longest REF.
    private(set) var reference: String
    /// All alternates, each over ``reference``, in the order in which the samples name them; `*` comes last.
    private(set) var alternates: [String] = []

    /// The alleles with REF.
    var count: Int { 1 + alternates.count }

    /// Joins the alleles of records that begin at one position; `hasDeletion` where a deletion of some sample spans it.
    init(_ records: [GVCFRecord], hasDeletion: Bool) throws(GenomicsError) {
        reference = records.map(\.reference).max { $0.utf8.count < $1.utf8.count } ?? ""
        for record in records {
            guard reference.hasPrefix(record.reference) else {
                throw GenomicsError(
                    .referenceMismatch,
                    "\(record.reference) and \(reference) at one place: the files are of different references",
                    field: "REF")
            }
            let rest = reference.dropFirst(record.reference.count)
            for alternate in record.alternates
            where alternate != "*" && !alternates.contains(alternate + rest) {
                alternates.append(alternate + rest)
            }
        }
        if hasDeletion { alternates.append("*") }
    }

    /// Only some of the alternates, by their number among the alleles.
    func keeping(_ kept: [Int]) -> SiteAlleles {
        var result = self
        result.alternates = kept.map { alternates[$0 - 1] }
        return result.trimmed
    }

    /// The alleles without the bases that all of them end with; one base of each stays.
    private var trimmed: SiteAlleles {
        var result = self
        while result.reference.utf8.count > 1,
            result.alternates.allSatisfy({
                $0 == "*" || $0.utf8.count > 1 && $0.last == result.reference.last
            })
        {
            result.reference.removeLast()
            result.alternates = result.alternates.map { $0 == "*" ? $0 : String($0.dropLast()) }
        }
        return result
    }

    /// For each allele of the site its number in a record that begins there; nil where the record does not tell.
    func numbers(in record: GVCFRecord) -> [Int?] {
        let other = record.hasOther ? record.alleleCount - 1 : nil
        let rest = reference.dropFirst(record.reference.count)
        let own = record.alternates.map { $0 == "*" ? $0 : $0 + rest }
        return [0]
            + alternates.map { alternate in own.firstIndex(of: alternate).map { $0 + 1 } ?? other }
    }

    /// The same for a record that begins before the site and reaches over it: its deletion is `*`.
    func numbers(inSpanning record: GVCFRecord, position: Int) -> [Int?] {
        let other = record.hasOther ? record.alleleCount - 1 : nil
        let deletion = record.alternates.firstIndex { Self.deletes(position, $0, in: record) }.map {
            $0 + 1
        }
        return [0] + alternates.map { $0 == "*" ? deletion ?? other : other }
    }

    /// Whether an allele of a record takes a position away.
    static func deletes(_ position: Int, _ alternate: String, in record: GVCFRecord) -> Bool {
        guard alternate != "*", alternate.utf8.count < record.reference.utf8.count else { return false }
        let (from, to) = (Array(record.reference.utf8), Array(alternate.utf8))
        let prefix = zip(from, to).prefix { $0 == $1 }.count
        let suffix = min(
            to.count - prefix, zip(from.reversed(), to.reversed()).prefix { $0 == $1 }.count)
        let first = record.range.lowerBound + prefix
        return (first..<(record.range.upperBound - suffix)).contains(position)
    }
}
