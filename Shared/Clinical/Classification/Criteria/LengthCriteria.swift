import Annotation
import Genomics

/// PM4 and BP3: changes of a protein's length within its frame, in and outside of repeats.
struct LengthCriteria {
    let context: CriterionContext
    /// Whether the change adds or takes units of a repeat; nil where the reference is not at hand.
    let isInRepeat: Bool?

    /// PM4 and BP3.
    func assess() -> [CriterionAssessment] {
        let kind = context.kind
        if kind.contains(.stopLost) { return [stopLost(), Self.noIndel(.bp3)] }
        guard !kind.isDisjoint(with: .inframe), kind.isDisjoint(with: .null) else {
            return [Self.noIndel(.pm4), Self.noIndel(.bp3)]
        }
        return [longer(), repeated()]
    }

    /// What the two say of all other consequences.
    static func noIndel(_ criterion: Criterion) -> CriterionAssessment {
        .notMet(criterion, "The protein's length does not change within its frame.", sources: ["calls"])
    }

    private func stopLost() -> CriterionAssessment {
        if context.panel?.lengthChange == .notApplicable { return context.unused(.pm4) }
        switch context.gene.lengthRules.stopLoss {
        case .some(nil): return context.unused(.pm4)
        case .some(let strength?):
            return .met(
                MetCriterion(.pm4, strength), "The stop codon is lost, which the panel counts so.",
                sources: [context.knowledge.names.regions])
        case nil:
            return .met(
                MetCriterion(.pm4), "The stop codon is lost: the protein is longer.", sources: ["calls"])
        }
    }

    private var residues: ClosedRange<Int>? {
        context.chosen.residue.map { $0...($0 + max(context.chosen.lengthChange?.lost ?? 1, 1) - 1) }
    }

    private func longer() -> CriterionAssessment {
        if context.panel?.lengthChange == .notApplicable { return context.unused(.pm4) }
        let names = context.knowledge.names
        let change = context.chosen.lengthChange.map { abs($0.gained - $0.lost) }
        let size = change.map { "\(Figure.count($0, "residue"))" } ?? "residues"
        if !context.gene.lengthRules.isEmpty, !context.isNumberedAsPanel { return context.misnumbered(.pm4) }
        if let residues, let said = context.gene.lengthRules.strength(of: residues) {
            let place = "residue \(residues.lowerBound)"
            guard let strength = said else {
                return .notMet(.pm4, "The panel does not count \(place) for PM4.", sources: [names.regions])
            }
            return .met(
                MetCriterion(.pm4, shortened(strength, change)),
                "\(size) in or out at \(place), in a region that the panel names.",
                sources: [names.regions])
        }
        guard let isInRepeat else {
            return .notEvaluable(
                .pm4, "Whether the change lies in a repeat is not known: the reference is needed (--reference).")
        }
        if isInRepeat {
            return .notMet(
                .pm4, "The change is of whole units of a repeat of the reference.", sources: ["calls"])
        }
        let strength = shortened(.moderate, change)
        return .met(
            MetCriterion(.pm4, strength),
            "\(size) in or out, not in a repeat"
                + (strength < .moderate ? "; so small a change supports only." : "."), sources: ["calls"])
    }

    /// A change of one residue supports only, or as many as a panel says.
    private func shortened(_ strength: Strength, _ change: Int?) -> Strength {
        guard let change, change <= context.panel?.shortLengthChange ?? 1 else { return strength }
        return min(strength, .supporting)
    }

    private func repeated() -> CriterionAssessment {
        if context.panel?.repeats == .notApplicable { return context.unused(.bp3) }
        if let regions = context.panel?.repeatRegions, !regions.isEmpty, let residues {
            guard context.isNumberedAsPanel else { return context.misnumbered(.bp3) }
            let sources = [context.knowledge.names.thresholds]
            return regions.overlaps(residues)
                ? .met(
                    MetCriterion(.bp3), "Residue \(residues.lowerBound) is in a repeat that the panel names.",
                    sources: sources)
                : .notMet(
                    .bp3, "Residue \(residues.lowerBound) is in no repeat that the panel names.", sources: sources)
        }
        guard let isInRepeat else {
            return .notEvaluable(
                .bp3, "Whether the change lies in a repeat is not known: the reference is needed (--reference).")
        }
        return isInRepeat
            ? .met(
                MetCriterion(.bp3),
                "The change is of whole units of a repeat of the reference, in no region that is known to matter.",
                sources: ["calls"])
            : .notMet(.bp3, "The change is not in a repeat.", sources: ["calls"])
    }

    /// Whether bases that come in or go are a unit, or several, that the reference has at least three times in a row around them.
    static func isInRepeat(_ allele: AnnotatedAllele, _ lookup: ReferenceLookup) throws(GenomicsError) -> Bool {
        let (reference, alternate) = (Array(allele.reference.utf8), Array(allele.alternate.utf8))
        let (long, short) = reference.count > alternate.count ? (reference, alternate) : (alternate, reference)
        guard long.count > short.count, long.starts(with: short) else { return false }
        let change = Array(long.dropFirst(short.count))
        guard change.count <= reach / 3 else { return false }
        // The smallest unit that the change is made of, at least a codon's worth.
        let unit = (1...change.count).first { size in
            change.count % size == 0 && size % 3 == 0
                && (size..<change.count).allSatisfy { change[$0] == change[$0 - size] }
        }
        guard let unit else { return false }
        let start = allele.position - 1 + short.count
        let window = try lookup(allele.contig, max(0, start - reach)..<(start + reach))
        // Whole units before and behind the place; a deletion's own bases are among those behind.
        var (first, last) = (start, start)
        while first - 1 >= window.range.lowerBound, window[first - 1] == at(change, first - 1 - start) { first -= 1 }
        while last < window.range.upperBound, window[last] == at(change, last - start) { last += 1 }
        return (last - first) / unit >= 3
    }

    private static let reach = 150

    /// The base of the endlessly repeated change.
    private static func at(_ change: [UInt8], _ offset: Int) -> UInt8 {
        let place = offset % change.count
        return change[place < 0 ? place + change.count : place]
    }
}
