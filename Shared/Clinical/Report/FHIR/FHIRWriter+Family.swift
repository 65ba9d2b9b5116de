/// The relatives who were looked at: a FamilyMemberHistory each.
extension FHIRWriter {
    mutating func addFamily() {
        for (key, relative) in relatives {
            let affected =
                switch relative.isAffected {
                case true?: "affected"
                case false?: "not affected"
                case nil: "whether affected is not stated"
                }
            let seen = relative.isCalled ? "the calls were looked at" : "no calls"
            let confirmed =
                switch relative.isConfirmed {
                case true?: "; parentage confirmed by the calls"
                case false?: "; parentage contradicted by the calls"
                case nil: ""
                }
            let text = "\(relative.relation): \(affected), \(seen)\(confirmed)."
            add(
                "FamilyMemberHistory", key, narrative: text,
                [
                    "status": "completed", "patient": reference("patient"),
                    "date": .text(Self.time(report.provenance.createdAt)), "name": .string(relative.name),
                    "relationship": FHIRCoding.concept(Self.role(of: relative), text: relative.relation),
                    "sex": FHIRCoding(.gender, Self.sex(of: relative)).concept, "note": [Self.note(text)],
                    "condition": relative.isAffected == true
                        ? [["code": ["text": "the disease that the person's report is about, as the pedigree says"]]]
                        : nil,
                ])
        }
    }

    /// Each relative with the key of the resource.
    private var relatives: [(key: String, relative: ClinicalReport.Relative)] {
        (report.family?.relatives ?? []).enumerated().map { ("relative.\($0.offset + 1)", $0.element) }
    }

    /// References of the report to them.
    var familyReferences: [OrderedJSON?] {
        relatives.map {
            Self.extended(
                "http://hl7.org/fhir/StructureDefinition/workflow-supportingInfo", "Reference", reference($0.key))
        }
    }

    private static func sex(of relative: ClinicalReport.Relative) -> String {
        switch relative.sex {
        case .male: "male"
        case .female: "female"
        case .unknown: "unknown"
        }
    }

    /// HL7's RoleCode of a relation, as `Kindred` words it.
    private static func role(of relative: ClinicalReport.Relative) -> FHIRCoding {
        let codes = [
            "father": "FTH", "mother": "MTH", "brother": "BRO", "sister": "SIS", "sibling": "SIB",
            "half-brother": "HBRO",
            "half-sister": "HSIS", "half-sibling": "HSIB", "son": "SONC", "daughter": "DAUC", "child": "CHILD",
            "grandfather": "GRFTH", "grandmother": "GRMTH", "grandparent": "GRPRN",
        ]
        return FHIRCoding(.role, codes[relative.relation] ?? "FAMMEMB")
    }
}
