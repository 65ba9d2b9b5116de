import Genomics

/// A table of predictions as it is read back: the numbers that ``ScoreTable`` wrote.
public struct PredictionTable: Sendable {
    /// What the columns say.
    public let outcome: Outcome
    /// The scores of each record, by its number; none where the table has `NA`.
    public private(set) var scores: [Int: [Float]] = [:]

    /// Reads a table; throws `GenomicsError` naming the line that is none.
    public init(path: String) throws(GenomicsError) {
        let table = try TableFile(path: path)
        let columns = table.columns
        let classes = columns.filter { $0.hasPrefix("p_") }.map { String($0.dropFirst(2)) }
        let places: [Int]
        if !classes.isEmpty {
            outcome = columns.contains("class") ? .classes(classes) : .labels(classes)
            places = columns.indices.filter { columns[$0].hasPrefix("p_") }
        } else if let place = columns.firstIndex(of: "prediction") {
            (outcome, places) = (.values(["prediction"]), [place])
        } else {
            throw GenomicsError(
                .malformed, "is no table of predictions: it has neither a column prediction nor p_<class>", file: path)
        }
        let place = try table.place(of: "record")
        while let record = try table.nextWhole() {
            let fields = record.fields
            guard let number = Int(fields[place]), scores[number] == nil else {
                throw GenomicsError(
                    .malformed, "\"\(fields[place])\" is no record's number, or one that comes twice", file: path,
                    record: record.line)
            }
            let values = places.map { fields[$0] }
            let numbers = values.compactMap { Float($0) }.filter(\.isFinite)
            guard numbers.count == values.count || values.allSatisfy({ $0 == "NA" }) else {
                throw GenomicsError(
                    .malformed, "\"\(values.joined(separator: " "))\" is neither numbers nor NA", file: path,
                    record: record.line)
            }
            scores[number] = numbers.count == values.count ? numbers : []
        }
    }
}
