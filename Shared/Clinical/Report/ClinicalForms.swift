/// The forms in which a clinical report is given beside its JSON.
public enum ClinicalForms {
    /// Each form's bytes, with what its file's name ends in.
    public static func all(of report: ClinicalReport) throws -> [(ending: String, bytes: [UInt8])] {
        [
            ("report.fhir.json", try FHIRBundle(report).bytes),
            ("report.html", Array(ReportHTML.page(report).utf8)),
        ]
    }
}
