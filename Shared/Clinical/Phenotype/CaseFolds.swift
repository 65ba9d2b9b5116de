import Hashing

/// Cases in parts that share neither a paper nor a gene.
struct CaseFolds {
    private let cases: [SolvedCase]
    private let fold: [Int]

    init(_ cases: [SolvedCase], count: Int, seed: UInt64) {
        self.cases = cases
        // Cases that are linked by genes and papers have one root.
        var roots: [String: String] = [:]
        func root(_ name: String) -> String {
            var name = name
            while let next = roots[name], next != name { name = next }
            return name
        }
        for solved in cases {
            let gene = root("gene \(solved.gene)")
            for paper in solved.papers.sorted() { roots[root(paper)] = gene }
        }
        let groups = cases.map { root("gene \($0.gene)") }
        let names = Set(groups).sorted()
        var random = SplitMix64(keys: seed, 0xf01d)
        let order = random.permutation(names.count)
        let folds = Dictionary(uniqueKeysWithValues: zip(names, order.map { $0 % count }))
        fold = groups.map { folds[$0] ?? 0 }
    }

    func cases(of part: Int) -> [SolvedCase] { cases.indices.filter { fold[$0] == part }.map { cases[$0] } }
    func cases(outside part: Int) -> [SolvedCase] { cases.indices.filter { fold[$0] != part }.map { cases[$0] } }
}

/// Ranks averaged over genes: a gene counts once, by its first eight cases.
struct RankFigures {
    private static let casesOfGene = 8
    private var ranks: [String: [Int]] = [:]

    /// Cases that were added.
    private(set) var count = 0

    mutating func add(_ rank: Int, gene: String) {
        count += 1
        if ranks[gene, default: []].count < Self.casesOfGene { ranks[gene, default: []].append(rank) }
    }

    /// The mean over genes of the share of cases whose rank is at most this.
    func share(within rank: Int) -> Double {
        let shares = ranks.sorted { $0.key < $1.key }.map { own in
            Double(own.value.count { $0 <= rank }) / Double(own.value.count)
        }
        return shares.isEmpty ? 0 : shares.reduce(0, +) / Double(shares.count)
    }
}

/// The place of a case's own gene, without what is known from its papers.
struct HeldOutRanks {
    private(set) var learned = 1
    private(set) var ratio = 1

    /// The network looks at the genes that the likelihood ratio has first, and at the right one.
    private static let genesLookedAt = 300

    /// Nil where nothing else is known of the gene's diseases.
    init?(_ solved: SolvedCase, _ features: PhenotypeFeatures, _ model: PhenotypeModel) {
        let view = CaseView(solved.person, without: solved.papers, features)
        let ranked = view.bestDiseases().sorted { ($1.score, $0.gene) < ($0.score, $1.gene) }
        guard let place = ranked.firstIndex(where: { features.knowledge.genes[$0.gene] == solved.gene }) else {
            return nil
        }
        let own = ranked[place]
        ratio = 1 + ranked.count { $0.score > own.score }
        var genes = ranked.prefix(Self.genesLookedAt).map(\.gene)
        if place >= genes.count { genes.append(own.gene) }
        var best: [Int: Float] = [:]
        let diseases = genes.flatMap { gene in view.diseases(ofGene: gene).map { (gene, $0) } }
        for ((gene, _), score) in zip(diseases, model.scores(view, diseases.map(\.1))) {
            best[gene] = max(best[gene] ?? -.infinity, score)
        }
        let score = best[own.gene] ?? -.infinity
        learned = 1 + best.values.count { $0 > score }
    }
}

extension PhenotypeModel {
    /// What the network says of some diseases of a view.
    fileprivate func scores(_ view: CaseView, _ diseases: [Int]) -> [Float] {
        func rows(_ width: Int, _ write: (Int, UnsafeMutablePointer<Float>) -> Void) -> [Float] {
            var rows = Array(repeating: Float(0), count: diseases.count * width)
            rows.withUnsafeMutableBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                for (row, disease) in diseases.enumerated() { write(disease, base + row * width) }
            }
            return rows
        }
        var total = disease(rows(PhenotypeFeatures.disease) { view.write(wholeOf: $0, into: $1) })
        for term in view.terms.present {
            let column = present(rows(PhenotypeFeatures.present) { view.write(present: term, $0, into: $1) })
            for place in total.indices { total[place] += column[place] }
        }
        for term in view.terms.excluded {
            let column = excluded(rows(PhenotypeFeatures.excluded) { view.write(excluded: term, $0, into: $1) })
            for place in total.indices { total[place] += column[place] }
        }
        return total
    }
}
