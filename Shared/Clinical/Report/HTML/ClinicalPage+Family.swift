/// The relatives who were looked at, and what could not be known of them.
extension ClinicalPage {
    var family: HTML {
        guard let family = report.family else { return "<p>No pedigree was given.</p>\n" }
        let table = HTML.table(
            "Relatives of the person",
            [.init("Relative", 24), .init("Name", 26), .init("Disease", 20), .init("Calls", 30)],
            family.relatives.map { relative in
                [
                    "\(relative.relation)", "\(relative.name)",
                    "\(relative.isAffected.map { $0 ? "affected" : "not affected" } ?? "not stated")",
                    "\(Self.calls(relative))",
                ]
            })
        return table + HTML.list(family.gaps.map { "\($0)" }, ordered: false)
    }

    private static func calls(_ relative: ClinicalReport.Relative) -> String {
        guard relative.isCalled else { return "not in the calls" }
        guard ["father", "mother"].contains(relative.relation) else { return "looked at" }
        return relative.isConfirmed == true
            ? "looked at; the calls confirm the parent" : "looked at; that this is the parent is assumed"
    }
}
