import Genomics

/// Cell lines by the profiles that tables tell of them: mutations and copy numbers, tissue, expression.
public struct CellProfiles: Sendable {
    /// What is told of a line.
    public struct Profile: Sendable, Hashable {
        /// Numbers of ``CellProfiles/features``, in their order.
        public var features: [Float]
        /// The tissue, empty where it is not told.
        public var tissue: String
        /// Numbers of ``CellProfiles/genes``; nil where the table of expression does not have the line.
        public var expression: [Float]?
    }

    /// Names of the mutations, copy numbers and the like.
    public let features: [String]
    /// Genes whose expression is told.
    public let genes: [String]
    /// A profile, or why it cannot be used, by the line's COSMIC identifier.
    let lines: [String: Result<Profile, DrugError>]

    private static let described = ["COSMIC_ID", "SAMPLE_NAME", "TISSUE_FACTOR"]

    /// Reads a table of features (COSMIC_ID, TISSUE_FACTOR, and a number in every other column but SAMPLE_NAME) and one of expression
    /// (COSMIC_ID, and a gene a column); throws where one of `features` or `genes`, all where nil, is not there.
    public init(
        genomics: String, expression: String, features wanted: [String]? = nil, genes wantedGenes: [String]? = nil
    ) throws(GenomicsError) {
        let table = try TableFile(path: genomics)
        let (id, tissue) = (try table.place(of: "COSMIC_ID"), try table.place(of: "TISSUE_FACTOR"))
        features = wanted ?? table.columns.filter { !Self.described.contains($0) }
        var places: [Int] = []
        for name in features { places.append(try table.place(of: name)) }
        let other = try TableFile(path: expression)
        let otherId = try other.place(of: "COSMIC_ID")
        genes = wantedGenes ?? other.columns.filter { $0 != "COSMIC_ID" }
        var genePlaces: [Int] = []
        for name in genes { genePlaces.append(try other.place(of: name)) }

        var levels: [String: Result<[Float], DrugError>] = [:]
        while let record = try other.next() {
            guard otherId < record.fields.count else { continue }
            let key = record.fields[otherId]
            levels[key] = levels[key] == nil ? Self.numbers(other, record, genePlaces) : Self.twice(key, expression)
        }
        var lines: [String: Result<Profile, DrugError>] = [:]
        while let record = try table.next() {
            guard id < record.fields.count else { continue }
            let key = record.fields[id]
            guard lines[key] == nil else {
                lines[key] = Self.twice(key, genomics)
                continue
            }
            lines[key] = Self.numbers(table, record, places).flatMap { numbers in
                let tissue = record.fields[tissue]
                guard let own = levels[key] else {
                    return .success(Profile(features: numbers, tissue: tissue, expression: nil))
                }
                return own.map { Profile(features: numbers, tissue: tissue, expression: $0) }
            }
        }
        self.lines = lines
    }

    /// The profile of a line; throws with the reason where there is none, or none that can be used.
    public func profile(_ line: String) throws(DrugError) -> Profile {
        guard let entry = lines[line] else { throw DrugError("there is no profile of the cell line \"\(line)\"") }
        return try entry.get()
    }

    private static func twice<Value>(_ key: String, _ path: String) -> Result<Value, DrugError> {
        .failure(DrugError("the cell line \(key) comes twice in \(path)"))
    }

    private static func numbers(
        _ table: TableFile, _ record: TableFile.Record, _ places: [Int]
    ) -> Result<[Float], DrugError> {
        if let flaw = table.flaw(of: record) { return .failure(DrugError("\(table.path): \(flaw)")) }
        var numbers: [Float] = []
        for place in places {
            guard let number = Float(record.fields[place]), number.isFinite else {
                return .failure(
                    DrugError(
                        "\(table.path), line \(record.line), \(table.columns[place]): \"\(record.fields[place])\" is no number"
                    ))
            }
            numbers.append(number)
        }
        return .success(numbers)
    }
}
