/// A sequence of the reference: a chromosome, a mitochondrion, an unplaced scaffold.
public struct Contig: Sendable, Hashable, Codable {
    /// The name as in the FASTA header and in SAM's `SN`.
    public var name: String
    /// The length in bases, SAM's `LN`.
    public var length: Int

    /// Makes a contig of a name and a length in bases.
    public init(name: String, length: Int) {
        self.name = name
        self.length = length
    }
}
