import Events
import Genomics
import VariantCalling

/// Counts the calls of a run for its report.
struct CallCounter {
    var counts = Report.Calls()
    private var transitions = 0
    private var transversions = 0

    /// The counts with the ratio that follows from them.
    var summary: Report.Calls {
        var summary = counts
        if transversions > 0 {
            let ratio = Double(transitions) / Double(transversions)
            summary.transitionsToTransversions = (ratio * 1000).rounded() / 1000
        }
        return summary
    }

    mutating func add(_ call: SiteCall) {
        add(
            call.reference, call.alternates, isPassed: call.isPassed, isHomozygous: call.isHomozygous,
            isSNV: call.isSNV)
    }

    /// Counts a record of another caller; one in which the sample has no alternate allele is no call.
    mutating func add(_ variant: Variant) {
        let own = Set((variant.genotype?.alleles ?? []).compactMap { $0 })
        let alternates = own.filter { $0 > 0 && $0 <= variant.alternates.count }.sorted().map {
            variant.alternates[$0 - 1]
        }
        guard !alternates.isEmpty else { return }
        add(
            variant.reference, alternates, isPassed: variant.isPassing, isHomozygous: own.count == 1,
            isSNV: variant.reference.utf8.count == 1 && alternates.allSatisfy { $0.utf8.count == 1 })
    }

    private mutating func add(
        _ reference: String, _ alternates: [String], isPassed: Bool, isHomozygous: Bool, isSNV: Bool
    ) {
        guard isPassed else {
            counts.filtered += 1
            return
        }
        if isHomozygous { counts.homozygous += 1 } else { counts.heterozygous += 1 }
        guard isSNV else {
            counts.indels += 1
            return
        }
        counts.snvs += 1
        for alternate in alternates {
            if Self.transitionPairs.contains(reference + alternate) {
                transitions += 1
            } else {
                transversions += 1
            }
        }
    }

    private static let transitionPairs: Set<String> = ["AG", "GA", "CT", "TC"]
}
