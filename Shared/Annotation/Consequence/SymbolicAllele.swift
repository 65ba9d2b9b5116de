/// A symbolic insertion or deletion (VCF 4.3, § 1.4.5), of which only the place is known.
struct SymbolicAllele {
    private let site: AlleleSite
    private let isDeletion: Bool
    /// The deleted bases, 0-based and inclusive.
    private let first: Int
    private let last: Int

    /// Whether nothing is told of an alternate: it is symbolic, and neither an insertion nor a deletion.
    static func isUntold(_ symbol: ArraySlice<UInt8>) -> Bool {
        guard
            symbol.first == UInt8(ascii: "<")
                || symbol.contains(where: { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]") })
        else { return false }
        return !symbol.starts(with: "<INS".utf8) && !symbol.starts(with: "<DEL".utf8)
            && !symbol.starts(with: "<*>".utf8)
            && !symbol.starts(with: "<NON_REF>".utf8)
    }

    /// Nil for alternates of which nothing is told, and for deletions without an end; `end` is INFO END.
    init?(_ symbol: ArraySlice<UInt8>, position: Int, reference: [UInt8], end: Int?, number: Int) {
        isDeletion = symbol.starts(with: "<DEL".utf8)
        guard isDeletion || symbol.starts(with: "<INS".utf8) else { return nil }
        first = position + 1
        last = (end ?? 0) - 1
        if isDeletion, last < first { return nil }
        // An insertion of unknown bases behind REF.
        site = AlleleSite(
            position: position, reference: reference,
            alternate: reference + [UInt8](repeating: UInt8(ascii: "N"), count: 12), number: number)
    }

    /// What is told of a transcript, in the order in which it is found.
    func consequences(_ model: TranscriptModel) -> [Consequence] {
        if isDeletion {
            if first > model.last || last < model.first { return [] }
            if first <= model.first, last >= model.last { return [.ablation] }
            return [.truncation]
        }
        let place = site.end + 1
        if place > model.last || place < model.first { return [] }
        var found: [Consequence] = []
        if !TranscriptModel.overlapping(model.coding, place, place).isEmpty {
            found.append([.codingSequence, .elongation])
        }
        if let utr = model.utr(place, place) { found.append([utr, .elongation]) }
        for index in TranscriptModel.overlapping(model.exons, place - 8, place + 8) {
            let checks = SegmentEffect.Checks(splice: true, left: index != 0, right: index != model.exons.count - 1)
            let terms = SegmentEffect(site, model, model.exons[index], number: -1, checks).consequence
            if !terms.isEmpty { found.append(terms.union(.elongation)) }
        }
        if !found.isEmpty { return found }
        return [model.transcript.coding == nil ? [.nonCoding, .elongation] : [.intron, .elongation]]
    }
}
