import Foundation
import Hashing

/// A report as HL7 FHIR R4: a Bundle of the profiles of Genomics Reporting 3.0.0 that holds the same findings.
///
/// The Bundle is a `collection`, as the guide's own reports are: the GenomicReport in it is the document, and everything that it refers to lies
/// beside it. A `document` would need a Composition with an attester, which nobody is before a laboratory has validated the report.
/// Identifiers follow from the report's digest (UUID version 8, RFC 9562), so a report has the same bytes each time.
public struct FHIRBundle: Sendable, Hashable {
    /// How far a report is, by FHIR's `diagnostic-report-status`.
    public enum Status: String, Sendable, Hashable, CaseIterable {
        /// Made by software, and validated by nobody.
        case preliminary
        /// Validated by a laboratory.
        case final
        /// Changed after it was final.
        case amended
    }

    /// The Bundle in UTF-8, indented, its members always in the same order.
    public let bytes: [UInt8]
    /// The Bundle's `identifier` without `urn:uuid:`.
    public let identifier: String

    /// Makes the Bundle.
    ///
    /// - Parameters:
    ///   - report: What is said.
    ///   - status: How far the report is.
    ///   - geneIDs: HGNC's identifiers by symbol (`HGNC:2621` of CYP2C19) beside those of the report; genes without one are named by their
    ///     symbol as text.
    /// - Throws: `EncodingError` with the place of a number that is not finite, which JSON has no word for.
    public init(_ report: ClinicalReport, status: Status = .preliminary, geneIDs: [String: String] = [:]) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let digest = SHA256Digest.hexadecimal(of: Array(try encoder.encode(report)))
        var writer = FHIRWriter(
            report, status: status, geneIDs: geneIDs.merging(report.geneIDs ?? [:]) { first, _ in first },
            digest: digest)
        writer.addReport()
        writer.addSubject()
        writer.addFamily()
        writer.addFindings()
        writer.addDrugs()
        writer.addRisk()
        writer.addStudy()
        writer.addProvenance()
        identifier = writer.uuid("bundle")
        let bundle: OrderedJSON = [
            "resourceType": "Bundle", "id": .text(identifier),
            "meta": ["lastUpdated": .text(FHIRWriter.time(report.provenance.createdAt))],
            "identifier": ["system": "urn:ietf:rfc:3986", "value": .text("urn:uuid:\(identifier)")],
            "type": "collection", "timestamp": .text(FHIRWriter.time(report.provenance.createdAt)),
            "entry": .list(writer.entries),
        ]
        bytes = bundle.bytes
    }
}
