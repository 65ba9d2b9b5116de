/// Genes that a strain lacks, which its description says (`del_fur`), and the level that is measured of such genes.
struct DeletedGenes: Sendable, Hashable, Codable {
    /// The names of all genes in small letters, in the order of the outputs; empty where a gene has none.
    let symbols: [String]
    /// Their mean level in the training's samples: reads that were given to the wrong gene.
    var level: Float

    /// The outputs of the genes that a record's strain lacks, ascending.
    func places(in record: ExpressionRecord) -> [Int] {
        let sign = ConditionSource.deleted
        let names = record.words.filter { $0.hasPrefix(sign) }.map { $0.dropFirst(sign.count) }
        guard !names.isEmpty else { return [] }
        return symbols.indices.filter { !symbols[$0].isEmpty && names.contains(symbols[$0][...]) }
    }
}
