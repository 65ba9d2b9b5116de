import Genomics
import LinearAlgebra

/// Measured responses of lines with a profile, read from a table.
struct ResponseTable: Sendable {
    /// A measured response.
    struct Measured: Sendable {
        var line: Int
        var drug: Int
        var value: Double
    }

    /// Lines in the order in which the table first names them.
    private(set) var profiles: [CellProfiles.Profile] = []
    /// The fold of each line, -1 where the table deals none out.
    private(set) var folds: [Int] = []
    /// Identifiers of the drugs, in the table's order.
    private(set) var drugs: [String] = []
    private(set) var measured: [Measured] = []
    /// The rows that could not be used, by their lines.
    private(set) var problems: [(line: Int, reason: String)] = []

    /// Reads cosmic_id, drug_id, ln_ic50, and fold_cell where it is.
    init(path: String, cells: CellProfiles) throws {
        let table = try TableFile(path: path)
        let (line, drug) = (try table.place(of: "cosmic_id"), try table.place(of: "drug_id"))
        let (value, fold) = (try table.place(of: "ln_ic50"), table.columns.firstIndex(of: "fold_cell"))
        var (linePlaces, drugPlaces): ([String: Int], [String: Int]) = ([:], [:])
        var seen = Set<KroneckerRidge.Pair>()
        while let record = try table.next() {
            do throws(DrugError) {
                if let flaw = table.flaw(of: record) { throw DrugError(flaw) }
                guard let number = Double(record.fields[value]), number.isFinite else {
                    throw DrugError("ln_ic50 is \"\(record.fields[value])\", and no number")
                }
                let key = record.fields[line]
                let own = linePlaces[key] ?? profiles.count
                if own == profiles.count {
                    profiles.append(try cells.profile(key))
                    linePlaces[key] = own
                    folds.append(fold.flatMap { Int(record.fields[$0]) } ?? -1)
                }
                let place = drugPlaces[record.fields[drug]] ?? drugs.count
                if place == drugs.count {
                    drugs.append(record.fields[drug])
                    drugPlaces[record.fields[drug]] = place
                }
                guard seen.insert(.init(left: own, right: place)).inserted else {
                    throw DrugError("the response of line \(key) to drug \(record.fields[drug]) comes twice")
                }
                measured.append(Measured(line: own, drug: place, value: number))
            } catch {
                problems.append((record.line, error.description))
            }
        }
    }
}
