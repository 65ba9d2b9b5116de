import Statistics

/// A drug that has to do with a gene, by what the lines that respond to it have in common.
public struct DrugResemblance: Sendable {
    /// How it has to do with it.
    public enum Relation: String, Sendable, Hashable {
        /// The gene is among the drug's targets.
        case directed = "directed at it"
        /// The lines that respond to it are those that respond to a drug directed at the gene.
        case resembles = "resembles"
        /// Lines of which the gene is altered, or expressed more, respond to it otherwise.
        case moved = "moved by"
    }

    /// How the drug has to do with the gene.
    public var relation: Relation
    /// The drug.
    public var drug: DrugCatalog.Drug
    /// The drug that it resembles, or the marker that moves it; empty of ``Relation/directed``.
    public var by: String
    /// Lines that are compared.
    public var lines: Int
    /// The correlation, adjusted for tissue and instability; nil of ``Relation/directed``.
    public var correlation: CorrelationTest?
    /// The rate of false discoveries over all drugs of the same relation.
    public var falseDiscovery: Double
}

extension ResponseBiomarkers {
    /// The drugs that have to do with a gene: those directed at it, those that resemble them, and those that its alterations and expression move.
    ///
    /// The order is that of relations, then of likeness (the least alike last, with a correlation below 0) or of probabilities. Throws where no drug is directed at the gene and no marker is of it.
    public func resemblances(to gene: String, progress: (Int) -> Void = { _ in }) throws -> [DrugResemblance] {
        let directed = drugs.indices.filter { drugs[$0].isDirected(at: gene) }
        let own = markers.contains { $0.genes.contains { $0.uppercased() == gene.uppercased() } }
        guard !directed.isEmpty || own else {
            throw DrugError(
                "no drug's targets name \(gene), and the profiles have neither its mutation nor its copy number nor its expression: "
                    + "nothing here tells of it; families of targets (PI3K, PDGFR) go by their own word")
        }
        var found = directed.map { place in
            DrugResemblance(
                relation: .directed, drug: drugs[place], by: "", lines: count(place), correlation: nil,
                falseDiscovery: 0)
        }
        let columns = directed.isEmpty ? [] : specificResponses()
        var alike: [DrugResemblance] = []
        for one in directed {
            for other in drugs.indices where other != one {
                guard let (test, lines) = Self.correlation(columns[one], columns[other]) else { continue }
                alike.append(
                    DrugResemblance(
                        relation: .resembles, drug: drugs[other],
                        by: drugs[one].name.isEmpty ? drugs[one].id : "\(drugs[one].name) (\(drugs[one].id))",
                        lines: lines, correlation: test, falseDiscovery: 1))
            }
        }
        found += Self.ordered(alike, byLikeness: true)
        guard own else { return found }
        let moved = try effects(on: drugs, progress: progress).compactMap { effect -> DrugResemblance? in
            guard effect.marker.genes.contains(where: { $0.uppercased() == gene.uppercased() }),
                let estimate = effect.estimate,
                let test = CorrelationTest(estimate.correlation, degreesOfFreedom: estimate.degreesOfFreedom)
            else { return nil }
            return DrugResemblance(
                relation: .moved, drug: effect.drug, by: "\(effect.marker.kind.rawValue) of \(effect.marker.name)",
                lines: effect.altered + effect.unaltered, correlation: test, falseDiscovery: 1)
        }
        return found + Self.ordered(moved, byLikeness: false)
    }

    private func count(_ drug: Int) -> Int { table.measured.count { $0.drug == drug } }

    /// By drug: responses adjusted for tissue and instability, standardized, and without what a line's responses to all drugs have in common.
    ///
    /// Some lines respond to most drugs; without that each drug would resemble each other (Geeleher and others 2016, Genome Biology 17:190).
    private func specificResponses() -> [[Double?]] {
        let all = [Bool](repeating: true, count: table.profiles.count)
        var columns: [[Double?]] = drugs.indices.map { drug in
            let own = adjusted(drug, all)
            let size = (TissueAdjustment.dot(own.values, own.values) / Double(max(1, own.degreesOfFreedom)))
                .squareRoot()
            return zip(own.values, own.isMeasured).map { $1 && size > 0 ? $0 / size : nil }
        }
        for line in table.profiles.indices {
            let own = columns.compactMap { $0[line] }
            let mean = own.reduce(0, +) / Double(max(1, own.count))
            for drug in columns.indices { columns[drug][line] = columns[drug][line].map { $0 - mean } }
        }
        return columns
    }

    private static func correlation(_ one: [Double?], _ other: [Double?]) -> (CorrelationTest, lines: Int)? {
        let pairs = zip(one, other).compactMap { a, b in a.flatMap { a in b.map { (a, $0) } } }
        guard pairs.count >= 20, let value = Regression.correlation(pairs.map(\.0), pairs.map(\.1)),
            let test = CorrelationTest(value, degreesOfFreedom: pairs.count - 2)
        else { return nil }
        return (test, pairs.count)
    }

    /// With their rates of false discoveries: the most alike first where likeness is asked, else the least probable.
    private static func ordered(_ found: [DrugResemblance], byLikeness: Bool) -> [DrugResemblance] {
        let rates = FalseDiscovery.adjusted(found.map { $0.correlation?.probability ?? 1 })
        let rated = zip(found, rates).map { item, rate in
            var item = item
            item.falseDiscovery = rate
            return item
        }
        return rated.enumerated().sorted { one, other in
            let (a, b) = (one.element.correlation, other.element.correlation)
            let (likeness, otherLikeness) = (-(a?.value ?? 0), -(b?.value ?? 0))
            if byLikeness { return (likeness, one.offset) < (otherLikeness, other.offset) }
            let keys = (a?.probability ?? 1, -likeness.magnitude, one.offset)
            return keys < (b?.probability ?? 1, -otherLikeness.magnitude, other.offset)
        }.map(\.element)
    }
}
