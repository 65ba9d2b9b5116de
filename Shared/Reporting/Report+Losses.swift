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
        let listed = losses.prefix(Self.missingLimit).map { loss in
            Problem(
                stage: Stage.report, file: nil, record: nil, field: "clinical", message: loss, kind: Self.clinicalKind,
                isLoss: true)
        }
        problems = Array((problems + listed).prefix(Self.problemLimit))
        problemCount += problems.count { $0.kind == Self.clinicalKind }
        // Reads that were lost stay in front, however many terms there are.
        let others = (missing ?? []).filter { !$0.hasPrefix(Self.asked) }.prefix(Self.missingLimit - 1)
        let room = Self.missingLimit - others.count
        var own = losses.map { Self.asked + $0 }
        if own.count > room { own = own.prefix(room - 1) + [Self.asked + "and \(losses.count - room + 1) more"] }
        missing = others.isEmpty && own.isEmpty ? nil : others + own
        status = missing == nil ? .final : .incomplete
    }

    private static let asked = "what was asked of the calls: "
}
