import Foundation

/// A report's classified variants as ClinVar's submission API takes them: one record a variant, and a reason for each that cannot be one.
///
/// The form is the `germlineSubmission` of NCBI's `submission_api_schema.json` (JSON Schema 2020-12, github.com/ncbi/clinvar, commit 1649a33 of
/// 2024; the older `clinvarSubmission` is deprecated there). Nothing that identifies the person is in it: no sample, case, age or sex.
public struct ClinVarSubmission: Sendable, Hashable {
    /// A finding that makes no record, and why.
    public struct Refusal: Sendable, Hashable, CustomStringConvertible {
        /// The finding's name in the report; empty where the reason concerns the whole report.
        public var finding: String
        /// What the form demands and the report does not know.
        public var reason: String

        /// `finding.2: …`.
        public var description: String { finding.isEmpty ? reason : "\(finding): \(reason)" }
    }

    /// What a submitter may choose.
    public struct Options: Sendable, Hashable {
        /// The PubMed identifier of the criteria by which all variants were classified: points, of Tavtigian and others 2020, if not given.
        public var assertionCriteria = "32720330"
        /// Whether ClinVar is to keep the records to itself until they are published.
        public var isHeld = false
        /// Whether the person's terms of the Human Phenotype Ontology go with the observation, for everybody to read.
        public var includesPhenotype = true

        /// The usual choices.
        public init() {}
    }

    /// The document in UTF-8; nil where no finding makes a record, for an empty submission is none.
    public let bytes: [UInt8]?
    /// The findings that make records, in the order of the records.
    public let submitted: [String]
    /// The findings that make none.
    public let refusals: [Refusal]

    /// How many records the form allows.
    public static let limit = 10_000

    /// Makes a submission of a report's findings, the secondary ones too.
    public init(_ report: ClinicalReport, options: Options = Options()) {
        let findings = report.findings.map { ($0, false) } + (report.secondary ?? []).map { ($0, true) }
        guard report.laboratory != nil else {
            let reason = "no laboratory is named, and ClinVar takes submissions of registered organisations alone"
            (bytes, submitted) = (nil, [])
            refusals = findings.map { Refusal(finding: $0.0.id, reason: reason) }
            return
        }
        var (records, names, refusals): ([OrderedJSON], [String], [Refusal]) = ([], [], [])
        var seen: Set<String> = []
        for (finding, isSecondary) in findings {
            do throws(ClinVarRecordBuilder.Gap) {
                guard records.count < Self.limit else { throw .init("a submission has \(Self.limit) records at most") }
                guard seen.insert(finding.allele.name).inserted else {
                    throw .init("the variant has a record of this submission already")
                }
                records.append(
                    try ClinVarRecordBuilder(report, finding, isSecondary: isSecondary, options).record())
                names.append(finding.id)
            } catch {
                refusals.append(Refusal(finding: finding.id, reason: error.reason))
            }
        }
        (submitted, self.refusals) = (names, refusals)
        guard !records.isEmpty else {
            bytes = nil
            return
        }
        let document: OrderedJSON = [
            "clinvarSubmissionReleaseStatus": options.isHeld ? "hold until published" : "public",
            "assertionCriteria": ["db": "PubMed", "id": .text(options.assertionCriteria)],
            "germlineSubmission": .list(records),
        ]
        bytes = document.bytes
    }
}
