import Foundation
import Genomics
import Tasks

/// The alternate alleles of a record of VCF on their way to a model, as the field `alleles` of an item holds them in JSON.
struct VariantItem: Codable, Hashable {
    /// An alternate allele: what the model reads of it, or why it cannot be scored; neither where there is nothing to score.
    struct Alternate: Codable, Hashable {
        /// The 0-based first base of the contig that is replaced.
        var start = 0
        /// How many bases are replaced.
        var deleted = 0
        /// What stands in their place.
        var inserted = ""
        /// The 0-based position of the first base of `around`.
        var first = 0
        /// The bases of the contig around the change; empty where there is nothing to score.
        var around = ""
        /// Bases of the contig.
        var contig = 0
        /// Why it cannot be scored.
        var problem: String?
    }

    /// POS, counted from 0.
    var position: Int
    /// In the order of ALT.
    var alternates: [Alternate]

    /// The columns of an item of a record of VCF: its alleles, and the class that is meant, if one is.
    static let columns = ["alleles", "class"]

    /// The definition of the tensors that hold such items.
    static let featureVersion = "alleles-1"
}

extension VariantItem.Alternate {
    /// One that there is nothing to score of, or that cannot be scored.
    init(problem: String?) { self.problem = problem }

    init(_ context: VariantContext) {
        start = context.changed.lowerBound
        deleted = context.changed.count
        inserted = Self.letters(context.inserted)
        first = context.first
        around = Self.letters(context.known)
        contig = context.contigLength
    }

    /// What the model reads; nil where there is nothing to score.
    ///
    /// Throws `TaskError` where the bases around it are not around it.
    func context() throws(TaskError) -> VariantContext? {
        guard problem == nil, !around.isEmpty else { return nil }
        let known = Array(around.utf8)
        guard start >= first, first >= 0, deleted >= 0, contig >= 0, contig <= 1 << 40, first <= contig - known.count,
            start <= first + known.count - deleted,
            (known + inserted.utf8).allSatisfy({ BaseCode.code(ofASCII: $0) != nil })
        else { throw TaskError("an allele is not within the bases around it") }
        return VariantContext(
            changed: start..<(start + deleted), inserted: inserted.utf8.map { BaseCode.nibble(ofASCII: $0) },
            contigLength: contig, first: first, known: known.map { BaseCode.nibble(ofASCII: $0) })
    }

    private static func letters(_ codes: [UInt8]) -> String {
        String(decoding: codes.map { BaseCode.ascii(ofNibble: $0) }, as: UTF8.self)
    }
}
