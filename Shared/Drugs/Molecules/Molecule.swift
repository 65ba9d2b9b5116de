internal import CRDKit
import Foundation
import Synchronization

/// A molecule as RDKit reads it from SMILES: checked (brackets, rings, valences, aromaticity) and put into canonical form.
///
/// Everything is told of the canonical form, so another spelling of the same molecule has the same numbers to the last bit.
public struct Molecule: Sendable {
    /// An atom other than the hydrogens that are counted with their neighbors.
    public struct Atom: Sendable, Hashable {
        /// The atomic number.
        public var element: Int
        /// Bonds to other such atoms.
        public var degree: Int
        /// Hydrogens that are bound to it.
        public var hydrogens: Int
        /// The formal charge.
        public var charge: Int
        /// Whether it belongs to an aromatic system (RDKit's model).
        public var isAromatic: Bool
        /// Whether it is in a ring.
        public var isInRing: Bool
        /// The handedness in the order of its bonds; nil where it has none or none is told.
        public var isClockwise: Bool?
    }

    /// A bond between two places of ``atoms``.
    public struct Bond: Sendable, Hashable {
        /// What binds.
        public enum Order: Int, Sendable, Hashable {
            /// A dative or another rare bond.
            case other
            /// Single, double and triple, and those of an aromatic system.
            case single, double, triple, aromatic
        }

        /// The first atom's place.
        public var begin: Int
        /// The second atom's place.
        public var end: Int
        /// What binds.
        public var order: Order
        /// Whether it is in a ring.
        public var isInRing: Bool
    }

    /// RDKit's canonical SMILES, with stereochemistry.
    public let smiles: String
    /// The atoms in the order of ``smiles``.
    public let atoms: [Atom]
    /// The bonds.
    public let bonds: [Bond]
    let handle: Handle

    /// Longer texts, and molecules of more heavy atoms, are refused: perception of rings and symmetry takes too long of some.
    public static let limits = (bytes: 2048, atoms: 400)

    /// Reads a SMILES; throws ``MoleculeError`` with what RDKit says of it.
    public init(smiles text: String) throws(MoleculeError) {
        guard !text.isEmpty else { throw MoleculeError("the SMILES is empty") }
        guard text.utf8.count <= Self.limits.bytes else {
            throw MoleculeError("the SMILES has \(text.utf8.count) letters, and \(Self.limits.bytes) are the limit")
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw MoleculeError("the SMILES holds a blank or a letter that none has")
        }
        guard Self.atoms(in: text) <= Self.limits.atoms else {
            throw MoleculeError("the SMILES has more than \(Self.limits.atoms) atoms, which is the limit")
        }
        let given = try Handle(text)
        guard given.use({ crdkit_atom_count($0) }) > 0 else { throw MoleculeError("the SMILES has no atom") }
        guard let canonical = given.text(crdkit_smiles) else { throw MoleculeError("RDKit finds no canonical form") }
        handle = try Handle(canonical)
        smiles = canonical
        (atoms, bonds) = handle.use { (Self.atoms($0), Self.bonds($0)) }
        guard !atoms.isEmpty else { throw MoleculeError("RDKit fails on the atoms of \(canonical)") }
    }

    /// The scaffold of Bemis and Murcko (1996), rings and what links them, as canonical SMILES; empty of a molecule without rings.
    public var scaffold: String { handle.text(crdkit_scaffold) ?? "" }

    /// The names of ``descriptors()``, in their order.
    public static let descriptorNames = (0..<crdkit_descriptor_count()).map {
        String(cString: crdkit_descriptor_name($0))
    }

    /// Numbers of the whole molecule: weight, Crippen's logP, polar surface, counts of groups and rings, connectivity and shape indices
    /// (Kier and Hall), surface by logP, refractivity and charge (Labute), and the Molecular Quantum Numbers (Nguyen and others 2009).
    ///
    /// A number that cannot be told, such as a partial charge beside a metal, is 0. Throws where RDKit fails altogether.
    public func descriptors() throws(MoleculeError) -> [Double] {
        var values = [Double](repeating: 0, count: Self.descriptorNames.count)
        guard handle.use({ crdkit_read_descriptors($0, &values) }) == 0 else {
            throw MoleculeError("RDKit fails on the descriptors of \(smiles)")
        }
        return values.map { $0.isFinite ? $0 : 0 }
    }

