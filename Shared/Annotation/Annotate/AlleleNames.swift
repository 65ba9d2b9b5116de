import Genomics

/// Names of the alleles of one record by HGVS, each told once along each strand.
struct AlleleNames {
    /// An allele as a name tells it along a strand, without its place on a transcript.
    private final class Told {
        /// The genomic bases that are named, and those that decide whether a protein is concerned; inclusive.
        let first: Int
        let last: Int
        let touched: ClosedRange<Int>
        /// What stands behind the place.
        let words: [UInt8]
        /// The edit where it lies.
        let edit: MinimalEdit

        init(first: Int, last: Int, touched: ClosedRange<Int>, words: [UInt8], edit: MinimalEdit) {
            self.first = first
            self.last = last
            self.touched = touched
            self.words = words
            self.edit = edit
        }
    }

    private let naming: VariantNaming
    private let reference: ReferenceLookup
    /// By allele and strand; an inner nil where the allele has no name.
    private var told: [Told??] = []

    init(_ naming: VariantNaming, reference: @escaping ReferenceLookup) {
        self.naming = naming
        self.reference = reference
    }

    /// Begins a record of so many alternates.
    mutating func begin(_ count: Int) {
        told.removeAll(keepingCapacity: true)
        for _ in 0..<(2 * count) { told.append(.none) }
    }

    /// Appends HGVSc and HGVSp with a bar between them; `intron` is the number of the exon behind it where the allele lies amid an intron.
    mutating func append(
        _ site: AlleleSite, contig: String, on model: TranscriptModel, _ same: TranscriptText, intron: Int?,
        to text: inout [UInt8]
    ) throws(GenomicsError) {
        let bar = UInt8(ascii: "|")
        if site.isSubstitution {
            // An exchange of one base cannot move.
            let place = site.position
            guard place >= 0 else { return text.append(bar) }
            let start = text.count
            text.append(bytes: same.codingName)
            if model.appendPosition(of: place, before: intron, to: &text) {
                let (from, to) = (site.reference[0], site.alternate[0])
                let isReverse = model.transcript.isReverse
                text.append(isReverse ? Transcript.complement(from) : from)
                text.append(UInt8(ascii: ">"))
                text.append(isReverse ? Transcript.complement(to) : to)
            } else {
                text.removeLast(text.count - start)
            }
            text.append(bar)
            if !Self.isAmid(intron, place, place, model) {
                let edit = MinimalEdit(
                    contig: contig, range: place..<(place + 1), removed: site.reference, inserted: site.alternate)
                try appendProtein(edit, model, same, to: &text)
            }
            return
        }
        guard let told = try self.told(site, contig: contig, isReverse: model.transcript.isReverse) else {
            return text.append(bar)
        }
        let start = text.count
        text.append(bytes: same.codingName)
        if Self.appendPlace(told, model, to: &text) {
            text.append(bytes: told.words)
        } else {
            text.removeLast(text.count - start)
        }
        text.append(bar)
        if !Self.isAmid(intron, told.touched.lowerBound, told.touched.upperBound, model) {
            try appendProtein(told.edit, model, same, to: &text)
        }
    }

    /// Whether bases lie amid the intron in front of an exon, more than two bases from its ends: no protein is concerned.
    private static func isAmid(_ intron: Int?, _ first: Int, _ last: Int, _ model: TranscriptModel) -> Bool {
        guard let intron else { return false }
        return first > model.exons[intron - 1].last + 2 && last < model.exons[intron].first - 2
    }

    private static func appendPlace(_ told: Told, _ model: TranscriptModel, to text: inout [UInt8]) -> Bool {
        let isReverse = model.transcript.isReverse
        guard model.appendPosition(of: isReverse ? told.last : told.first, to: &text) else { return false }
        if told.first == told.last { return true }
        text.append(UInt8(ascii: "_"))
        return model.appendPosition(of: isReverse ? told.first : told.last, to: &text)
    }

    private func appendProtein(
        _ edit: MinimalEdit, _ model: TranscriptModel, _ same: TranscriptText, to text: inout [UInt8]
    ) throws(GenomicsError) {
        guard let coding = model.codingPositions, let change = try proteinChange(edit, coding, model) else { return }
        text.append(bytes: same.proteinName)
        text.append(safe: change.text(.canonical))
    }

    private func proteinChange(
        _ edit: MinimalEdit, _ coding: Range<Int>, _ model: TranscriptModel
    ) throws(GenomicsError) -> HGVSChange? {
        switch ProteinPlace(edit, model.transcript, coding, position: model.position) {
        case .untranslated: return nil
        case .unclear: return .whole(.unknown, isPredicted: false)
        case .within(let range):
            return ProteinChange(
                edit, at: range, of: model.transcript, coding, sequence: try model.splicedSequence(),
                isPredicted: naming.marksPredictions
            ).described
        }
    }

    private mutating func told(
        _ site: AlleleSite, contig: String, isReverse: Bool
    ) throws(GenomicsError) -> Told? {
        let place = 2 * (site.number - 1) + (isReverse ? 1 : 0)
        if let known = told[place] { return known }
        let new = try Self.tell(site, contig: contig, isReverse: isReverse, reference)
        told[place] = .some(new)
        return new
    }

    private static func tell(
        _ site: AlleleSite, contig: String, isReverse: Bool, _ reference: @escaping ReferenceLookup
    ) throws(GenomicsError) -> Told? {
        // Telomeres (POS 0) and alleles that change nothing have no name.
        if site.position < 0 || site.isReference { return nil }
        let edit = MinimalEdit(
            contig: contig, range: site.position..<(site.position + site.reference.count), removed: site.reference,
            inserted: site.alternate)
        guard let told = try StrandedEdit(edit, isReverse: isReverse, reference) else { return nil }
        let range = told.edit.range
        return Told(
            first: told.location.lowerBound, last: told.location.upperBound - 1,
            touched: range.isEmpty
                ? (range.lowerBound - 1)...range.lowerBound : range.lowerBound...(range.upperBound - 1),
            words: told.words, edit: told.edit)
    }
}
