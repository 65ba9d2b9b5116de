extension Interpreter {
    /// What a report lacks of what was asked for want of a file, or for a name that is none; a sentence each.
    ///
    /// `seen` are the genes that the calls' consequences name. Without gene models a name that neither they nor the suite's tables of genes
    /// have is none.
    func losses(of question: ClinicalQuestion, seen: Set<String>) -> [String] {
        var losses: [String] = []
        if question.person != nil, !comparesPhenotypes {
            losses.append("no phenotypes were compared: HPO's files were not named")
        }
        let models = transcripts.map { Set($0.transcripts.compactMap(\.geneName)) }
        for gene in question.genes.sorted() {
            if let models {
                guard !models.contains(gene) else { continue }
                let other = models.filter { $0.lowercased() == gene.lowercased() }.min()
                losses.append(
                    "no gene of the transcripts is called \(gene), so it was not looked at"
                        + (other.map { "; is \($0) meant?" } ?? "; take the symbol that they have"))
            } else if !seen.contains(gene), !knowsGene(gene) {
                losses.append("nothing tells of a gene that is called \(gene), so it was not looked at")
            }
        }
        return losses
    }
}
