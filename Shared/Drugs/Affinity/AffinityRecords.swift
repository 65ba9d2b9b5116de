import Genomics
import LinearAlgebra

/// Measured affinities of drugs and proteins, as a training reads them: the same pair measured twice counts once, with the mean.
public struct AffinityRecords: Sendable {
    /// A row that could not be used.
    public struct Problem: Sendable, Hashable {
        /// The line in the file of pairs.
        public var line: Int
        /// What is wrong with it.
        public var reason: String
    }

    /// Drugs that any pair names, each molecule once.
    let drugs: [Molecule]
    /// Proteins that any pair names, each construct once.
    let proteins: [Protein]
    let pairs: AffinityFitting.Pairs
    /// The fold that the file gives to each pair; empty where it gives none.
    let folds: [Int]
    /// The rows that could not be used.
    public let problems: [Problem]

    /// The number of pairs.
    public var count: Int { pairs.values.count }

    /// Reads a table with the columns drug, protein (indexes of the other tables), affinity, and fold where there is one.
    public init(tables: AffinityTables, pairs path: String) throws(GenomicsError) {
        let table = try TableFile(path: path)
        let (drug, protein) = (try table.place(of: "drug"), try table.place(of: "protein"))
        let (affinity, fold) = (try table.place(of: "affinity"), table.columns.firstIndex(of: "fold"))
        var (drugs, proteins, problems): ([Molecule], [Protein], [Problem]) = ([], [], [])
        var (drugPlaces, proteinPlaces): ([String: Int], [Protein: Int]) = ([:], [:])
        var (pairs, sums, folds): ([KroneckerRidge.Pair], [(total: Double, count: Int)], [Int]) = ([], [], [])
        var known: [KroneckerRidge.Pair: Int] = [:]
        while let record = try table.next() {
            do throws(DrugError) {
                if let flaw = table.flaw(of: record) { throw DrugError(flaw) }
                let own = try tables.pair(drug: record.fields[drug], protein: record.fields[protein])
                guard let value = Double(record.fields[affinity]), value.isFinite else {
                    throw DrugError("affinity is \"\(record.fields[affinity])\", and no number")
                }
                let left = drugPlaces[own.drug.molecule.smiles] ?? drugs.count
                if left == drugs.count {
                    drugs.append(own.drug.molecule)
                    drugPlaces[own.drug.molecule.smiles] = left
                }
                let right = proteinPlaces[own.protein] ?? proteins.count
                if right == proteins.count {
                    proteins.append(own.protein)
                    proteinPlaces[own.protein] = right
                }
                let pair = KroneckerRidge.Pair(left: left, right: right)
                if let place = known[pair] {
                    sums[place] = (sums[place].total + value, sums[place].count + 1)
                } else {
                    known[pair] = pairs.count
                    pairs.append(pair)
                    sums.append((value, 1))
                    folds.append(fold.flatMap { Int(record.fields[$0]) } ?? -1)
                }
            } catch {
                problems.append(Problem(line: record.line, reason: error.description))
            }
        }
        (self.drugs, self.proteins, self.problems) = (drugs, proteins, problems)
        self.pairs = AffinityFitting.Pairs(pairs: pairs, values: sums.map { $0.total / Double($0.count) })
        self.folds = folds.contains { $0 < 0 } ? [] : folds
    }

    /// The records without some of the drugs, told by their places.
    func without(drugs isLeftOut: [Bool]) -> AffinityRecords {
        var places: [Int?] = []
        var count = 0
        for isOut in isLeftOut {
            places.append(isOut ? nil : count)
            count += isOut ? 0 : 1
        }
        let kept = pairs.pairs.indices.filter { !isLeftOut[pairs.pairs[$0].left] }
        return AffinityRecords(
            drugs: zip(drugs, isLeftOut).filter { !$1 }.map(\.0), proteins: proteins,
            pairs: AffinityFitting.Pairs(
                pairs: kept.compactMap { place in
                    let pair = pairs.pairs[place]
                    return places[pair.left].map { KroneckerRidge.Pair(left: $0, right: pair.right) }
                }, values: kept.map { pairs.values[$0] }),
            folds: folds.isEmpty ? [] : kept.map { folds[$0] }, problems: problems)
    }

    private init(
        drugs: [Molecule], proteins: [Protein], pairs: AffinityFitting.Pairs, folds: [Int], problems: [Problem]
    ) {
        (self.drugs, self.proteins, self.pairs) = (drugs, proteins, pairs)
        (self.folds, self.problems) = (folds, problems)
    }
}
