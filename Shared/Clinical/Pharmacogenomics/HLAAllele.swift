/// An allele of an HLA gene, whose name grows with each field that is resolved: `*15:02` is carried by who has `*15:02:01`.
enum HLAAllele {
    /// A name without gene and group suffix: `*57:01` of `HLA-B*57:01`, `B*57:01P` and `57:01`.
    static func normalized(_ text: String, gene: String) -> String {
        var name = Substring(text)
        for prefix in ["\(gene)*", "\(gene.dropFirst("HLA-".count))*", "*"] where name.hasPrefix(prefix) {
            name = name.dropFirst(prefix.count)
            break
        }
        // P and G: groups of alleles of one protein and of one sequence.
        if let last = name.last, last == "P" || last == "G" { name = name.dropLast() }
        return "*\(name)"
    }

    /// Whether a text is `*` and up to four numbers with colons between them, perhaps with a letter for how it is expressed.
    static func isName(_ text: String) -> Bool { text.wholeMatch(of: /\*\d{1,4}(:\d{1,4}){0,3}[A-Z]?/) != nil }

    /// What a person's alleles say of another: `*57:01 positive`, `*57:01 negative`, or both where they do not tell.
    ///
    /// They tell that it is not there only where both copies are known, to as many fields, or differ in one before.
    static func words(_ allele: String, in result: GeneResult) -> [String] {
        let words = result.diplotypes.map { diplotype -> [String] in
            let copies = diplotype.alleles.joined()
            if copies.contains(where: { $0 == allele || $0.hasPrefix("\(allele):") }) { return ["positive"] }
            let mayBe = copies.count < 2 || copies.contains { allele.hasPrefix("\($0):") }
            return mayBe ? ["positive", "negative"] : ["negative"]
        }
        return ["positive", "negative"].filter { word in words.contains { $0.contains(word) } }.map {
            "\(allele) \($0)"
        }
    }
}
