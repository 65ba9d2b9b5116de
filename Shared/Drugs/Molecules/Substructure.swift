internal import CRDKit

/// A pattern of atoms and bonds in SMARTS, as RDKit reads it.
public struct Substructure: Sendable {
    /// The text that it was read from.
    public let smarts: String
    let handle: PatternHandle

    /// Longer patterns are refused.
    public static let longest = 2048

    /// Reads a SMARTS; throws with what RDKit says of it.
    public init(smarts: String) throws(MoleculeError) {
        guard !smarts.isEmpty, smarts.utf8.count <= Self.longest else {
            throw MoleculeError(
                smarts.isEmpty ? "the SMARTS is empty" : "the SMARTS has more than \(Self.longest) letters")
        }
        self.smarts = smarts
        handle = try PatternHandle(smarts)
    }

    /// Whether a molecule has it; throws where RDKit fails.
    public func isIn(_ molecule: Molecule) throws(MoleculeError) -> Bool { try count(in: molecule, most: 1) > 0 }

    /// How often a molecule has it, sets of atoms counted once; throws where RDKit fails.
    public func count(in molecule: Molecule, most: Int = 1000) throws(MoleculeError) -> Int {
        let count = molecule.handle.use { crdkit_count_pattern($0, handle.raw, most) }
        guard count >= 0 else { throw MoleculeError("RDKit fails on the SMARTS \(smarts) in \(molecule.smiles)") }
        return count
    }

    /// The rings of a molecule that are left without all that matches.
    public func ringsLeft(of molecule: Molecule) throws(MoleculeError) -> Int {
        let count = molecule.handle.use { crdkit_rings_without($0, handle.raw) }
        guard count >= 0 else { throw MoleculeError("RDKit fails on the rings of \(molecule.smiles)") }
        return count
    }

    /// The place of the first pattern that the molecule has where hydrogens are atoms too; nil without.
    public static func first(of patterns: [Substructure], in molecule: Molecule) throws(MoleculeError) -> Int? {
        let raws = patterns.map { OpaquePointer?($0.handle.raw) }
        let place = molecule.handle.use { molecule in
            raws.withUnsafeBufferPointer { crdkit_first_pattern(molecule, $0.baseAddress, $0.count) }
        }
        guard place >= -1 else { throw MoleculeError("RDKit fails on the patterns of \(molecule.smiles)") }
        return place < 0 ? nil : place
    }
}

/// RDKit's object, which matching does not change.
final class PatternHandle: Sendable {
    nonisolated(unsafe) let raw: OpaquePointer

    init(_ text: String) throws(MoleculeError) {
        var message: UnsafeMutablePointer<CChar>?
        let bytes = Array(text.utf8CString)
        guard let raw = crdkit_parse_smarts(bytes, bytes.count - 1, &message) else {
            crdkit_free(message)
            throw MoleculeError("RDKit does not read the SMARTS \(text)")
        }
        self.raw = raw
    }

    deinit { crdkit_pattern_release(raw) }
}
