/// How tables of genes write the ways in which diseases are inherited, and HPO's terms for them.
enum Inheritance {
    /// The terms of HPO for words such as `AD`, `AR`, `XL`, `XLR`, `XLD`, `MT`; what is none of these is left out.
    static func terms(_ words: [String]) -> Set<String> {
        var terms: Set<String> = []
        for word in words.flatMap({ $0.split { ",;/ ".contains($0) } }) {
            switch word.uppercased() {
            case "AD": terms.insert("HP:0000006")
            case "AR": terms.insert("HP:0000007")
            case "XLR": terms.insert("HP:0001419")
            case "XLD": terms.insert("HP:0001423")
            case "XL": terms.insert("HP:0001417")
            case "MT", "MI": terms.insert("HP:0001427")
            default: if word.hasPrefix("HP:") { terms.insert(String(word)) }
            }
        }
        return terms
    }
}

extension GeneVariant {
    /// What an annotated allele says for its gene; nil for one that the person's genotype is not known of.
    init?(_ allele: AnnotatedAllele, class: VariantClass) {
        guard let call = allele.call else { return nil }
        let classes: [VariantClass: Class] = [
            .pathogenic: .pathogenic, .likelyPathogenic: .likelyPathogenic, .uncertain: .uncertain,
            .likelyBenign: .likelyBenign, .benign: .benign,
        ]
        let contig = allele.contig.hasPrefix("chr") ? String(allele.contig.dropFirst(3)) : allele.contig
        self.init(
            name: allele.name, class: classes[`class`] ?? .uncertain, zygosity: call.zygosity, phase: call.phase,
            isOnX: contig == "X")
    }
}
