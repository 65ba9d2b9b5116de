import Genomics

/// Tells what the records of a sorted file do to transcripts, one after the other, with what their neighbours on a haplotype do.
///
/// A record comes out when no later one can change what it does: at once where records are looked at alone, behind the last coding base of
/// its transcripts otherwise.
final class ConsequenceCaller {
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

    private struct Active {
        var index: Int
        var model: TranscriptModel
        var end: Int
        var edits: [CodingEdit] = []
        /// By edit: on whose chromosomes it lies.
        var carriers: [[(sample: Int, placement: Placement)]] = []
    }

    private struct Pending {
        var result: RecordConsequences
        var position: Int
        var keepUntil: Int
    }

    /// Whether records are looked at alone.
    let isLocal: Bool
    private let table: TranscriptTable
    private var contig = ""
    private var places = 0..<0
    private var touched: [Int] = []
    private var active: [Active] = []
    private var pending: [Pending] = []
    private var firstPending = 0
    private var count = 0
    /// Alleles that overlap another one of their haplotype and were looked at alone.
    private(set) var overlapping = 0
    /// Records with symbolic alleles of which nothing is told.
    private(set) var untold = 0

    init(_ table: TranscriptTable, isLocal: Bool) {
        self.table = table
        self.isLocal = isLocal
    }

    /// Takes the next record; who carries its alleles is asked only where a coding sequence is changed and records are not alone.
    ///
    /// Of a record that cannot be used nothing is told.
    func add(_ record: WaitingRecord, isUsed: Bool, carriers: () -> [Carrier]) throws(GenomicsError) {
        let position = record.position
        if record.contigName != contig {
            close(before: .max)
            for place in firstPending..<pending.count { pending[place].keepUntil = -1 }
            contig = record.contigName
            places = table.transcripts.places(on: contig)
        } else {
            close(before: position)
        }
        var result = RecordConsequences(record: count)
        count += 1
        var keepUntil = position
        if isUsed {
            var known: [Carrier]?
            if record.hasUntold { untold += 1 }
            let reach = max(position + record.reference.count + 1, record.furthestEnd)
            table.transcripts.overlapping(places, max(0, position)..<reach, into: &touched)
            result.entries.reserveCapacity(touched.count * record.sites.count)
            for index in touched {
                let model = table[index]
                let intron = model.intron(
                    around: position - SegmentEffect.intronRegion,
                    position + record.reference.count + SegmentEffect.intronRegion)
                for (number, site) in record.sites.enumerated() {
                    guard let site else {
                        try model.load()
                        for terms in record.symbol(number + 1)?.consequences(model) ?? [] {
                            if terms.isDisjoint(with: [.intron, .nonCoding]) || !terms.isDisjoint(with: .structural) {
                                result.isHit = true
                            }
                            result.add(.init(transcript: index, allele: number + 1, consequence: terms))
                        }
                        continue
                    }
                    if let intron, !site.isReference {
                        result.add(
                            .init(
                                transcript: index, allele: number + 1, consequence: model.amidIntron, intron: intron))
                        continue
                    }
                    try model.load()
                    let effects = TranscriptEffects(site, model, record: result.record)
                    if known == nil, effects.edit != nil, !isLocal { known = carriers() }
                    collect(effects, site, index, model, known ?? [], into: &result, keepUntil: &keepUntil)
                }
            }
        }
        pending.append(Pending(result: result, position: position, keepUntil: keepUntil))
    }

    private func collect(
        _ effects: TranscriptEffects, _ allele: AlleleSite, _ index: Int, _ model: TranscriptModel,
        _ carriers: [Carrier],
        into result: inout RecordConsequences, keepUntil: inout Int
    ) {
        if effects.isHit, model.transcript.coding != nil { result.isHit = true }
        for terms in effects.found {
            result.add(.init(transcript: index, allele: allele.number, consequence: terms))
        }
        guard let edit = effects.edit else { return }
        let own = carriers.filter { $0.allele == allele.number }
        if isLocal || own.isEmpty {
            if let change = model.change([edit][...], shift: 0, isBehindStop: false) {
                let rest = edit.consequence.subtracting(.compound)
                result.add(
                    .init(transcript: index, allele: allele.number, consequence: change.consequence, change: change))
                if !rest.isEmpty { result.add(.init(transcript: index, allele: allele.number, consequence: rest)) }
            }
            return
        }
        let end = model.coding.last?.last ?? model.last
        keepUntil = max(keepUntil, end)
        var place = active.firstIndex { $0.index == index }
        if place == nil {
            active.append(Active(index: index, model: model, end: end))
            place = active.count - 1
        }
        guard let place else { return }
        active[place].edits.append(edit)
        active[place].carriers.append(own.map { ($0.sample, $0.placement) })
    }

