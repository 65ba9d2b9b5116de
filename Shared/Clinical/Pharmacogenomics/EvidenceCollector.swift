import Genomics

/// Gathers what records say of loci, and makes one call of it for each.
struct EvidenceCollector {
    private struct Locus {
        var observations: [LocusObservation] = []
        /// Which bases of REF a usable record covers.
        var covered: [Bool]
        /// Why data of the place was not used.
        var reason: String?
        /// Whether what was not used may be another allele than the reference's.
        var isBlocked = false
    }

    private let loci: LocusIndex
    private let thresholds: EvidenceThresholds
    private let hasReference: Bool
    private var gathered: [[Locus]]
    /// For each gene the edits of its alternates, with the loci that have them.
    private let known: [[SequenceEdit: Set<Int>]]
    /// Loci whose REF was compared with a record's, and those where the two differ.
    private(set) var compared = 0
    private(set) var differing = 0
    private(set) var firstDifference: String?

    init(loci: LocusIndex, thresholds: EvidenceThresholds, hasReference: Bool) {
        self.loci = loci
        self.thresholds = thresholds
        self.hasReference = hasReference
        gathered = loci.definitions.map {
            $0.loci.map { Locus(covered: [Bool](repeating: false, count: $0.range.count)) }
        }
        known = loci.definitions.map { definition in
            var edits: [SequenceEdit: Set<Int>] = [:]
            for (index, locus) in definition.loci.enumerated() {
                for alternate in locus.alternates {
                    for edit in SequenceEdit.edits(
                        position: locus.position, reference: locus.reference, alternate: alternate, in: nil)
                    {
                        edits[edit, default: []].insert(index)
                    }
                }
            }
            return edits
        }
    }

    /// Takes a record; `window` is the reference around it, for moving insertions and deletions.
    mutating func add(_ record: Variant, contig: String, window: ReferenceWindow?) throws(GenomicsError) {
        let isBlock = record.alternates.allSatisfy { ["<NON_REF>", "<*>", "<X>"].contains($0) }
        var range = record.referenceRange
        if isBlock, let text = record.info("END") {
            guard let end = Int(text), end >= record.position else {
                throw GenomicsError(
                    .malformed, "\"\(text.prefix(40))\" is no end of a block at \(record.position)", field: "END")
            }
            range = range.lowerBound..<max(end, range.upperBound)
        }
        // A deletion or duplication of a stretch says something of the loci in it only where the sample has it.
        let structural = record.alternates.indices.filter { !isBlock && record.alternates[$0].hasPrefix("<") }
        if !structural.isEmpty {
            if structural.contains(where: { record.genotype?.alleles.contains($0 + 1) ?? false }) {
                range = range.lowerBound..<max(record.info("END").flatMap { Int($0) } ?? 0, range.upperBound)
            } else if structural.count == record.alternates.count {
                return
            }
        }
        let edits = record.alternates.map { alternate -> [SequenceEdit]? in
            guard alternate.utf8.allSatisfy({ "ACGTNacgtn".utf8.contains($0) }) else { return nil }
            return SequenceEdit.edits(
                position: record.position, reference: record.reference, alternate: alternate.uppercased(), in: window)
        }
        // An event that was moved to the left may lie in front of its record.
        let starts = edits.compactMap { $0?.map(\.start).min() }
        let reach = min(range.lowerBound, (starts.min() ?? range.lowerBound) - 1)
        let isShifted = edits.contains { $0?.contains { !$0.isExchange } ?? false }
        let behind = isShifted && !hasReference ? SequenceEdit.furthest : 0
        for entry in loci.entries(contig, overlapping: (reach - behind)..<range.upperBound) {
            add(record, edits: edits, range: range, isBlock: isBlock, to: entry)
        }
    }

