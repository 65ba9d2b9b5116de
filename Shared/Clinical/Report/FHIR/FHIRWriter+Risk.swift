/// Polygenic scores, each a RiskAssessment: the place within a panel is no probability, so none is stated.
extension FHIRWriter {
    mutating func addRisk() {
        for (place, risk) in report.risk.enumerated() {
            let words = Self.text(of: risk)
            add(
                "RiskAssessment", "risk.\(place + 1)", narrative: words,
                [
                    "status": .text(status.rawValue), "method": FHIRCoding.text("Polygenic score \(risk.score)"),
                    "subject": reference("patient"), "occurrenceDateTime": .text(effective),
                    "performer": reference("software"),
                    "prediction": [
                        [
                            "outcome": FHIRCoding.text(risk.trait) ?? FHIRCoding.text(risk.score),
                            "rationale": .string(words),
                        ]
                    ],
                ])
        }
    }

    private static func text(of risk: ClinicalReport.RiskFinding) -> String {
        var text =
            "\(risk.score), \(risk.trait): sum of weights \(risk.value), of \(risk.matched) of the score's \(risk.variants) variants"
        if let percentile = risk.percentile {
            text += "; percentile \(brief(percentile)) within the panel"
            if let interval = risk.interval, interval.count == 2 {
                text += " (interval \(brief(interval[0])) to \(brief(interval[1])))"
            }
            if let panel = risk.panel { text += " \(panel)" }
            if let population = risk.population { text += ", nearest to its \(population)" }
        } else if let note = risk.note {
            return "\(text). \(note)"
        } else {
            text += "; without a panel it has no place among people"
        }
        return text + "."
    }
}
