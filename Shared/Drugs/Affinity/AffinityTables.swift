import Genomics

/// Drugs and proteins by the indexes that pairs name them with; what cannot be used is there with the reason.
public struct AffinityTables: Sendable {
    /// What a row holds, or why it cannot be used.
    public typealias Entry<Value: Sendable> = Result<Value, DrugError>

    /// A drug, told apart from others by its stereochemistry where the table has it.
    public struct Drug: Sendable {
        /// The molecule.
        public let molecule: Molecule
    }

    /// Drugs by index.
    public let drugs: [String: Entry<Drug>]
    /// Proteins by index.
    public let proteins: [String: Entry<Protein>]

    private static let smilesColumns = ["isomeric_smiles", "canonical_smiles", "smiles"]

    /// Reads tables with the columns `index`, a SMILES (isomeric_smiles, canonical_smiles or smiles, the first that there is), and
    /// `sequence`; a column `protein_id` tells constructs of one sequence apart.
    public init(drugs: String, proteins: String) throws(GenomicsError) {
        let table = try TableFile(path: drugs)
        guard let column = Self.smilesColumns.first(where: table.columns.contains) else {
            throw GenomicsError(
                .malformed, "has no column of \(Self.smilesColumns.joined(separator: ", "))", file: drugs)
        }
        let smiles = try table.place(of: column)
        self.drugs = try Self.entries(table) { fields in
            do { return .success(Drug(molecule: try Molecule(smiles: fields[smiles]))) } catch {
                return .failure(DrugError("\(error)"))
            }
        }
        let other = try TableFile(path: proteins)
        let sequence = try other.place(of: "sequence")
        let name = other.columns.firstIndex(of: "protein_id")
        self.proteins = try Self.entries(other) { fields in
            do throws(DrugError) {
                return .success(try Protein(name: name.map { fields[$0] } ?? "", sequence: fields[sequence]))
            } catch { return .failure(error) }
        }
    }

    private static func entries<Value>(
        _ table: TableFile, _ read: ([String]) -> Entry<Value>
    ) throws(GenomicsError) -> [String: Entry<Value>] {
        let index = try table.place(of: "index")
        var entries: [String: Entry<Value>] = [:]
        while let record = try table.next() {
            if let flaw = table.flaw(of: record) {
                if index < record.fields.count { entries[record.fields[index]] = .failure(DrugError(flaw)) }
                continue
            }
            let key = record.fields[index]
            entries[key] =
                entries[key] == nil
                ? read(record.fields) : .failure(DrugError("the index \(key) comes twice in \(table.path)"))
        }
        return entries
    }

    /// What a pair names: its drug and protein; throws with the reason why they cannot be used.
    public func pair(drug: String, protein: String) throws(DrugError) -> (drug: Drug, protein: Protein) {
        (try self.drug(drug), try self.protein(protein))
    }

    func drug(_ index: String) throws(DrugError) -> Drug {
        guard let drug = drugs[index] else { throw DrugError("there is no drug of the index \"\(index)\"") }
        return try drug.get()
    }

    func protein(_ index: String) throws(DrugError) -> Protein {
        guard let protein = proteins[index] else { throw DrugError("there is no protein of the index \"\(index)\"") }
        return try protein.get()
    }
}