    /// What a fingerprint counts; throws where RDKit fails.
    public func fingerprint(_ kind: Fingerprint.Kind) throws(MoleculeError) -> Fingerprint {
        let (code, radius) = kind.code
        let parts: ([UInt64], [UInt32])? = handle.use { molecule in
            var (ids, counts): (UnsafeMutablePointer<UInt64>?, UnsafeMutablePointer<UInt32>?)
            let count = crdkit_fingerprint(molecule, code, radius, &ids, &counts)
            defer { crdkit_free(ids) }
            guard count >= 0 else { return nil }
            return (
                Array(UnsafeBufferPointer(start: ids, count: count)),
                Array(UnsafeBufferPointer(start: counts, count: count))
            )
        }
        guard let parts else { throw MoleculeError("RDKit fails on a fingerprint of \(smiles)") }
        return Fingerprint(ids: parts.0, counts: parts.1)
    }

    /// Atoms of a SMILES by its letters, before anything costly is done with it: one a bracket, and the letters of the organic subset.
    private static func atoms(in text: String) -> Int {
        var (count, isInBracket) = (0, false)
        for letter in text.utf8 {
            switch letter {
            case UInt8(ascii: "["): (count, isInBracket) = (count + 1, true)
            case UInt8(ascii: "]"): isInBracket = false
            default: if !isInBracket, "BCNOPSFIbcnops*".utf8.contains(letter) { count += 1 }
            }
        }
        return count
    }

    private static func atoms(_ molecule: OpaquePointer) -> [Atom] {
        let count = crdkit_atom_count(molecule)
        let atoms = [crdkit_atom](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = crdkit_read_atoms(molecule, buffer.baseAddress) == 0 ? count : 0
        }
        return atoms.map {
            Atom(
                element: Int($0.element), degree: Int($0.degree), hydrogens: Int($0.hydrogens), charge: Int($0.charge),
                isAromatic: $0.is_aromatic != 0, isInRing: $0.is_in_ring != 0,
                isClockwise: $0.chirality == 0 ? nil : $0.chirality == 2)
        }
    }

    private static func bonds(_ molecule: OpaquePointer) -> [Bond] {
        let count = crdkit_bond_count(molecule)
        let bonds = [crdkit_bond](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = crdkit_read_bonds(molecule, buffer.baseAddress) == 0 ? count : 0
        }
        return bonds.map {
            Bond(
                begin: Int($0.begin), end: Int($0.end), order: Bond.Order(rawValue: Int($0.order)) ?? .other,
                isInRing: $0.is_in_ring != 0)
        }
    }
}

/// RDKit's object.
///
/// Its properties are computed as they are asked for and kept in it, so one thread at a time may ask.
final class Handle: Sendable {
    private nonisolated(unsafe) let raw: OpaquePointer
    private let lock = Mutex(())

    init(_ text: String) throws(MoleculeError) {
        var message: UnsafeMutablePointer<CChar>?
        let bytes = Array(text.utf8CString)
        guard let raw = crdkit_parse(bytes, bytes.count - 1, &message) else {
            defer { crdkit_free(message) }
            throw MoleculeError(parsing: message.map { String(cString: $0) } ?? "")
        }
        self.raw = raw
    }

    deinit { crdkit_release(raw) }

    func use<Result>(_ body: (OpaquePointer) -> Result) -> Result { lock.withLock { _ in body(raw) } }

    func text(_ body: (OpaquePointer) -> UnsafeMutablePointer<CChar>?) -> String? {
        use { molecule in
            guard let text = body(molecule) else { return nil }
            defer { crdkit_free(text) }
            return String(cString: text)
        }
    }
}

/// Why a text is no molecule.
public struct MoleculeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong with it.
    public let description: String

    /// Makes an error of a sentence.
    public init(_ description: String) { self.description = description }

    /// RDKit's words without the time of its log and the SMILES itself.
    init(parsing message: String) {
        var line = message.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        if line.first == "[", let end = line.firstIndex(of: "]") { line = String(line[line.index(after: end)...]) }
        for end in [" for input:", " while parsing:"] {
            if let place = line.range(of: end)?.lowerBound { line = String(line[..<place]) }
        }
        line = line.replacingOccurrences(of: "SMILES Parse Error:", with: "").trimmingCharacters(in: .whitespaces)
        self.init("no molecule: " + (line.isEmpty ? "RDKit does not read the SMILES" : line))
    }
}
