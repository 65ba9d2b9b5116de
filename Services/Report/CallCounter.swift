import Events
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
        guard call.isPassed else {
            counts.filtered += 1
            return
        }
        if call.isHomozygous { counts.homozygous += 1 } else { counts.heterozygous += 1 }
        guard call.isSNV else {
            counts.indels += 1
            return
        }
        counts.snvs += 1
        for alternate in call.alternates {
            if Self.transitionPairs.contains(call.reference + alternate) {
                transitions += 1
            } else {
                transversions += 1
            }
        }
    }

    private static let transitionPairs: Set<String> = ["AG", "GA", "CT", "TC"]
}
