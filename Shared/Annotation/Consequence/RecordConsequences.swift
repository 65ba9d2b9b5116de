/// What the alleles of one record do, entry by entry, as they were found.
struct RecordConsequences {
    /// What one allele does to one transcript, by itself or with its neighbours on a haplotype.
    struct Entry {
        /// The transcript's place in the ``TranscriptSet``.
        var transcript: Int
        /// The number of the allele, 1 for the first.
        var allele: Int
        var consequence: Consequence
        var change: CodingChange?
        /// The number of the exon behind the intron that the allele lies amid; nil where it may reach anything else.
        var intron: Int?
        /// The 0-based position of the record that shows what this one does together with it.
        var shownAt: Int?
    }

    private(set) var entries: [Entry] = []
    /// Whether a segment of any transcript was touched.
    var isHit = false

    /// Whether all alleles lie amid introns of all transcripts.
    private(set) var isAmidIntrons = true

    /// Forgets what was added.
    mutating func clear() {
        entries.removeAll(keepingCapacity: true)
        (isHit, isAmidIntrons) = (false, true)
    }

    /// Adds an entry.
    mutating func add(_ entry: Entry) {
        if entry.intron == nil { isAmidIntrons = false }
        entries.append(entry)
    }
}

/// The consequences of a record in the words of `bcftools csq`, for tools that read `BCSQ`.
struct ConsequenceText {
    private struct Item {
        var entry: RecordConsequences.Entry
        var text: String?
    }

    private let transcripts: TranscriptSet
    private var items: [Item] = []

    init(_ record: RecordConsequences, _ transcripts: TranscriptSet) {
        self.transcripts = transcripts
        for entry in record.entries {
            let isRest = entry.consequence.isDisjoint(with: Self.named) && entry.shownAt == nil
            if isRest && (record.isHit || entry.consequence.isEmpty) { continue }
            guard Self.isKnown(transcripts.transcripts[entry.transcript]) else { continue }
            push(entry)
        }
    }

    /// The entries, joined by commas; a dot where there is none.
    var text: String { items.isEmpty ? "." : items.map(rendered).joined(separator: ",") }

    /// All terms but those of introns and transcripts that are not translated, which go without the transcript's name.
    private static let named = Consequence(rawValue: .max).subtracting([.intron, .nonCoding, .nonCodingExon])

    private mutating func push(_ original: RecordConsequences.Entry) {
        var entry = original
        let transcript = transcripts.transcripts[entry.transcript]
        if transcript.coding == nil {
            // Splice sites of transcripts that are not translated are not looked at.
            let structural = entry.consequence.intersection(.structural)
            entry.consequence = structural.isEmpty ? .nonCoding : structural
        }
        entry.consequence.remove(.nonCodingExon)
        if !entry.consequence.isDisjoint(with: .structural) { entry.consequence.formIntersection(.structural) }
        if !entry.consequence.isDisjoint(with: [.spliceDonor, .spliceAcceptor]) {
            entry.consequence.remove(.spliceRegion)
        }
        let text = entry.change.map(self.text(of:))
        let new = entry.consequence
        for index in items.indices {
            let known = items[index].entry
            let terms = known.consequence
            if entry.shownAt != nil {
                if known.transcript == entry.transcript, !new.isDisjoint(with: .startStop),
                    !terms.isDisjoint(with: .startStop)
                {
                    items[index] = Item(entry: entry)
                    return
                }
                if known.shownAt == entry.shownAt { return }
                continue
            }
            if known.shownAt != nil { continue }
            let other = transcripts.transcripts[known.transcript]
            if entry.transcript != known.transcript, !new.union(terms).isDisjoint(with: Self.named) { continue }
            if transcript.biotype != other.biotype { continue }
            if !new.isDisjoint(with: .compound) {
                if transcript.geneName != other.geneName || entry.allele != known.allele { continue }
                if new.contains(.behindStop) != terms.contains(.behindStop) { continue }
                if text != nil || items[index].text != nil {
                    if text == nil || items[index].text == nil {
                        guard !new.isDisjoint(with: .startStop), !terms.isDisjoint(with: .startStop) else { continue }
                        var both = terms.union(new)
                        if both.contains(.stopRetained) { both.subtract([.stopLost, .synonymous]) }
                        items[index].entry.consequence = both
                        items[index].text = items[index].text ?? text
                        return
                    }
                    if text != items[index].text { continue }
                }
                items[index].entry.consequence.formUnion(new)
                return
            }
            if terms.isDisjoint(with: .compound) {
                items[index].entry.consequence.formUnion(new)
                return
            }
            if terms.isSuperset(of: new) { return }
        }
        items.append(Item(entry: entry, text: text))
    }

    private func text(of change: CodingChange) -> String {
        var text = "|\(change.residue)\(String(decoding: change.reference, as: UTF8.self))"
        if !change.consequence.contains(.synonymous) {
            text += ">\(change.changedResidue)\(String(decoding: change.changed, as: UTF8.self))"
        }
        return "\(text)|\(change.source)"
    }

    private func rendered(_ item: Item) -> String {
        if let position = item.entry.shownAt { return "@\(position + 1)" }
        let transcript = transcripts.transcripts[item.entry.transcript]
        let region = item.entry.consequence.intersection(.spliceRegion)
        let terms = item.entry.consequence.simplified.union(region)
        var words = Consequence.shortNames.enumerated().compactMap { bit, name in
            name.flatMap { terms.rawValue >> UInt32(bit) & 1 == 1 ? $0 : nil }
        }
        let isNamed = !terms.isDisjoint(with: Self.named)
        if transcript.biotype == "nonsense_mediated_decay", isNamed { words.append("NMD_transcript") }
        var text = terms.contains(.behindStop) ? "*" : ""
        text += words.joined(separator: "&")
        text += "|\(transcript.geneName ?? "")|\(isNamed ? transcript.accession : "")|\(Self.biotype(transcript))"
        let hasStrand = !terms.isDisjoint(with: .compound) && terms.isDisjoint(with: .splice)
        if hasStrand || item.text != nil { text += transcript.isReverse ? "|-" : "|+" }
        return text + (item.text ?? "")
    }

    private static func biotype(_ transcript: Transcript) -> String {
        transcript.biotype == "nonsense_mediated_decay" ? "NMD" : transcript.biotype
    }

    /// Biotypes that `bcftools csq` passes over.
    private static func isKnown(_ transcript: Transcript) -> Bool {
        !["retained_intron", "processed_pseudogene", "unprocessed_pseudogene"].contains(transcript.biotype)
    }
}
