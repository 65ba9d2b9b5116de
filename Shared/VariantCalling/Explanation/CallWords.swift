import Foundation
import Genomics

/// Sentences about an allele that was or was not called.
public struct CallWords: Sendable {
    /// What the reads show.
    public let reads: String
    /// What the caller made of it.
    public let verdict: String
    /// What the network's word rests on; nil where it was not asked.
    public let reasons: String?

    /// Words for an allele, with what the network said where it was asked.
    public init(_ site: SitePileup, _ explanation: CallExplainer.Explanation?) {
        let options = site.options
        let candidate = site.candidate
        let name = "\(candidate.reference)>\(candidate.alternate)"
        var reads =
            "\(candidate.alternateDepth) of \(candidate.depth) reads show \(name) (\(candidate.alternateForward) forward, "
            + "\(candidate.alternateReverse) reverse), \(candidate.referenceDepth) the reference"
        if candidate.otherDepth > 0 { reads += ", \(candidate.otherDepth) a third allele" }
        let silent = candidate.depth - candidate.alternateDepth - candidate.referenceDepth - candidate.otherDepth
        if silent > 0 { reads += "; \(silent) cannot tell" }
        reads += "."
        if candidate.alternateDepth > 0 {
            reads += " Mean base quality of the allele \(Int(candidate.meanAlternateQuality.rounded()))"
            reads +=
                candidate.mappingQuality == Double(BAMRecord.unknownMappingQuality)
                ? ", no mapping quality." : ", mapping quality \(Int(candidate.mappingQuality.rounded()))."
        }
        self.reads = reads
        guard let explanation else {
            let least =
                candidate.lengthChange == 0 ? options.minimumSubstitutionFraction : options.minimumIndelFraction
            let isEnough = candidate.alternateDepth >= options.minimumSupport && candidate.alternateFraction >= least
            verdict =
                "The allele was not proposed to the network: "
                + (isEnough
                    ? "a copy of it makes what all reads show less likely by \(CandidateFinder.mostAgainst / 100) Phred or more."
                    : "that takes \(options.minimumSupport) reads and \(Int((100 * least).rounded())) % of those that show "
                        + "an allele.")
            reasons = nil
            return
        }
        let copies = explanation.copies
        let probability = Self.percent(Double(explanation.probabilities[copies]))
        verdict =
            "The \(explanation.isSecondLook ? "larger " : "")network says \(CallingModel.labels[copies]), "
            + "\(["no copy", "one copy", "two copies"][copies]) of the allele, with \(probability)."
        reasons = Self.reasons(explanation)
    }

    private static func reasons(_ explanation: CallExplainer.Explanation) -> String {
        let said = explanation.evidence.filter { $0.share >= 0.05 }.prefix(4)
        func words(_ evidence: (kind: PictureEvidence, sum: Double, share: Double)) -> String {
            "\(evidence.kind.words) (\(percent(evidence.share)))"
        }
        let difference = explanation.score - explanation.referenceScore
        let (isFor, isAgainst) = (said.filter { $0.sum >= 0 }.map(words), said.filter { $0.sum < 0 }.map(words))
        var text =
            "Against the same reads if all showed the reference, \(CallingModel.labels[explanation.copies]) became "
            + (difference >= 0 ? "more" : "less") + " likely."
        if !isFor.isEmpty { text += " For it speak \(isFor.joined(separator: ", "))." }
        if !isAgainst.isEmpty { text += " Against it speak \(isAgainst.joined(separator: ", "))." }
        return text
    }

    /// A share in percent, not rounded up to certainty.
    static func percent(_ share: Double) -> String {
        share > 0.9999
            ? "more than 99.99 %"
            : share >= 0.99
                ? String(format: "%.2f %%", 100 * share)
                : String(format: "%.0f %%", 100 * share)
    }
}
