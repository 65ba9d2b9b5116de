import Clinical
import Foundation

/// A small ontology with three diseases, as files.
struct PhenotypeFixture {
    let folder: URL

    static let obo = """
        format-version: 1.2
        data-version: hp/releases/2030-01-01

        [Term]
        id: HP:0000001
        name: All

        [Term]
        id: HP:0000118
        name: Phenotypic abnormality
        is_a: HP:0000001 ! All

        [Term]
        id: HP:0000005
        name: Mode of inheritance
        is_a: HP:0000001 ! All

        [Term]
        id: HP:0000003
        name: Kidney cyst of one kind
        is_a: HP:0000107 ! Renal cyst

        [Term]
        id: HP:0000107
        name: Renal cyst
        alt_id: HP:0004715
        is_a: HP:0000118 ! Phenotypic abnormality

        [Term]
        id: HP:0001250
        name: Seizure
        is_a: HP:0000118 ! Phenotypic abnormality

        [Term]
        id: HP:0000365
        name: Hearing impairment
        is_a: HP:0000118 ! Phenotypic abnormality

        [Term]
        id: HP:0009999
        name: obsolete Fits
        is_obsolete: true
        replaced_by: HP:0001250

        [Term]
        id: HP:0008888
        name: obsolete Something
        is_obsolete: true
        consider: HP:0000365

        [Typedef]
        id: part_of
        name: part of

        """

    static let header =
        "database_id\tdisease_name\tqualifier\thpo_id\treference\tevidence\tonset\tfrequency\tsex\tmodifier\taspect\tbiocuration"

    static let rows = [
        "OMIM:1\tCystic\t\tHP:0000003\tPMID:1\tPCS\t\t9/10\t\t\tP\tx",
        "OMIM:1\tCystic\t\tHP:0000365\tPMID:2\tPCS\t\tHP:0040283\t\t\tP\tx",
        "OMIM:1\tCystic\t\tHP:0000007\tPMID:2\tPCS\t\t\t\t\tI\tx",
        "OMIM:2\tEpileptic\t\tHP:0009999\tPMID:3\tPCS\t\t80%\t\t\tP\tx",
        "OMIM:2\tEpileptic\tNOT\tHP:0000365\tPMID:3\tPCS\t\t\t\t\tP\tx",
        "ORPHA:3\tDeaf\t\tHP:0000365\tORPHA:3\tTAS\t\tHP:0040281\t\t\tP\tx",
    ]

    static let genes = "ncbi_gene_id\tgene_symbol\tdisease_id\n1\tAAA\tOMIM:1\n2\tBBB\tOMIM:2\n3\tCCC\tORPHA:3\n"

    init(obo: String = obo, rows: [String] = rows, genes: String = genes) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "phenotype-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try write("hp.obo", obo)
        try write("phenotype.hpoa", "#version: 2030-01-01\n" + ([Self.header] + rows).joined(separator: "\n") + "\n")
        try write("gene_disease.tsv", genes)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }
    func path(_ name: String) -> String { folder.appending(path: name).path }
    func write(_ name: String, _ text: String) throws { try Data(text.utf8).write(to: folder.appending(path: name)) }

    func ontology() throws -> Ontology { try Ontology(obo: path("hp.obo")) }

    func knowledge() throws -> PhenotypeKnowledge {
        let ontology = try ontology()
        return try PhenotypeKnowledge(
            ontology: ontology, annotations: DiseaseAnnotations(hpoa: path("phenotype.hpoa"), ontology: ontology),
            genes: GeneDiseases(path: path("gene_disease.tsv")))
    }
}
