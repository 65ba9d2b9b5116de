import Foundation
import Genomics

/// Diseases with a known gene and what they look like, laid out so that a term finds its diseases.
///
/// A value of about 60 MB for HPO's release of 2025; building it takes seconds. It is read from many threads at once.
public struct PhenotypeKnowledge: Sendable {
    /// The terms.
    public let ontology: Ontology
    /// What is not used as the files have it, in a sentence each.
    public private(set) var remarks: [String]
    /// The releases and sizes, for a report's list of sources.
    public let description: String

    /// The diseases that have a gene and a row, and their annotations.
    let diseases: [DiseaseAnnotations.Disease]
    let profiles: [DiseaseProfile]
    /// For each disease what is known of it beside its phenotypes.
    let traits: [DiseaseTraits]
    /// The genes by name, the diseases of each, and the genes of each disease.
    let genes: [String]
    let diseasesOfGene: [[Int]]
    let genesOfDisease: [[Int]]
    /// Whose diseases cite a reference, for training.
    let diseasesOfReference: [String: Set<Int>]
    /// The share of OMIM's diseases that a term is seen in, weighted by its frequency there: how often anyone here has it.
    let background: [Float]
    /// How telling a term is: -log of the share of OMIM's diseases that have it at all (Resnik 1995), never less than an ancestor's.
    let information: [Float]

    /// The diseases whose annotations rule a term out.
    private let rulingOut: [Int: [Int]]
    private let annotations: DiseaseAnnotations
    /// The diseases of a term are ``postings`` from its start to the next one's, ascending.
    private let starts: [Int]
    private let postings: [Posting]

    /// A disease of a term.
    struct Posting: Sendable {
        var disease: Int32
        var frequency: Float
        var joint: Float
        var people: Float
    }

    /// Joins what the three files say.
    ///
    /// Throws where no disease of the annotations has a gene: the tables are then of different things.
    public init(
        ontology: Ontology, annotations: DiseaseAnnotations, genes table: GeneDiseases
    ) throws(GenomicsError) {
        self.ontology = ontology
        self.annotations = annotations
        let isPaper = annotations.references.map { $0.hasPrefix("PMID:") }
        let used = annotations.diseases.filter { table.genes[$0.id] != nil && !$0.rows.isEmpty }
        guard !used.isEmpty else {
            throw GenomicsError(
                .malformed, "no disease of the annotations is in the table of genes; both name diseases as OMIM:142900")
        }
        diseases = used
        let names = Set(used.flatMap { table.genes[$0.id] ?? [] }).sorted()
        genes = names
        let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        genesOfDisease = used.map { (table.genes[$0.id] ?? []).compactMap { numbers[$0] } }
        var ofGene = Array(repeating: [Int](), count: names.count)
        for (disease, own) in genesOfDisease.enumerated() { for gene in own { ofGene[gene].append(disease) } }
        diseasesOfGene = ofGene
        profiles = used.map { DiseaseProfile($0.rows, ontology) }
        traits = used.map { DiseaseTraits($0) }

        var cited: [String: Set<Int>] = [:]
        for (place, disease) in used.enumerated() {
            for row in disease.rows where isPaper[row.reference] {
                cited[annotations.references[row.reference], default: []].insert(place)
            }
        }
        diseasesOfReference = cited
        var rulingOut: [Int: [Int]] = [:]
        for (disease, profile) in profiles.enumerated() {
            for term in profile.ruledOut { rulingOut[Int(term), default: []].append(disease) }
        }
        self.rulingOut = rulingOut
        (starts, postings) = Self.invert(profiles, terms: ontology.terms.count)
        (background, information) = Self.rarity(starts, postings, traits, ontology)
        remarks = annotations.remarks
        let isSame = ontology.version.hasSuffix(annotations.version)
        if !isSame {
            remarks.append(
                "the ontology is release \(ontology.version) and the annotations are release \(annotations.version): take both of one release"
            )
        }
        description =
            "HPO \(ontology.version), annotations \(annotations.version): \(used.count) diseases of \(names.count) genes"
    }

    /// The diseases that have a term or a kind of it, ascending.
    func diseases(having term: Int) -> ArraySlice<Posting> { postings[starts[term]..<starts[term + 1]] }

    /// The diseases whose annotations rule out a term, or one that it is a kind of, and name no kind of it; ascending.
    func diseases(rulingOut term: Int) -> [Int] {
        let all = ontology.ancestors[term].reduce(into: Set<Int>()) { $0.formUnion(rulingOut[Int($1)] ?? []) }
        return all.filter { !names(term, $0) }.sorted()
    }

    /// Whether a disease is one of these.
    func rules(out term: Int, _ disease: Int) -> Bool {
        ontology.ancestors[term].contains { rulingOut[Int($0)]?.contains(disease) ?? false }
            && !names(term, disease)
    }

    /// Whether a disease's annotations say of anybody that they have a term or a kind of it.
    private func names(_ term: Int, _ disease: Int) -> Bool {
        (profiles[disease].entry(of: term)?.frequency ?? 0) > DiseaseProfile.ruledOutFrequency
    }

    /// A disease as it is known without some papers.
    func profile(of disease: Int, without references: Set<String>) -> DiseaseProfile {
        let places = Set(references.compactMap { annotations.place(ofReference: $0) })
        return DiseaseProfile(diseases[disease].rows, without: places, ontology)
    }

    private static func invert(_ profiles: [DiseaseProfile], terms: Int) -> ([Int], [Posting]) {
        var starts = Array(repeating: 0, count: terms + 1)
        for profile in profiles { for entry in profile.all { starts[Int(entry.term) + 1] += 1 } }
        for term in 0..<terms { starts[term + 1] += starts[term] }
        var next = starts
        var postings = Array(
            repeating: Posting(disease: 0, frequency: 0, joint: 0, people: 0), count: starts[terms])
        for (disease, profile) in profiles.enumerated() {
            for entry in profile.all {
                postings[next[Int(entry.term)]] = Posting(
                    disease: Int32(disease), frequency: entry.frequency, joint: entry.joint, people: entry.people)
                next[Int(entry.term)] += 1
            }
        }
        return (starts, postings)
    }

    /// Backgrounds and information of all terms; of OMIM's diseases alone, since Orphanet describes many of them again.
    private static func rarity(
        _ starts: [Int], _ postings: [Posting], _ traits: [DiseaseTraits], _ ontology: Ontology
    ) -> ([Float], [Float]) {
        let hasOMIM = traits.contains { $0.isOMIM }
        func counts(_ posting: Posting) -> Bool { !hasOMIM || traits[Int(posting.disease)].isOMIM }
        let total = Double(hasOMIM ? traits.count { $0.isOMIM } : traits.count)
        var background: [Float] = []
        var information: [Float] = []
        for term in ontology.terms.indices {
            let own = postings[starts[term]..<starts[term + 1]].filter(counts)
            background.append(Float(own.reduce(0.0) { $0 + Double($1.frequency) } / total))
            let share = (Double(own.count) + 0.5) / (total + 0.5)
            let least = ontology.terms[term].parents.map { information[$0] }.max() ?? 0
            information.append(max(least, Float(-Foundation.log(share))))
        }
        return (background, information)
    }
}
