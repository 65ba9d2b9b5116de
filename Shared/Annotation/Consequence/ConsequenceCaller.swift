import Genomics

/// Tells what the records of a sorted file do to transcripts, one after the other, with what their neighbours on a haplotype do.
///
/// A record comes out when no later one can change what it does: at once where records are looked at alone, behind the last coding base of
/// its transcripts otherwise.
struct ConsequenceCaller {
    /// What is known about an allele's place on the chromosome copies of a sample.
    enum Placement: Hashable {
        /// On all copies.
        case all
        /// On one copy of a phase set; the set's name is 0 where none is given.
        case phased(set: Int, copy: Int)
        /// On one copy, nobody knows which.
        case unphased
    }

    /// An allele of a record on a sample's chromosomes.
    struct Carrier {
        var sample: Int
        var allele: Int
        var placement: Placement
    }

    /// Whether records are looked at alone.
    let isLocal: Bool
    private let table: TranscriptTable
    private var sweep: TranscriptSweep
    private var places = 0..<0
    private var touched: [Int] = []
    private var active: [ActiveTranscript] = []
    /// The nearest end of the active ones.
    private var nearest = Int.max
    /// Alleles that overlap another one of their haplotype and were looked at alone.
    private(set) var overlapping = 0
    /// Records with symbolic alleles of which nothing is told.
    private(set) var untold = 0

    init(_ table: TranscriptTable, isLocal: Bool) {
        self.table = table
        self.isLocal = isLocal
        sweep = TranscriptSweep(table.transcripts)
    }

    /// Begins a contig: nothing changes the records of the one before any more, which wait.
    mutating func begin(_ contig: String, _ queue: RecordQueue) {
        close(before: .max, queue)
        for place in 0..<queue.count { queue[place].keepUntil = -1 }
        places = table.transcripts.places(on: contig)
        sweep.begin(places)
    }

    /// Looks at the next record, before it is added to those that wait.
    ///
    /// Who carries its alleles is looked up only where a coding sequence is changed and records are not alone. Of a record that cannot be used
    /// nothing is told.
    mutating func add(
        _ record: WaitingRecord, _ queue: RecordQueue, isUsed: Bool, hasSamples: Bool
    ) throws(GenomicsError) {
        let position = record.position
        close(before: position, queue)
        guard isUsed else { return }
        var known: [Carrier]?
        if record.hasUntold { untold += 1 }
        let reach = max(position + record.reference.count + 1, record.furthestEnd)
        sweep.overlapping(max(0, position)..<reach, into: &touched)
        for index in touched {
            let model = table[index]
            let intron = model.intron(
                around: position - SegmentEffect.intronRegion,
                position + record.reference.count + SegmentEffect.intronRegion)
            for number in record.sites.indices {
                guard let site = record.sites[number] else {
                    try model.load()
                    for terms in record.symbol(number + 1)?.consequences(model) ?? [] {
                        if terms.isDisjoint(with: [.intron, .nonCoding]) || !terms.isDisjoint(with: .structural) {
                            record.consequences.isHit = true
                        }
                        record.consequences.add(.init(transcript: index, allele: number + 1, consequence: terms))
                    }
                    continue
                }
                if let intron, !site.isReference {
                    record.consequences.add(
                        .init(transcript: index, allele: number + 1, consequence: model.amidIntron, intron: intron))
                    continue
                }
                try model.load()
                let effects = TranscriptEffects(site, model, record: record.number)
                if known == nil, effects.edit != nil, !isLocal {
                    known =
                        hasSamples
                        ? record.line.carriers()
                        : [Carrier(sample: 0, allele: 1, placement: .phased(set: 0, copy: 0))]
                }
                collect(effects, site, index, model, known ?? [], into: record)
            }
        }
    }

