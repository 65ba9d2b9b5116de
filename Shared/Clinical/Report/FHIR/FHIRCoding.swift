/// A code with the system that it is of.
///
/// Codes are those of HL7's Genomics Reporting 3.0.0 (its code systems, value sets and examples) and of the LOINC answer lists that its
/// profiles bind; what has no such code is text.
struct FHIRCoding: Sendable, Hashable {
    /// Code systems, by the addresses that FHIR R4 and Genomics Reporting give them.
    enum System: String, Sendable {
        case loinc = "http://loinc.org"
        case undetermined = "http://hl7.org/fhir/uv/genomics-reporting/CodeSystem/tbd-codes-cs"
        case noteType = "http://hl7.org/fhir/uv/genomics-reporting/CodeSystem/coded-annotation-types-cs"
        case clinVarStars = "http://hl7.org/fhir/uv/genomics-reporting/CodeSystem/clinvar-evidence-level-custom-cs"
        case dataFormat = "http://hl7.org/fhir/uv/genomics-reporting/CodeSystem/genomic-study-data-format-cs"
        case studyMethod = "http://hl7.org/fhir/uv/genomics-reporting/CodeSystem/genomic-study-method-type-cs"
        case category = "http://terminology.hl7.org/CodeSystem/observation-category"
        case diagnosticService = "http://terminology.hl7.org/CodeSystem/v2-0074"
        case phase = "http://terminology.hl7.org/CodeSystem/sequence-phase-relationship-cs"
        case participant = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
        case conditionStatus = "http://terminology.hl7.org/CodeSystem/condition-clinical"
        case verification = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
        case absence = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
        case role = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
        case gender = "http://hl7.org/fhir/administrative-gender"
        case snomed = "http://snomed.info/sct"
        case hgnc = "http://www.genenames.org"
        case hgvs = "http://varnomen.hgvs.org"
        case refSeq = "http://www.ncbi.nlm.nih.gov/refseq"
        case ensembl = "http://www.ensembl.org"
        case clinVar = "http://www.ncbi.nlm.nih.gov/clinvar"
        case sequenceOntology = "http://www.sequenceontology.org"
        case hpo = "http://human-phenotype-ontology.org"
        case mondo = "http://purl.obolibrary.org/obo/mondo.owl"
        case omim = "http://www.omim.org"
        case orphanet = "http://www.orpha.net"
        case ucum = "http://unitsofmeasure.org"
    }

    var system: System
    var code: String
    var display: String?

    init(_ system: System, _ code: String, _ display: String? = nil) {
        (self.system, self.code, self.display) = (system, code, display)
    }

    /// `Coding`; nil for an empty code.
    var json: OrderedJSON? {
        // FHIR's `code` has single blanks within at most.
        let words = OrderedJSON.cleaned(code).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard !words.isEmpty else { return nil }
        return ["system": .text(system.rawValue), "code": .text(words), "display": .string(display)]
    }

    /// `CodeableConcept` of this code alone.
    var concept: OrderedJSON? { Self.concept(self) }

    /// `CodeableConcept` of a code, a text, or both; nil of neither.
    static func concept(_ coding: FHIRCoding?, text: String? = nil) -> OrderedJSON? {
        let (coding, text) = (coding?.json, OrderedJSON.string(text))
        guard coding != nil || text != nil else { return nil }
        return ["coding": coding.map { [$0] }, "text": text]
    }

    /// `CodeableConcept` of a text.
    static func text(_ text: String?) -> OrderedJSON? { concept(nil, text: text) }
}

extension FHIRCoding {
    /// The term of a disease or phenotype by its prefix; nil of prefixes that FHIR has no address for.
    static func term(_ term: ClinicalReport.Term) -> FHIRCoding? {
        guard let colon = term.id.firstIndex(of: ":") else { return nil }
        let rest = String(term.id[term.id.index(after: colon)...])
        guard !rest.isEmpty else { return nil }
        return switch term.id[..<colon].uppercased() {
        case "HP": FHIRCoding(.hpo, term.id, term.name)
        case "MONDO": FHIRCoding(.mondo, term.id, term.name)
        case "OMIM", "MIM": FHIRCoding(.omim, rest, term.name)
        case "ORPHA", "ORPHANET": FHIRCoding(.orphanet, rest, term.name)
        default: nil
        }
    }

    /// A sequence's accession; nil of accessions that neither RefSeq nor Ensembl gave.
    static func accession(_ accession: String) -> FHIRCoding? {
        let prefix = accession.prefix { $0 != "_" && !$0.isNumber }
        if accession.hasPrefix("ENS") { return FHIRCoding(.ensembl, accession) }
        return ["NC", "NG", "NM", "NR", "NP", "NT", "NW", "XM", "XR", "XP", "YP"].contains(prefix)
            && accession.dropFirst(prefix.count).first == "_" ? FHIRCoding(.refSeq, accession) : nil
    }

    /// A name of HGVS.
    static func hgvs(_ name: String) -> FHIRCoding { FHIRCoding(.hgvs, name, name) }

    /// An answer of one of LOINC's lists.
    static func answer(_ code: String, _ display: String) -> FHIRCoding { FHIRCoding(.loinc, code, display) }
}
