import Clinical
import Events

extension Report {
    /// What problems of the question and of the knowledge are called.
    private static let clinicalKind = "clinical"

    /// Notes what the clinical part lacks of what was asked, such as terms of the case that cannot be used: each is a loss, so the
    /// report is incomplete, as `helicase interpret` fails.
    ///
    /// What an earlier version of the report lacked is taken back first.
    public mutating func take(clinicalLosses losses: [String]) {
        let before = problems.count { $0.kind == Self.clinicalKind }
        problems.removeAll { $0.kind == Self.clinicalKind }
        problemCount -= before
        var sentences = (missing ?? []).filter { !$0.hasPrefix(Self.asked) }
        // Reads that were lost stay in front, however many terms there are.
        for loss in losses.prefix(Self.missingLimit) {
            problems.append(
                Problem(
                    stage: Stage.report, file: nil, record: nil, field: "clinical", message: loss,
                    kind: Self.clinicalKind, isLoss: true))
            sentences.append(Self.sentence(loss))
        }
        problemCount += min(losses.count, Self.missingLimit)
        let rest = losses.count - Self.missingLimit
        if rest > 0 { sentences.append(Self.sentence("and \(rest) more")) }
        if sentences.count > Self.missingLimit {
            let left = sentences.count - Self.missingLimit + 1
            sentences = sentences.prefix(Self.missingLimit - 1) + ["and \(left) more kinds of trouble"]
        }
        problems = Array(problems.prefix(Self.problemLimit))
        missing = sentences.isEmpty ? nil : sentences
        status = sentences.isEmpty ? .final : .incomplete
    }

    private static let asked = "what was asked of the calls: "

    private static func sentence(_ loss: String) -> String { asked + loss }
}
