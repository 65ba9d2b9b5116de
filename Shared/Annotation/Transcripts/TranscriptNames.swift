import Foundation
import Genomics

/// How Ensembl, GENCODE and NCBI name transcripts, genes and proteins, and what they say of them.
enum TranscriptNames {
    /// The accession of a transcript with its version.
    static func id(_ parent: String, _ node: GFF3Record?) -> String {
        let plain = bare(parent)
        guard let id = node?["transcript_id"] else { return plain }
        guard !id.contains("."), let version = node?["version"], id.hasPrefix("ENS") else { return id }
        return "\(id).\(version)"
    }

    /// The symbol of the gene.
    static func geneName(_ node: GFF3Record?, _ gene: GFF3Record?) -> String? {
        node?.values("gene_name").first ?? gene?.values("gene_name").first ?? gene?.values("Name").first
            ?? node?.values("gene").first
    }

    /// The accession of the gene with its version, or NCBI's number.
    static func geneID(_ node: GFF3Record?, _ gene: GFF3Record?) -> String? {
        if let id = gene?["gene_id"] ?? node?["gene_id"] {
            guard !id.contains("."), let version = gene?["version"], id.hasPrefix("ENS") else { return id }
            return "\(id).\(version)"
        }
        let references = (gene?.values("Dbxref") ?? []) + (node?.values("Dbxref") ?? [])
        if let number = references.first(where: { $0.hasPrefix("GeneID:") }) { return String(number.dropFirst(7)) }
        return gene?["ID"].map(bare)
    }

    /// HGNC's identifier of the gene, `HGNC:1100`: of NCBI's `Dbxref`, GENCODE's `hgnc_id`, or Ensembl's description.
    static func hgncID(_ node: GFF3Record?, _ gene: GFF3Record?) -> String? {
        for record in [gene, node] {
            let texts =
                [record?["hgnc_id"], record?["description"]].compactMap { $0 } + (record?.values("Dbxref") ?? [])
            for text in texts {
                guard let mark = text.range(of: "HGNC:", options: .backwards) else { continue }
                let digits = text[mark.upperBound...].prefix { $0.isASCII && $0.isNumber }
                if (1...9).contains(digits.count) { return "HGNC:\(digits)" }
            }
        }
        return nil
    }

    /// The accession of the protein with its version.
    static func proteinID(_ record: GFF3Record) -> String? {
        guard let id = record["protein_id"] else { return nil }
        guard !id.contains("."), let version = record["protein_version"] ?? record["version"] else { return id }
        return "\(id).\(version)"
    }

    /// What kind of transcript it is, in Ensembl's words.
    static func biotype(_ node: GFF3Record?, _ gene: GFF3Record?, isCoding: Bool) -> String {
        if let stated = node?["biotype"] ?? node?["transcript_type"] { return stated }
        if isCoding { return "protein_coding" }
        switch node?.type {
        case nil, "transcript", "mRNA", "gene":
            return node?["transcript_biotype"] ?? gene?["biotype"] ?? gene?["gene_biotype"] ?? gene?["gene_type"]
                ?? "misc_RNA"
        case "lnc_RNA": return "lncRNA"
        case let type?: return type
        }
    }

    /// Takes from the tags what ``Transcript/Flags`` know: Ensembl and GENCODE write `MANE_Select`, NCBI `MANE Select`.
    static func read(_ tags: [String], into flags: inout Transcript.Flags) {
        for tag in tags {
            switch tag.replacing(" ", with: "_") {
            case "MANE_Select": flags.insert(.maneSelect)
            case "MANE_Plus_Clinical": flags.insert(.manePlusClinical)
            case "RefSeq_Select": flags.insert(.refSeqSelect)
            case "Ensembl_canonical": flags.insert(.ensemblCanonical)
            // `mRNA_start_NF` is of untranslated ends.
            case "cds_start_NF": flags.insert(.incompleteStart)
            case "cds_end_NF": flags.insert(.incompleteEnd)
            case let name where name.hasPrefix("appris_principal"): flags.insert(.apprisPrincipal)
            default: break
            }
        }
    }

    /// An ID without what Ensembl (`transcript:`) and NCBI (`rna-`) put in front of it.
    private static func bare(_ id: String) -> String {
        for prefix in ["transcript:", "gene:", "rna-", "gene-"] where id.hasPrefix(prefix) {
            return String(id.dropFirst(prefix.count))
        }
        return id
    }
}

extension TranscriptParts.Gathered {
    /// Takes a coding stretch, and what its line says of the whole: how it is recoded, and which ends are missing.
    mutating func add(coding record: GFF3Record, _ part: TranscriptParts.Part) throws(GenomicsError) {
        coding.append(part)
        if codingRecord == nil { codingRecord = record }
        if record.values("exception").contains("ribosomal slippage") { flags.insert(.irregularFrame) }
        if record.values("Note").contains(where: { $0.contains("compared to this genomic sequence") }) {
            flags.insert(.differsFromGenome)
        }
        if record["start_range"] != nil { flags.insert(isReverse ? .incompleteEnd : .incompleteStart) }
        if record["end_range"] != nil { flags.insert(isReverse ? .incompleteStart : .incompleteEnd) }
        // Each line repeats them all.
        guard recoded.isEmpty, let exceptions = record["transl_except"] else { return }
        let text = exceptions.removingPercentEncoding ?? ""
        recoded += text.components(separatedBy: "(pos:").compactMap(Self.exception)
    }

    /// `complement(123..125),aa:Sec)`: the genomic bases and the amino acid; nil for what completes a stop codon (`TERM`) and for others.
    private static func exception(_ text: String) -> (range: Range<Int>, residue: UInt8)? {
        let digits = text.split(whereSeparator: { !$0.isASCII || !$0.isNumber }).compactMap { Int($0) }
        guard let first = digits.first, let last = digits.dropFirst().first, first > 0, last >= first else {
            return nil
        }
        let range = (first - 1)..<last
        switch text.components(separatedBy: "aa:").last?.prefix(3) {
        case "Sec": return (range, UInt8(ascii: "U"))
        case "Pyl": return (range, UInt8(ascii: "O"))
        case "Met": return (range, UInt8(ascii: "M"))
        default: return nil
        }
    }
}