    /// The records that nothing can change any more, in their order.
    func finished(all: Bool = false) -> [RecordConsequences] {
        if all { close(before: .max) }
        var results: [RecordConsequences] = []
        while firstPending < pending.count {
            if !all, pending[firstPending].keepUntil >= lastPosition { break }
            results.append(pending[firstPending].result)
            firstPending += 1
        }
        if firstPending > 256 || firstPending == pending.count {
            pending.removeFirst(firstPending)
            firstPending = 0
        }
        return results
    }

    private var lastPosition: Int { isLocal ? .max : (pending.last?.position ?? 0) }

    private func close(before position: Int) {
        if !active.isEmpty {
            for transcript in active where transcript.end < position { finish(transcript) }
            active.removeAll { $0.end < position }
        }
        // What waits is written with its transcripts.
        if position == .max { return }
        let waiting = firstPending < pending.count ? pending[firstPending].position : position
        table.forget(before: min(position, waiting), outside: places)
    }

    private func finish(_ active: Active) {
        var seen: Set<[Int]> = []
        for haplotype in haplotypes(active).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            let edits = haplotype.map { active.edits[$0] }
            let ordered = active.model.transcript.isReverse ? Array(edits.reversed()) : edits
            for (group, change) in active.model.changes(ordered) {
                let key =
                    group.flatMap { [$0.record, $0.allele.number] } + [
                        change.changedResidue, Int(change.consequence.rawValue),
                    ]
                guard seen.insert(key).inserted else { continue }
                show(change, of: Array(group), active)
            }
        }
    }

    /// The distinct haplotypes of the samples, as places of edits in genomic order, without those that overlap an earlier one.
    private func haplotypes(_ active: Active) -> Set<[Int]> {
        struct Copy: Hashable {
            var sample: Int
            var set: Int
            var copy: Int
        }
        var onAll: [Int: [Int]] = [:]
        var copies: [Copy: [Int]] = [:]
        var single: [(sample: Int, edit: Int)] = []
        for (edit, carriers) in active.carriers.enumerated() {
            for (sample, placement) in carriers {
                switch placement {
                case .all: onAll[sample, default: []].append(edit)
                case .phased(let set, let copy):
                    copies[Copy(sample: sample, set: set, copy: copy), default: []].append(edit)
                case .unphased: single.append((sample, edit))
                }
            }
        }
        var found: Set<[Int]> = []
        for (copy, edits) in copies { found.insert((edits + (onAll[copy.sample] ?? [])).sorted()) }
        for (sample, edit) in single { found.insert((onAll[sample, default: []] + [edit]).sorted()) }
        // A copy with nothing else, unless a phase set has something on both.
        let full = Set(
            copies.keys.filter { $0.copy == 0 && copies[Copy(sample: $0.sample, set: $0.set, copy: 1)] != nil }.map(
                \.sample))
        for (sample, edits) in onAll where !full.contains(sample) { found.insert(edits) }
        var result: Set<[Int]> = []
        let isReverse = active.model.transcript.isReverse
        for haplotype in found {
            var kept: [Int] = []
            for edit in haplotype {
                if let last = kept.last {
                    let (one, two) = (active.edits[last], active.edits[edit])
                    guard isReverse ? two.end <= one.start : one.end <= two.start else {
                        overlapping += 1
                        result.insert([edit])
                        continue
                    }
                }
                kept.append(edit)
            }
            result.insert(kept)
        }
        return result
    }

    /// Adds what a group of edits does to the records that have a part in it.
    private func show(_ change: CodingChange, of group: [CodingEdit], _ active: Active) {
        guard let first = group.first else { return }
        add(
            .init(
                transcript: active.index, allele: first.allele.number, consequence: change.consequence,
                change: change), to: first)
        for (place, edit) in group.enumerated() {
            let rest = edit.consequence.subtracting(.compound)
            if !rest.isEmpty {
                add(
                    .init(transcript: active.index, allele: edit.allele.number, consequence: rest, change: nil),
                    to: edit)
            }
            if place > 0 {
                add(
                    .init(
                        transcript: active.index, allele: edit.allele.number, consequence: edit.consequence,
                        change: change, shownAt: first.allele.position), to: edit)
            }
        }
    }

    private func add(_ entry: RecordConsequences.Entry, to edit: CodingEdit) {
        let base = pending[firstPending].result.record
        pending[firstPending + edit.record - base].result.add(entry)
    }
}
