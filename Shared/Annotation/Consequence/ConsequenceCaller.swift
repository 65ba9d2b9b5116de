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

    let transcripts: TranscriptSet
    /// Whether records are looked at alone.
    let isLocal: Bool
    private let reference: ReferenceLookup
    private var contig = ""
    private var models: [Int: TranscriptModel] = [:]
    private var active: [Active] = []
    private var pending: [Pending] = []
    private var firstPending = 0
    private var count = 0
    /// Alleles that overlap another one of their haplotype and were looked at alone.
    private(set) var overlapping = 0
    /// Records with symbolic alleles of which nothing is told.
    private(set) var untold = 0

    init(transcripts: TranscriptSet, isLocal: Bool, reference: @escaping ReferenceLookup) {
        self.transcripts = transcripts
        self.isLocal = isLocal
        self.reference = reference
    }

    /// Takes the next record; who carries its alleles is asked only where a coding sequence is changed and records are not alone.
    func add(
        contig: String, position: Int, reference bases: [UInt8], alternates: [[UInt8]?],
        symbols: [ArraySlice<UInt8>] = [], end: Int? = nil, carriers: () -> [Carrier]
    ) throws(GenomicsError) {
        if contig != self.contig {
            try close(before: .max)
            for place in firstPending..<pending.count { pending[place].keepUntil = -1 }
            models.removeAll(keepingCapacity: true)
            self.contig = contig
        } else {
            try close(before: position)
        }
        var result = RecordConsequences(record: count)
        count += 1
        var keepUntil = position
        var known: [Carrier]?
        if symbols.contains(where: SymbolicAllele.isUntold) { untold += 1 }
        let reach = max(position + bases.count + 1, alternates.contains { $0 == nil } ? end ?? 0 : 0)
        let touched = transcripts.overlapping(contig, max(0, position)..<reach)
        for index in touched {
            let model = try model(index)
            for (number, alternate) in alternates.enumerated() {
                guard let alternate else {
                    guard symbols.indices.contains(number) else { continue }
                    let symbol = SymbolicAllele(
                        symbols[number], position: position, reference: bases, end: end, number: number + 1)
                    for terms in symbol?.consequences(model) ?? [] {
                        if terms.isDisjoint(with: [.intron, .nonCoding]) { result.isHit = true }
                        result.add(.init(transcript: index, allele: number + 1, consequence: terms))
                    }
                    continue
                }
                let allele = AlleleSite(position: position, reference: bases, alternate: alternate, number: number + 1)
                let effects = TranscriptEffects(allele, model, record: result.record)
                if known == nil, effects.edit != nil, !isLocal { known = carriers() }
                collect(effects, allele, index, model, known ?? [], into: &result, keepUntil: &keepUntil)
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
                var change = change
                let rest = edit.consequence.subtracting(.compound)
                change.consequence.formIntersection(.compound)
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

    private func model(_ index: Int) throws(GenomicsError) -> TranscriptModel {
        if let known = models[index] { return known }
        let model = TranscriptModel(transcripts.transcripts[index], reference: reference)
        try model.load()
        models[index] = model
        return model
    }

    /// The records that nothing can change any more, in their order.
    func finished(all: Bool = false) throws(GenomicsError) -> [RecordConsequences] {
        if all { try close(before: .max) }
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

    private func close(before position: Int) throws(GenomicsError) {
        if !active.isEmpty {
            for transcript in active where transcript.end < position { finish(transcript) }
            active.removeAll { $0.end < position }
        }
        if models.count > 512 {
            models = models.filter { $0.value.last >= position }
        }
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
        for (_, edits) in onAll { found.insert(edits) }
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
        var compound = change
        compound.consequence.formIntersection(.compound)
        add(
            .init(
                transcript: active.index, allele: first.allele.number, consequence: compound.consequence,
                change: compound), to: first)
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
                        change: compound, shownAt: first.allele.position), to: edit)
            }
        }
    }

    private func add(_ entry: RecordConsequences.Entry, to edit: CodingEdit) {
        let base = pending[firstPending].result.record
        pending[firstPending + edit.record - base].result.add(entry)
    }
}
