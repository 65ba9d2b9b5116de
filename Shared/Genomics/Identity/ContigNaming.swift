/// What to say of a contig that a reference lacks: most often the two name one genome's contigs differently.
public enum ContigNaming {
    /// `contig 20 is not in R.fa, which calls it chr20; …`, or what its contigs are called otherwise.
    public static func refusal(_ contig: String, reference: ReferenceGenome) -> String {
        let start = "contig \(contig) is not in \(reference.path)"
        if let other = alias(contig, reference: reference) {
            return start + ", which calls it \(other); rename the contigs of one of the two"
        }
        let names = reference.contigs.prefix(3).map(\.name).joined(separator: ", ")
        let rest = reference.contigs.count > 3 ? ", …" : ""
        return start + ", whose contigs are \(names)\(rest); use files of one genome"
    }

    private static func alias(_ contig: String, reference: ReferenceGenome) -> String? {
        alias(contig) { reference.index(of: $0) != nil }
    }

    /// The name under which others know a contig: with or without `chr`, the mitochondrion's other names, or the number of a chromosome of
    /// which NCBI's accession (`NC_000001.11`) is given; nil where they know none of these.
    public static func alias(_ contig: String, isKnown: (String) -> Bool) -> String? {
        var names = ["chr" + contig]
        if contig.hasPrefix("chr") { names = [String(contig.dropFirst(3))] }
        if MitochondrialContig.isNamed(contig) { names += ["MT", "chrM", "M", "chrMT", "NC_012920.1"] }
        if let number = chromosome(ofAccession: contig) {
            names = [number, "chr" + number, number == "MT" ? "chrM" : ""]
        }
        return names.first { $0 != contig && isKnown($0) }
    }

    /// `1` to `22`, `X`, `Y` or `MT` of a RefSeq accession of a human chromosome.
    private static func chromosome(ofAccession accession: String) -> String? {
        if accession == "NC_012920.1" { return "MT" }
        guard accession.hasPrefix("NC_0000"), let dot = accession.firstIndex(of: "."),
            let number = Int(accession.dropFirst(7).prefix(upTo: dot))
        else { return nil }
        switch number {
        case 1...22: return String(number)
        case 23: return "X"
        case 24: return "Y"
        default: return nil
        }
    }
}
