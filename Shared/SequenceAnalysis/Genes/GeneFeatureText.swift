import Foundation

/// Genes as lines of GFF3, with attributes named as Prodigal names them where it has them.
public struct GeneFeatureText: Sendable {
    /// Whether a gene and a transcript stand above each CDS, as `bcftools csq` wants them.
    public let hasTranscripts: Bool
    private let source: GeneFinder.Source

    /// Writes genes of a finder.
    public init(_ source: GeneFinder.Source, hasTranscripts: Bool = false) {
        self.source = source
        self.hasTranscripts = hasTranscripts
    }

    /// The first line of a file.
    public static let version = "##gff-version 3\n"

    /// The lines of a contig: what it is, and its genes.
    public func text(_ genes: [Gene], of contig: String, length: Int, number: Int, isCircular: Bool) -> String {
        let name = Self.escaped(contig)
        var text = "##sequence-region \(name) 1 \(max(1, length))\n"
        text += "# genetic code 11; statistics of \(source.text)\n"
        if isCircular {
            text += "\(name)\thelicase\tregion\t1\t\(max(1, length))\t.\t+\t.\tID=region_\(number);Is_circular=true\n"
        }
        for (place, gene) in genes.enumerated() { text += lines(gene, name, "\(number)_\(place + 1)", length) }
        return text
    }

    private func lines(_ gene: Gene, _ contig: String, _ id: String, _ length: Int) -> String {
        func line(_ type: String, phase: String, _ attributes: String) -> String {
            "\(contig)\thelicase\t\(type)\t\(gene.range.lowerBound + 1)\t\(gene.range.upperBound)\t"
                + "\(String(format: "%.2f", gene.score))\t\(gene.isReverse ? "-" : "+")\t\(phase)\t\(attributes)\n"
        }
        // As Prodigal: the left end of the contig, then the right one.
        let (left, right) =
            gene.isReverse ? (!gene.hasStop, gene.startCodon == nil) : (gene.startCodon == nil, !gene.hasStop)
        var attributes =
            "partial=\(left ? 1 : 0)\(right ? 1 : 0);start_type=\(gene.startCodon ?? "Edge");"
            + "rbs_motif=\(gene.ribosomeSite ?? "None");rbs_spacer=\(gene.ribosomeSpacing.map { "\($0)bp" } ?? "None");"
            + String(
                format: "gc_cont=%.3f;conf=%.2f;start_conf=%.2f;score=%.2f", gene.strongShare, 100 * gene.confidence,
                100 * gene.startConfidence, gene.score)
        if let promoter = gene.promoter, let distance = gene.promoterDistance {
            attributes += String(format: ";promoter=%.3f;promoter_distance=%d", promoter, distance)
        }
        if !gene.isWhole {
            attributes +=
                ";Note=partial: " + (gene.hasStop ? "the start" : gene.startCodon == nil ? "start and end" : "the end")
                + " lies beyond the contig's end or a gap"
        }
        guard hasTranscripts else { return line("CDS", phase: "0", "ID=\(id);\(attributes)") }
        return line("gene", phase: ".", "ID=gene:\(id);gene_id=\(id);biotype=protein_coding")
            + line(
                "mRNA", phase: ".", "ID=transcript:\(id);Parent=gene:\(id);transcript_id=\(id);biotype=protein_coding")
            + line("CDS", phase: "0", "ID=CDS:\(id);Parent=transcript:\(id);\(attributes)")
    }

    /// A name as the first column may hold it: other characters by their percent codes.
    static func escaped(_ name: String) -> String {
        name.utf8.map { byte in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20)
                || ".:^*$@!+_?-|".utf8.contains(byte)
            return isPlain ? String(UnicodeScalar(byte)) : String(format: "%%%02X", byte)
        }.joined()
    }
}

extension GeneFinder.Source {
    /// In words.
    public var text: String {
        switch self {
        case .genome: "this genome"
        case .model: "the model's genome"
        case .composition: "this genome's composition"
        }
    }
}
