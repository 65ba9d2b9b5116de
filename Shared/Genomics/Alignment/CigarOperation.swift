/// One operation of a CIGAR string, such as `101M`.
public struct CigarOperation: Sendable, Hashable {
    /// What an operation does, numbered as in BAM (SAM specification, § 4.2).
    public enum Kind: UInt8, Sendable, Hashable {
        /// `M`: aligned, equal or not.
        case match = 0
        /// `I`: in the read only.
        case insertion = 1
        /// `D`: in the reference only.
        case deletion = 2
        /// `N`: skipped reference, an intron.
        case skip = 3
        /// `S`: clipped, the bases are kept.
        case softClip = 4
        /// `H`: clipped, the bases are gone.
        case hardClip = 5
        /// `P`: silent padding.
        case padding = 6
        /// `=`: aligned and equal.
        case equal = 7
        /// `X`: aligned and different.
        case difference = 8

        /// Whether the operation moves along the reference.
        public var consumesReference: Bool {
            switch self {
            case .match, .deletion, .skip, .equal, .difference: true
            default: false
            }
        }
        /// Whether the operation moves along the read.
        public var consumesRead: Bool {
            switch self {
            case .match, .insertion, .softClip, .equal, .difference: true
            default: false
            }
        }
    }

    /// What the operation does.
    public var kind: Kind
    /// Over how many bases.
    public var length: UInt32

    /// Makes an operation; its length is below 2^28.
    public init(_ kind: Kind, _ length: UInt32) {
        self.kind = kind
        self.length = length
    }

    /// Reads BAM's `length << 4 | kind`; unknown kinds were refused when the record was validated.
    init(packed: UInt32) {
        guard let kind = Kind(rawValue: UInt8(packed & 15)) else {
            preconditionFailure("an unvalidated CIGAR operation")
        }
        self.init(kind, packed >> 4)
    }

    /// BAM's `length << 4 | kind`.
    public var packed: UInt32 { length << 4 | UInt32(kind.rawValue) }
}
