/// What an allele does to one transcript, before what its neighbours on the same haplotype do is known.
struct TranscriptEffects {
    /// What was found beside the coding change, in the order in which it was found.
    var found: [Consequence] = []
    /// The exchanged coding bases, where there are any that tell what happens.
    var edit: CodingEdit?
    /// Whether a segment of the transcript was touched: its introns and the rest say nothing then.
    var isHit = false

    /// All terms but those of the coding change.
    var terms: Consequence { found.reduce(into: []) { $0.formUnion($1) } }

    init(_ allele: AlleleSite, _ model: TranscriptModel, record: Int) {
        if allele.isReference {
            isHit = true
            return
        }
        if !model.coding.isEmpty { coding(allele, model, record: record) }
        codonRest(allele, model.firstCodonRest, .codingSequence)
        codonRest(allele, model.lastCodonRest, [.codingSequence, .incompleteTerminalCodon])
        utr(allele, model, model.leftUTR, isLeft: true)
        utr(allele, model, model.rightUTR, isLeft: false)
        splice(allele, model)
        if !isHit { rest(allele, model) }
    }

    /// A segment that is touched by REF or by what is inserted behind it.
    private func touched(
        _ segments: [TranscriptModel.Segment], _ allele: AlleleSite, reach: Int = 0
    ) -> Range<Int> {
        TranscriptModel.overlapping(
            segments, allele.position - reach, allele.position + allele.reference.count + reach)
    }

    private mutating func coding(_ allele: AlleleSite, _ model: TranscriptModel, record: Int) {
        let count = model.coding.count
        let isReverse = model.transcript.isReverse
        for index in touched(model.coding, allele) {
            isHit = true
            let segment = model.coding[index]
            var checks = SegmentEffect.Checks(splice: true, isCoding: true)
            checks.start = model.hasStart && index == (isReverse ? count - 1 : 0) && model.beginsWithMethionine
            checks.stop = model.transcript.startPhase >= 0 && model.hasStop && index == (isReverse ? 0 : count - 1)
            checks.left = index != 0
            checks.right = index != count - 1
            let effect = SegmentEffect(allele, model, segment, number: index, checks)
            if let neighbour = effect.neighbour { found.append(neighbour) }
            if effect.place == .nowhere { continue }
            var terms = effect.consequence
            var exchange: CodingEdit?
            if effect.place == .inside, !effect.replaced.isEmpty {
                if effect.replaced.upperBound > segment.last + 1 {
                    if terms.isEmpty { terms = .codingSequence }
                } else {
                    let forward = segment.offset + effect.replaced.lowerBound - segment.first
                    let new = CodingEdit(
                        record: record, allele: allele,
                        start: isReverse ? model.sequence.count - forward - effect.replaced.count : forward,
                        count: effect.replaced.count,
                        bases: isReverse ? Transcript.reverseComplement(effect.bases) : effect.bases, consequence: [])
                    // Codons that an intron divides are at the border of one segment alone.
                    if model.hasStart, model.beginsWithMethionine, new.start < 3 { terms.insert(.startLost) }
                    if model.hasStop, new.end > model.sequence.count - 3 { terms.insert(.stopLost) }
                    if allele.gain != 0, model.keepsStart(new) { terms.remove(.startLost) }
                    exchange = new
                }
            }
            if !terms.isEmpty { found.append(terms) }
            // Where an indel only takes the start codon, nobody knows where translation begins.
            guard var exchange, allele.gain == 0 || terms != .startLost else { continue }
            exchange.consequence = terms.subtracting(.synonymous)
            edit = exchange
        }
    }

    /// What is told of the bases of a codon that the coding sequence cuts.
    private mutating func codonRest(
        _ allele: AlleleSite, _ segments: [TranscriptModel.Segment], _ terms: Consequence
    ) {
        if segments.isEmpty { return }
        // An insertion lies in it if both of its neighbors do.
        let (first, last) = (allele.first, allele.last)
        let touches = { !TranscriptModel.overlapping(segments, $0, $1).isEmpty }
        guard last < first ? touches(last, last) && touches(first, first) : touches(first, last) else { return }
        found.append(terms)
        isHit = true
    }

    private mutating func utr(
        _ allele: AlleleSite, _ model: TranscriptModel, _ segments: [TranscriptModel.Segment], isLeft: Bool
    ) {
        for index in touched(segments, allele) {
            let effect = SegmentEffect(allele, model, segments[index], number: -1, .init())
            guard effect.place == .inside || effect.place == .across else { continue }
            found.append(isLeft == model.transcript.isReverse ? .threePrimeUTR : .fivePrimeUTR)
            isHit = true
        }
    }

    private mutating func splice(_ allele: AlleleSite, _ model: TranscriptModel) {
        for index in touched(model.exons, allele, reach: 8) {
            let checks = SegmentEffect.Checks(
                splice: true, left: index != 0, right: index != model.exons.count - 1)
            let effect = SegmentEffect(allele, model, model.exons[index], number: -1, checks)
            if !effect.consequence.isEmpty {
                found.append(effect.consequence)
                isHit = true
            }
            if model.transcript.coding == nil, effect.place == .inside || effect.place == .across {
                found.append([.nonCoding, .nonCodingExon])
                isHit = true
            }
        }
    }

    private mutating func rest(_ allele: AlleleSite, _ model: TranscriptModel) {
        let whole = TranscriptModel.Segment(first: model.first, last: model.last)
        let effect = SegmentEffect(allele, model, whole, number: -1, .init())
        guard effect.place == .inside || effect.place == .across else { return }
        guard let coding = model.transcript.coding else {
            found.append([.nonCoding, .intron])
            return
        }
        let (first, last) = (allele.first, max(allele.first, allele.last))
        // Of a coding sequence whose frame is not known, only the place is told.
        guard model.coding.isEmpty, !TranscriptModel.overlapping(model.exons, first, last).isEmpty else {
            found.append(.intron)
            return
        }
        if last >= coding.lowerBound, first < coding.upperBound {
            found.append(.codingSequence)
        } else {
            found.append((first < coding.lowerBound) == model.transcript.isReverse ? .threePrimeUTR : .fivePrimeUTR)
        }
    }
}

extension TranscriptModel {
    /// Whether the reference's protein begins with methionine; where not, its start is not looked after.
    var beginsWithMethionine: Bool {
        protein.first == UInt8(ascii: "M")
    }
    /// Whether an edit leaves the first codon as it was.
    func keepsStart(_ edit: CodingEdit) -> Bool {
        if edit.start >= 3 { return true }
        let codon = sequence[..<edit.start] + edit.bases + sequence[edit.end...].prefix(3)
        return codon.prefix(3) == sequence.prefix(3)
    }
}
