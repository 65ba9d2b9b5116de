/// A symbolic allele or a breakend (VCF 4.4, § 1.4.5 and 5.4), of which only the place is known.
struct SymbolicAllele {
    private enum Kind {
        case deletion, insertion, duplication, inversion, copyNumber, breakend
    }

    private let kind: Kind
    /// The first and last base that are concerned, 0-based; `last` is `first - 1` for an insertion.
    let first: Int
    let last: Int
    private let site: AlleleSite

    /// Whether an alternate says that something is there of which nothing can be told: a symbol that is none of VCF's, or one without an end.
    static func isUntold(_ symbol: ArraySlice<UInt8>, position: Int, reference: [UInt8], end: Int?) -> Bool {
        let marks = ["*", ".", "<*>", "<NON_REF>"]
        guard !symbol.isEmpty, !marks.contains(where: { symbol.elementsEqual($0.utf8) }) else { return false }
        return SymbolicAllele(symbol, position: position, reference: reference, end: end, number: 1) == nil
    }

    /// Nil for alternates of which nothing is told, and for those without an end; `end` is past the last base, 0-based.
    init?(_ symbol: ArraySlice<UInt8>, position: Int, reference: [UInt8], end: Int?, number: Int) {
        guard let kind = Self.kind(symbol) else { return nil }
        self.kind = kind
        switch kind {
        case .insertion: (first, last) = (position + reference.count, position + reference.count - 1)
        case .breakend: (first, last) = (position, position)
        case .deletion, .duplication, .inversion, .copyNumber:
            guard let end, end > position + 1 else { return nil }
            (first, last) = (position + 1, end - 1)
        }
        // An insertion of unknown bases behind REF.
        site = AlleleSite(
            position: position, reference: reference,
            alternate: reference + [UInt8](repeating: UInt8(ascii: "N"), count: 12), number: number)
    }

    private static func kind(_ symbol: ArraySlice<UInt8>) -> Kind? {
        func begins(_ text: String) -> Bool {
            // `<DEL>` and its subtypes, such as `<DEL:ME>`.
            guard symbol.starts(with: text.utf8) else { return false }
            let next = symbol.dropFirst(text.utf8.count).first
            return next == UInt8(ascii: ">") || next == UInt8(ascii: ":")
        }
        if begins("<DEL") || begins("<CN0") { return .deletion }
        if begins("<INS") { return .insertion }
        if begins("<DUP") { return .duplication }
        if begins("<INV") { return .inversion }
        if begins("<CNV") || begins("<CN1") { return .copyNumber }
        // Copies of a haplotype, as the 1000 Genomes Project counts them.
        if symbol.starts(with: "<CN".utf8), symbol.last == UInt8(ascii: ">"), symbol.count > 4,
            symbol.dropFirst(3).dropLast().allSatisfy({ (0x30...0x39).contains($0) })
        {
            return .duplication
        }
        if symbol.first == UInt8(ascii: "<") { return nil }
        let isJoined = symbol.contains { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]") }
        let isSingle = symbol.count > 1 && (symbol.first == UInt8(ascii: ".") || symbol.last == UInt8(ascii: "."))
        return isJoined || isSingle ? .breakend : nil
    }

    /// What is told of a transcript, in the order in which it is found.
    func consequences(_ model: TranscriptModel) -> [Consequence] {
        if kind == .insertion { return inserted(model) }
        if first > model.last || last < model.first { return [] }
        let isWhole = first <= model.first && last >= model.last
        switch kind {
        case .deletion: return isWhole ? [.ablation] : [places(model, losesSites: true).union(.truncation)]
        case .duplication: return isWhole ? [.amplification] : [places(model, losesSites: false).union(.elongation)]
        case .breakend: return [places(model, losesSites: true).union(.truncation)]
        case .inversion: return [places(model, losesSites: !isWhole)]
        default: return [places(model, losesSites: false)]
        }
    }

    /// The parts of a transcript that are concerned, and with `losesSites` its splice sites.
    private func places(_ model: TranscriptModel, losesSites: Bool) -> Consequence {
        var terms: Consequence = []
        let isReverse = model.transcript.isReverse
        func touches(_ segments: [TranscriptModel.Segment]) -> Bool {
            !TranscriptModel.overlapping(segments, first, last).isEmpty
        }
        if model.transcript.coding == nil {
            if touches(model.exons) { terms.insert(.nonCodingExon) }
        } else {
            if touches(model.coding) || touches(model.firstCodonRest) { terms.insert(.codingSequence) }
            if touches(model.lastCodonRest) { terms.formUnion([.codingSequence, .incompleteTerminalCodon]) }
            if model.coding.isEmpty, touches(model.exons) { terms.insert(.codingSequence) }
            if touches(model.leftUTR) { terms.insert(isReverse ? .threePrimeUTR : .fivePrimeUTR) }
            if touches(model.rightUTR) { terms.insert(isReverse ? .fivePrimeUTR : .threePrimeUTR) }
        }
        let introns = model.introns(from: first, to: last)
        if introns.isEmpty { return terms }
        terms.insert(.intron)
        if model.transcript.coding == nil { terms.insert(.nonCoding) }
        guard losesSites else { return terms }
        for exon in introns {
            let (start, end) = (model.exons[exon - 1].last + 1, model.exons[exon].first - 1)
            if first <= start + 1, last >= start { terms.insert(isReverse ? .spliceAcceptor : .spliceDonor) }
            if first <= end, last >= end - 1 { terms.insert(isReverse ? .spliceDonor : .spliceAcceptor) }
        }
        return terms
    }

    private func inserted(_ model: TranscriptModel) -> [Consequence] {
        let place = first
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
