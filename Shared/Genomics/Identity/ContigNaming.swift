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

    /// The name under which a reference has the contig: with or without `chr`, or the mitochondrion's other name.
    private static func alias(_ contig: String, reference: ReferenceGenome) -> String? {
        var names = ["chr" + contig]
        if contig.hasPrefix("chr") { names = [String(contig.dropFirst(3))] }
        if contig == "MT" { names.append("chrM") }
        if contig == "chrM" { names.append("MT") }
        return names.first { reference.index(of: $0) != nil }
    }
}
