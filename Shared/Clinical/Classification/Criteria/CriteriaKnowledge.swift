import Foundation
import Genomics
import Hashing

/// What criteria need to know of genes: the rules of ClinGen's expert panels, constraint, exons and inheritance.
///
/// A gene is found by its symbol. What the folder has no file for is not known, and the criteria that need it say so.
public struct CriteriaKnowledge: Sendable {
    /// The files that were read, each with its version and digest.
    public let sources: [ClinicalReport.Source]
    let genes: [String: GeneKnowledge]
    /// PP3 and BP4 of TP53's missense variants, by `c.`.
    let codes: [String: MetCriterion]
    let names: Names

    /// What the files are called in a criterion's sources.
    struct Names: Sendable {
        var thresholds = "vcep-thresholds"
        var hotspots = "vcep-hotspots"
        var regions = "vcep-pm4-regions"
        var exons = "vcep-pvs1-exons"
        var transcripts = "panel-transcripts"
        var codes = "tp53-codes"
        var inheritance = "gene-inheritance"
        var constraint = "gnomad-constraint"
    }

    /// What comes with the suite; licences are in `LICENCES.md` beside the files.
    ///
    /// Read once a process.
    public static func bundled() throws(GenomicsError) -> CriteriaKnowledge { try read.get() }

    private static let read = Result { () throws(GenomicsError) -> CriteriaKnowledge in
        guard let folder = Bundle.module.url(forResource: "Knowledge", withExtension: nil) else {
            throw GenomicsError(.cannotRead, "the suite's knowledge of genes is not installed beside the program")
        }
        return try CriteriaKnowledge(folder: folder.appending(path: "Classification").path)
    }

    /// Reads a folder: `vcep_frequency_thresholds.tsv`, `vcep_pm1_hotspots.tsv`, `vcep_pm4_regions.tsv`, `vcep_pvs1_exons.tsv`, `panel_transcripts.tsv`,
    /// `tp53_pp3_bp4_codes.tsv`, `gene_inheritance.tsv` and `gene_constraint.tsv`, plain or compressed, any of them absent.
    ///
    /// `versions.tsv` says name, version and licence of each (columns `file`, `name`, `version`, `licence`); a file that it does not name is called by
    /// itself, with the beginning of its SHA-256 as its version. Throws for a folder with none of them, and for a damaged file.
    public init(folder: String) throws(GenomicsError) {
        var reader = try KnowledgeFolder(folder)
        var genes: [String: GeneKnowledge] = [:]
        var names = Names()
        try reader.read("vcep_frequency_thresholds.tsv", as: &names.thresholds) { (row) throws(GenomicsError) in
            genes[try row.text("gene_symbol"), default: GeneKnowledge()].panel = try PanelRules(row)
        }
        try reader.read("vcep_pm1_hotspots.tsv", as: &names.hotspots) { (row) throws(GenomicsError) in
            genes[try row.text("gene_symbol"), default: GeneKnowledge()].hotspots.append(try Hotspot(row))
        }
        try reader.read("vcep_pm4_regions.tsv", as: &names.regions) { (row) throws(GenomicsError) in
            try genes[try row.text("gene_symbol"), default: GeneKnowledge()].lengthRules.add(row)
        }
        try reader.read("vcep_pvs1_exons.tsv", as: &names.exons) { (row) throws(GenomicsError) in
            try genes[try row.text("gene"), default: GeneKnowledge()].addExon(row)
        }
        try reader.read("panel_transcripts.tsv", as: &names.transcripts) { (row) throws(GenomicsError) in
            for accession in [try row.text("refseq"), try row.text("ensembl")] where !accession.isEmpty {
                genes[try row.text("gene"), default: GeneKnowledge()].transcripts.append(String(unversioned(accession)))
            }
        }
        try reader.read("gene_inheritance.tsv", as: &names.inheritance) { (row) throws(GenomicsError) in
            genes[try row.text("gene"), default: GeneKnowledge()].inheritance =
                try row.text("inheritance").split(separator: "/").map(String.init)
        }
        try reader.read("gene_constraint.tsv", as: &names.constraint) { (row) throws(GenomicsError) in
            genes[try row.text("gene"), default: GeneKnowledge()].constraint = ConstraintFigures(
                loeuf: try row.number("oe_lof_upper"), pLI: try row.number("pLI"), missenseZ: try row.number("mis_z"),
                codingLength: try row.integer("cds_length"))
        }
        var codes: [String: MetCriterion] = [:]
        try reader.read("tp53_pp3_bp4_codes.tsv", as: &names.codes) { (row) throws(GenomicsError) in
            let text = try row.text("code")
            if text.isEmpty || text == "No evidence" { return }
            do { codes[try row.text("hgvs_c")] = try MetCriterion(text) } catch let error as CriterionError {
                throw row.refused("code", error.description)
            } catch {
                throw row.refused("code", "\(error)")
            }
        }
        guard !reader.sources.isEmpty else {
            throw GenomicsError(
                .cannotRead, "has none of the tables of classification, such as gene_constraint.tsv", file: folder)
        }
        sources = reader.sources
        self.genes = genes
        self.codes = codes
        self.names = names
    }

    /// Accessions, without versions, of the transcripts on which panels count residues: annotation does well to prefer them.
    public var panelTranscripts: Set<String> { Set(genes.values.flatMap(\.transcripts)) }

    /// How diseases of a gene are inherited, as the table says it (`AD`, `AR`, `XL`, …); empty where it does not.
    public func inheritance(ofGene gene: String) -> [String] { genes[gene]?.modes ?? [] }
}

/// What is known of one gene.
struct GeneKnowledge: Sendable {
    var panel: PanelRules?
    var hotspots: [Hotspot] = []
    var lengthRules = LengthRules()
    var exons: CodingExons?
    /// Accessions of the transcripts by which the panel counts residues, without versions.
    var transcripts: [String] = []
    var constraint: ConstraintFigures?
    var inheritance: [String] = []

    /// The panel's word on inheritance, else the table's.
    var modes: [String] { panel.map { $0.inheritance.isEmpty ? inheritance : $0.inheritance } ?? inheritance }

    /// Whether one altered copy is not enough.
    var isRecessive: Bool { !modes.isEmpty && modes.allSatisfy { $0 == "AR" } }

    mutating func addExon(_ row: KnowledgeFolder.Row) throws(GenomicsError) {
        guard let number = try row.integer("exon"), let count = try row.integer("n_exons"),
            let length = try row.integer("cds_len_nt"), number > 0, number <= count, count <= 2_000, length >= 0
        else { throw row.refused("exon", "the exon has no number, or no length") }
        let transcript = try row.text("transcript")
        var known = exons ?? CodingExons(transcript: transcript, lengths: Array(repeating: 0, count: count))
        guard number <= known.lengths.count else {
            throw row.refused("exon", "exon \(number) of \(known.lengths.count)")
        }
        known.lengths[number - 1] = length
        exons = known
    }
}

/// How few loss-of-function and missense variants a gene has in the population (gnomAD; Karczewski and others 2020).
struct ConstraintFigures: Sendable {
    /// The upper bound of observed over expected loss-of-function variants.
    var loeuf: Double?
    var pLI: Double?
    var missenseZ: Double?
    /// Bases of the coding sequence of the transcript that was looked at.
    var codingLength: Int?

    /// Whether losing a copy is selected against: LOEUF below 0.35 (gnomAD's advice), or pLI of 0.9 or more (Lek and others 2016).
    var isIntolerant: Bool { loeuf.map { $0 < 0.35 } ?? false || pLI.map { $0 >= 0.9 } ?? false }
}