    private mutating func add(
        _ record: Variant, edits: [[SequenceEdit]?], range: Range<Int>, isBlock: Bool, to entry: LocusIndex.Entry
    ) {
        let locus = loci.locus(entry)
        let touching = edits.map { $0?.filter { $0.touches(locus) } ?? [] }
        let isTouched = touching.contains { !$0.isEmpty }
        let overlap = range.clamped(to: locus.range)
        guard !overlap.isEmpty || isTouched else {
            // An insertion or deletion a little behind the locus may be the locus' own, written further right.
            let unknown = edits.enumerated().contains { index, edits in
                edits?.contains { edit in
                    !edit.isExchange && known[entry.gene][edit] == nil && edit.start > locus.range.lowerBound
                        && record.genotype?.alleles.contains(index + 1) ?? false
                } ?? false
            }
            if locus.isIndel, unknown, !hasReference {
                refuse(
                    entry,
                    "an insertion or deletion at \(record.position) may be the same one, written further right; give --reference",
                    blocks: true)
            }
            return
        }
        guard matches(record, locus, overlap) else {
            refuse(
                entry,
                "REF is \(record.reference.prefix(20)) at \(record.position), in the definition \(locus.reference)",
                blocks: true)
            return
        }
        guard let genotype = record.genotype, !genotype.alleles.isEmpty else {
            return refuse(entry, "the record has no genotype")
        }
        guard !genotype.alleles.contains(nil) else {
            let isHalf = genotype.alleles.contains { $0 != nil }
            return refuse(
                entry, isHalf ? "half of the genotype is missing (\(genotype))" : "no call (\(genotype))",
                blocks: isHalf)
        }
        guard genotype.alleles.count <= 2 else {
            return refuse(entry, "a genotype of \(genotype.alleles.count) alleles", blocks: true)
        }
        let strands = genotype.alleles.map { strand($0 ?? 0, record, edits: edits, locus, entry) }
        let isReference = strands.allSatisfy { $0.index == 0 }
        let alternates = genotype.alleles.compactMap { $0 }.filter { $0 > 0 }
        let carried = Set((isReference ? touching : alternates.map { touching[$0 - 1] }).joined())
        let phase = record.sampleField("PS").flatMap { $0 == "." ? nil : $0 } ?? ""
        let observation = LocusObservation(
            alleles: strands.map(\.index), bases: strands.map(\.bases), phaseSet: genotype.isPhased ? phase : nil,
            source: isBlock && range.count > record.reference.utf8.count ? .block : .record,
            // GATK has the quality of a site that it does not call in RGQ.
            quality: number(record.sampleField("GQ")) ?? number(record.sampleField("RGQ")),
            // bcftools has the least depth of a block in INFO.
            depth: number(record.info("MinDP")).map { Int($0) }
                ?? ["MIN_DP", "DP"].compactMap { number(record.sampleField($0)) }.first.map {
                    Int($0)
                },
            edits: carried,
            isDeletedElsewhere: alternates.contains { record.alternates[$0 - 1] == "*" })
        if let reason = flaw(observation, record) { return refuse(entry, reason, blocks: !observation.isReference) }
        gathered[entry.gene][entry.locus].observations.append(observation)
        // A record of another allele at one base of it says nothing of the others.
        let asksForAll =
            !isReference && !carried.isEmpty
            || edits.contains { $0?.contains { known[entry.gene][$0]?.contains(entry.locus) ?? false } ?? false }
        for position in asksForAll ? locus.range : overlap {
            gathered[entry.gene][entry.locus].covered[position - locus.range.lowerBound] = true
        }
    }

    /// Compares a record's REF with the definition's.
    private mutating func matches(_ record: Variant, _ locus: AlleleLocus, _ overlap: Range<Int>) -> Bool {
        let common = record.referenceRange.clamped(to: overlap)
        guard !common.isEmpty else { return true }
        let own = Array(record.reference.utf8)[
            (common.lowerBound - record.position + 1)..<(common.upperBound - record.position + 1)]
        let other = Array(locus.reference.utf8)[
            (common.lowerBound - locus.range.lowerBound)..<(common.upperBound - locus.range.lowerBound)]
        compared += 1
        if zip(own, other).allSatisfy({ $0 == $1 || $0 == UInt8(ascii: "N") }) { return true }
        differing += 1
        firstDifference =
            firstDifference ?? "\(locus.place) (\(record.reference.prefix(20)) instead of \(locus.reference))"
        return false
    }

