import Foundation
import Genomics

extension PhenotypeCase {
    /// Reads a GA4GH Phenopacket, version 2, as JSON: `id`, `subject` with `sex` and `timeAtLastEncounter`, `phenotypicFeatures`; or a
    /// family, whose `proband` is such a packet and whose `pedigree` names relatives.
    ///
    /// `interpretations` and `diseases` are answers and are not looked at. Throws where the text is no JSON object, a field is not
    /// what the schema says, or the pedigree lacks the proband or contradicts itself.
    public init(phenopacket text: Data, file: String) throws(GenomicsError) {
        let packet: Phenopacket
        var pedigree: PhenopacketPedigree?
        do {
            let family = try JSONDecoder().decode(PhenopacketFamily.self, from: text)
            packet = try family.proband ?? JSONDecoder().decode(Phenopacket.self, from: text)
            pedigree = family.proband == nil ? nil : family.pedigree
        } catch {
            throw GenomicsError(.malformed, "is no phenopacket: \(CaseText.sentence(error))", file: file)
        }
        self.init(
            id: packet.id ?? packet.subject?.id ?? "", present: [], excluded: [])
        individual = packet.subject?.id
        if let pedigree {
            guard let individual else {
                throw GenomicsError(
                    .malformed, "the proband has no subject.id, by which the pedigree names persons", file: file,
                    field: "proband")
            }
            do { kindred = try pedigree.kindred(of: individual) } catch {
                throw GenomicsError(.malformed, error.text, file: file, field: "pedigree")
            }
        }
        take(sex: packet.subject?.sex)
        if let time = packet.subject?.timeAtLastEncounter {
            // A range, a week of gestation or a term of an ontology.
            take(age: time.age?.iso8601duration ?? "timeAtLastEncounter")
        }
        for feature in packet.phenotypicFeatures ?? [] {
            if feature.excluded ?? false { excluded.append(feature.type.id) } else { present.append(feature.type.id) }
        }
        guard !present.isEmpty || !excluded.isEmpty else {
            throw GenomicsError(
                .malformed, "has no phenotypicFeatures; a ranking needs at least one HPO term", file: file,
                field: "phenotypicFeatures")
        }
    }

    /// Reads a line of JSON with the fields `id`, `sex`, `age`, `hpo` and `hpo_excluded`; a term is `"HP:…"` or `["HP:…", "its name"]`.
    public init(line: ArraySlice<UInt8>, number: Int, file: String) throws(GenomicsError) {
        let fields: Line
        do {
            fields = try JSONDecoder().decode(Line.self, from: Data(line))
        } catch {
            throw GenomicsError(.malformed, "is no case: \(CaseText.sentence(error))", file: file, record: number)
        }
        self.init(
            id: fields.id, present: fields.hpo.map(\.id), excluded: (fields.hpo_excluded ?? []).map(\.id))
        take(sex: fields.sex)
        take(age: fields.age)
    }

    private struct PhenopacketFamily: Decodable {
        var proband: Phenopacket?
        var pedigree: PhenopacketPedigree?
    }

    private struct Phenopacket: Decodable {
        struct Subject: Decodable {
            struct Time: Decodable {
                struct Age: Decodable { var iso8601duration: String? }
                var age: Age?
            }
            var id: String?
            var sex: String?
            var timeAtLastEncounter: Time?
        }
        struct Feature: Decodable {
            struct Term: Decodable { var id: String }
            var type: Term
            var excluded: Bool?
        }
        var id: String?
        var subject: Subject?
        var phenotypicFeatures: [Feature]?
    }

    private struct Line: Decodable {
        struct Term: Decodable {
            var id: String
            init(from decoder: any Decoder) throws {
                if let text = try? decoder.singleValueContainer().decode(String.self) {
                    id = text
                } else {
                    var list = try decoder.unkeyedContainer()
                    id = try list.decode(String.self)
                }
            }
        }
        var id: String
        var sex: String?
        var age: String?
        var hpo: [Term]
        // The field's name in the file.
        var hpo_excluded: [Term]?
    }
}

/// What cases' files have in common.
private enum CaseText {
    /// Where a decoding failed, and why.
    static func sentence(_ error: any Error) -> String {
        func path(_ context: DecodingError.Context) -> String {
            let text = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
            return text.isEmpty ? "the document" : String(text.drop { $0 == "." })
        }
        return switch error {
        case DecodingError.keyNotFound(let key, let context): "\(path(context)) has no field \"\(key.stringValue)\""
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            "\(path(context)) is of another type than its name demands"
        default: "the text is no JSON object"
        }
    }
}
