import Drugs
import Foundation
import Genomics

/// What medicinal chemists pass over: the filters of the MOSES benchmark (Polykovskiy and others 2020), which its generated molecules are judged by.
///
/// A molecule passes that has no charged atom, no ring of 8 atoms or more, no element but C, N, S, O, F, Cl, Br and H, and none of MOSES' 22
/// patterns of groups that react or break down (MCF) and of the 480 that disturb assays (PAINS, Baell and Holloway 2010), hydrogens counted as
/// atoms.
public struct StructureFilters: Sendable {
    private let patterns: [Substructure]
    private let names: [String]
    private static let elements: Set<Int> = [1, 6, 7, 8, 9, 16, 17, 35]
    private static let largestRing = 7

    /// Reads the patterns that come with the suite.
    public init() throws {
        var (patterns, names): ([Substructure], [String]) = ([], [])
        func add(_ file: String, hasHeader: Bool, smarts: Int, name: Int) throws {
            guard let url = Bundle.module.url(forResource: file, withExtension: "csv", subdirectory: "Filters") else {
                throw DesignError("the filters \(file) are missing from the program's files")
            }
            let table = try TableFile(path: url.path)
            if !hasHeader { table.withoutHeader() }
            while let record = try table.next() {
                guard record.fields.count == 2 else {
                    throw DesignError("\(url.path), line \(record.line): the record is no pattern and its name")
                }
                patterns.append(try Substructure(smarts: record.fields[smarts]))
                names.append(Self.name(record.fields[name]))
            }
        }
        try add("mcf", hasHeader: true, smarts: 1, name: 0)
        try add("wehi_pains", hasHeader: false, smarts: 0, name: 1)
        (self.patterns, self.names) = (patterns, names)
    }

    /// The number of patterns.
    public var count: Int { patterns.count }

    /// Why a molecule does not pass; nil for one that does.
    ///
    /// Throws where RDKit fails.
    public func problem(_ molecule: Molecule) throws(MoleculeError) -> String? {
        if molecule.largestRing > Self.largestRing { return "a ring of \(molecule.largestRing) atoms" }
        if molecule.atoms.contains(where: { $0.charge != 0 }) { return "a charged atom" }
        if let other = molecule.atoms.first(where: { !Self.elements.contains($0.element) }) {
            return "an atom of the element \(other.element)"
        }
        return try Substructure.first(of: patterns, in: molecule).map { names[$0] }
    }

    /// `<regId=anil_di_alk_F(14)>` is anil_di_alk_F.
    private static func name(_ text: String) -> String {
        var name = Substring(text)
        if name.hasPrefix("<regId=") { name = name.dropFirst(7) }
        return String(name.prefix { $0 != "(" && $0 != ">" })
    }
}