    /// What one copy has at a locus.
    private func strand(
        _ allele: Int, _ record: Variant, edits: [[SequenceEdit]?], _ locus: AlleleLocus, _ entry: LocusIndex.Entry
    ) -> (index: Int?, bases: String) {
        guard allele > 0 else { return (0, locus.reference) }
        guard let edits = edits[allele - 1] else {
            // `*`: a deletion that another record tells of, and must (`resolve`).
            return record.alternates[allele - 1] == "*" ? (0, locus.reference) : (nil, record.alternates[allele - 1])
        }
        let own = edits.filter { $0.touches(locus) }
        if own.isEmpty { return (0, locus.reference) }
        if let bases = SequenceEdit.bases(of: locus, with: own), let index = locus.spellings.firstIndex(of: bases) {
            return (index, bases)
        }
        // What another locus of the gene is about says nothing of this one.
        let rest = own.filter { known[entry.gene][$0, default: []].subtracting([entry.locus]).isEmpty }
        let bases = SequenceEdit.bases(of: locus, with: rest)
        return (bases.flatMap { locus.spellings.firstIndex(of: $0) }, bases ?? record.alternates[allele - 1])
    }

    /// Why a genotype is no evidence.
    private func flaw(_ observation: LocusObservation, _ record: Variant) -> String? {
        if !record.isPassing, !(observation.isReference && record.filters == ["RefCall"]) {
            return "the record did not pass its filters (\(record.filters.joined(separator: ";")))"
        }
        if let quality = observation.quality, quality < thresholds.genotypeQuality {
            return "GQ \(Int(quality)) is below \(Int(thresholds.genotypeQuality))"
        }
        if observation.isReference, let depth = observation.depth, depth < thresholds.depth {
            return "depth \(depth) is below \(thresholds.depth)"
        }
        return nil
    }

    private func number(_ text: String?) -> Double? {
        text.flatMap(Double.init).flatMap { $0.isFinite ? max(0, min(1e6, $0)) : nil }
    }

    private mutating func refuse(_ entry: LocusIndex.Entry, _ reason: String, blocks: Bool = false) {
        let wasBlocked = gathered[entry.gene][entry.locus].isBlocked
        if gathered[entry.gene][entry.locus].reason == nil || blocks && !wasBlocked {
            gathered[entry.gene][entry.locus].reason = reason
        }
        gathered[entry.gene][entry.locus].isBlocked = wasBlocked || blocks
    }

    /// The evidence by gene.
    func evidence() -> [String: [LocusEvidence]] {
        var genes: [String: [LocusEvidence]] = [:]
        for (definition, loci) in zip(loci.definitions, gathered) {
            genes[definition.gene] = loci.map { Self.resolve($0) }
        }
        return genes
    }

    private static func resolve(_ locus: Locus) -> LocusEvidence {
        if locus.isBlocked { return .missing(locus.reason ?? "the data cannot be used") }
        let found = locus.observations
        guard !found.isEmpty, !locus.covered.contains(false) else {
            return .missing(locus.reason ?? (found.isEmpty ? "no data" : "the data covers the place in part"))
        }
        var alternates: [LocusObservation] = []
        for observation in found where !observation.isReference && !alternates.contains(observation) {
            alternates.append(observation)
        }
        if alternates.isEmpty, found.contains(where: \.isDeletedElsewhere) {
            return .missing("a copy is deleted (*), and no record says by what")
        }
        // The same allele found by one record and not by another.
        let denied = found.filter { $0.isReference && $0.source == .record }.reduce(into: Set()) {
            $0.formUnion($1.edits)
        }
        if alternates.contains(where: { !$0.edits.isDisjoint(with: denied) }) {
            return .missing("records of the place disagree")
        }
        guard var result = alternates.first ?? found.first(where: { $0.source == .record }) ?? found.first else {
            return .missing("no data")
        }
        for other in alternates.dropFirst() {
            guard let joined = result.joined(other) else {
                return .missing("records of the place disagree")
            }
            result = joined
        }
        return .call(
            LocusCall(
                alleles: result.alleles, bases: result.bases, phaseSet: result.phaseSet, source: result.source,
                genotypeQuality: result.quality, depth: result.depth))
    }
}
