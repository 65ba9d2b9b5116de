import Genomics

/// Molecules with a property, as a training reads them from a table: spellings of one molecule are one record, with the mean of its values.
public struct PropertyRecords: Sendable {
    /// A row that could not be used.
    public struct Problem: Sendable, Hashable {
        /// The line in the file.
        public var line: Int
        /// What is wrong with it.
        public var reason: String
    }

    /// The molecules in the order of their first rows.
    public let molecules: [Molecule]
    /// Their values.
    public let values: [Double]
    /// The rows that could not be used.
    public let problems: [Problem]

    /// Reads a table with a column `smiles` and one of numbers; throws where it lacks them.
    public init(path: String, valueColumn: String = "value") throws(GenomicsError) {
        let table = try TableFile(path: path)
        let (smiles, value) = (try table.place(of: "smiles"), try table.place(of: valueColumn))
        var (molecules, sums, problems): ([Molecule], [(total: Double, count: Int)], [Problem]) = ([], [], [])
        var places: [String: Int] = [:]
        while let record = try table.next() {
            do {
                if let flaw = table.flaw(of: record) { throw DrugError(flaw) }
                guard let number = Double(record.fields[value]), number.isFinite else {
                    throw DrugError("\(valueColumn) is \"\(record.fields[value])\", and no number")
                }
                let molecule = try Molecule(smiles: record.fields[smiles])
                if let place = places[molecule.smiles] {
                    sums[place] = (sums[place].total + number, sums[place].count + 1)
                } else {
                    places[molecule.smiles] = molecules.count
                    molecules.append(molecule)
                    sums.append((number, 1))
                }
            } catch {
                problems.append(Problem(line: record.line, reason: "\(error)"))
            }
        }
        self.molecules = molecules
        self.problems = problems
        values = sums.map { $0.total / Double($0.count) }
    }

    /// Classes, if every value is 0 or 1, or between them where spellings of one molecule disagree; else numbers.
    public var kind: PropertyModel.Kind { values.allSatisfy { (0...1).contains($0) } ? .class : .value }

    /// A number for each scaffold: molecules of one are held out together, those without rings each by itself.
    public var scaffolds: [Int] {
        var numbers: [String: Int] = [:]
        return molecules.map { molecule in
            let scaffold = molecule.scaffold
            let key = scaffold.isEmpty ? " \(molecule.smiles)" : scaffold
            if let number = numbers[key] { return number }
            numbers[key] = numbers.count
            return numbers.count - 1
        }
    }
}
