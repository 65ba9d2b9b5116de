/// What becomes of reads that look like copies of one fragment.
public enum DuplicatePolicy: Sendable, Hashable, CustomStringConvertible {
    /// All but the best are marked and are no evidence, and so is what came marked.
    case mark
    /// All are evidence, also those that came marked: for panels of amplicons, whose fragments all have the same ends.
    case keep
    /// As ``mark``, but only among reads of one molecular barcode, the text of this tag; reads without it are one group.
    case umi(tag: String)

    /// `mark`, `keep` or `umi:RX`, the form in which users and requests write it.
    public var description: String {
        switch self {
        case .mark: "mark"
        case .keep: "keep"
        case .umi(let tag): "umi:\(tag)"
        }
    }

    /// Reads ``description``; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        switch (parts[0], parts.count) {
        case ("mark", 1): self = .mark
        case ("keep", 1): self = .keep
        case ("umi", 2) where Self.isTag(parts[1]): self = .umi(tag: String(parts[1]))
        default: return nil
        }
    }

    /// SAM's `[A-Za-z][A-Za-z0-9]` (SAM specification, § 1.5).
    private static func isTag(_ text: Substring) -> Bool {
        let bytes = Array(text.utf8)
        func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte & 0xdf) }
        return bytes.count == 2 && isLetter(bytes[0])
            && (isLetter(bytes[1]) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[1]))
    }
}
