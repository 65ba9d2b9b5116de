import Drugs
import Foundation
import Genomics

/// Molecules that a language is learned from: each once, in canonical form without stereochemistry.
public struct MoleculeRecords: Sendable {
    /// A line that could not be used.
    public struct Problem: Sendable, Hashable {
        /// The line in the file.
        public var line: Int
        /// What is wrong with it.
        public var reason: String
    }

    /// Canonical SMILES without stereochemistry, in the order in which they first come.
    public private(set) var smiles: [String] = []
    /// Their tokens.
    public private(set) var tokens: [[UInt16]] = []
    /// Their fragments.
    public private(set) var fragments = FragmentScores.Counts()
    /// The lines that could not be used.
    public private(set) var problems: [Problem] = []
    private var seen = Set<String>()

    /// Begins without molecules.
    public init() {}

    /// Tokens of the longest molecule.
    public var longest: Int { tokens.reduce(0) { max($0, $1.count) } }

    /// Adds the molecules of a file: of a table its column `smiles`, `SMILES`, `isomeric_smiles` or `canonical_smiles`, of another text the
    /// first word of each line.
    ///
    /// Lines whose molecule has more than `longest` tokens, or one that the vocabulary lacks, are problems. Throws where the file cannot be read.
    public mutating func add(path: String, longest: Int, workers: Int = 1) throws {
        var ahead: [(line: Int, text: String)] = []
        try SMILESFile.read(path) { line, text in
            ahead.append((line, text))
            if ahead.count == 8192 {
                try add(ahead, longest: longest, workers: workers)
                ahead = []
            }
        }
        try add(ahead, longest: longest, workers: workers)
    }

    private mutating func add(_ lines: [(line: Int, text: String)], longest: Int, workers: Int) throws {
        let results = Parallel.map(lines.count, workers: workers) {
            index -> Result<(String, [UInt16], Fingerprint), DesignError> in
            do {
                let molecule = try Molecule(smiles: lines[index].text)
                let flat = molecule.flatSMILES
                let tokens = try SMILESVocabulary.tokens(of: flat)
                guard tokens.count <= longest else {
                    throw DesignError("the molecule has \(tokens.count) tokens, and \(longest) are the limit")
                }
                return .success((flat, tokens, try molecule.fingerprint(.morgan(radius: 2))))
            } catch {
                return .failure(DesignError("\(error)"))
            }
        }
        for (line, result) in zip(lines, results) {
            switch result {
            case .failure(let error): problems.append(Problem(line: line.line, reason: error.description))
            case .success((let flat, let tokens, let fingerprint)):
                guard seen.insert(flat).inserted else { continue }
                smiles.append(flat)
                self.tokens.append(tokens)
                fragments.add(fingerprint)
            }
        }
    }
}

/// Files of SMILES.
public enum SMILESFile {
    private static let columns = ["isomeric_smiles", "smiles", "SMILES", "canonical_smiles"]

    /// Calls `body` with each line's number and SMILES; throws where the file cannot be read, or its table lacks some.
    public static func read(_ path: String, _ body: (_ line: Int, _ smiles: String) throws -> Void) throws {
        let table = try TableFile(path: path)
        guard let column = columns.first(where: { table.columns.contains($0) }) else {
            guard table.columns.count == 1 || !table.columns.contains(where: { $0.lowercased().contains("smiles") })
            else { throw DesignError("\(path) has no column \(columns.joined(separator: ", "))") }
            // No header: the first word of each line.
            table.withoutHeader()
            while let record = try table.next() {
                let word = record.fields.first?.split(separator: " ").first.map(String.init) ?? ""
                try body(record.line, word)
            }
            return
        }
        let place = try table.place(of: column)
        while let record = try table.next() {
            guard place < record.fields.count else {
                throw DesignError("\(path), line \(record.line): the record has no \(column)")
            }
            try body(record.line, record.fields[place])
        }
    }
}