    private mutating func collect(
        _ effects: TranscriptEffects, _ allele: AlleleSite, _ index: Int, _ model: TranscriptModel,
        _ carriers: [Carrier],
        into record: WaitingRecord
    ) {
        if effects.isHit, model.transcript.coding != nil { record.consequences.isHit = true }
        for terms in effects.found {
            record.consequences.add(.init(transcript: index, allele: allele.number, consequence: terms))
        }
        guard let edit = effects.edit else { return }
        let own = carriers.filter { $0.allele == allele.number }
        if isLocal || own.isEmpty {
            if let change = model.change([edit][...], shift: 0, isBehindStop: false) {
                let rest = edit.consequence.subtracting(.compound)
                record.consequences.add(
                    .init(transcript: index, allele: allele.number, consequence: change.consequence, change: change))
                if !rest.isEmpty {
                    record.consequences.add(.init(transcript: index, allele: allele.number, consequence: rest))
                }
            }
            return
        }
        let end = model.coding.last?.last ?? model.last
        record.keepUntil = max(record.keepUntil, end)
        nearest = min(nearest, end)
        var place = active.firstIndex { $0.index == index }
        if place == nil {
            active.append(ActiveTranscript(index: index, model: model, end: end))
            place = active.count - 1
        }
        guard let place else { return }
        active[place].edits.append(edit)
        active[place].carriers.append(own.map { ($0.sample, $0.placement) })
    }

    /// How many of the records that wait, from the first on, nothing can change any more.
    mutating func finished(_ queue: RecordQueue, all: Bool = false) -> Int {
        if all { close(before: .max, queue) }
        let position = isLocal || all ? .max : (queue.last?.position ?? 0)
        var count = 0
        while count < queue.count, queue[count].keepUntil < position { count += 1 }
        return count
    }

    private mutating func close(before position: Int, _ queue: RecordQueue) {
        if nearest < position {
            for transcript in active where transcript.end < position { finish(transcript, queue) }
            active.removeAll { $0.end < position }
            nearest = active.reduce(.max) { min($0, $1.end) }
        }
        // What waits is written with its transcripts.
        if position == .max { return }
        let waiting = queue.count > 0 ? queue[0].position : position
        table.forget(before: min(position, waiting), outside: places)
    }

    private mutating func finish(_ active: ActiveTranscript, _ queue: RecordQueue) {
        var seen: Set<[Int]> = []
        let found = active.haplotypes()
        overlapping += found.overlapping
        for haplotype in found.haplotypes.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            let edits = haplotype.map { active.edits[$0] }
            let ordered = active.model.transcript.isReverse ? Array(edits.reversed()) : edits
            for (group, change) in active.model.changes(ordered) {
                let key =
                    group.flatMap { [$0.record, $0.allele.number] } + [
                        change.changedResidue, Int(change.consequence.rawValue),
                    ]
                guard seen.insert(key).inserted else { continue }
                show(change, of: group, active, queue)
            }
        }
    }

    /// Adds what a group of edits does to the records that have a part in it.
    private func show(
        _ change: CodingChange, of group: ArraySlice<CodingEdit>, _ active: ActiveTranscript, _ queue: RecordQueue
    ) {
        guard let first = group.first else { return }
        add(
            .init(
                transcript: active.index, allele: first.allele.number, consequence: change.consequence,
                change: change), to: first, queue)
        for (place, edit) in group.enumerated() {
            let rest = edit.consequence.subtracting(.compound)
            if !rest.isEmpty {
                add(
                    .init(transcript: active.index, allele: edit.allele.number, consequence: rest, change: nil),
                    to: edit, queue)
            }
            if place > 0 {
                add(
                    .init(
                        transcript: active.index, allele: edit.allele.number, consequence: edit.consequence,
                        change: change, shownAt: first.allele.position), to: edit, queue)
            }
        }
    }

    private func add(_ entry: RecordConsequences.Entry, to edit: CodingEdit, _ queue: RecordQueue) {
        queue[edit.record - queue[0].number].consequences.add(entry)
    }
}
