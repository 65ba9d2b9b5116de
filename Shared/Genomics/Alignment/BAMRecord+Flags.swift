extension BAMRecord {
    /// SAM's FLAG bits (SAM specification, § 1.4).
    public struct Flags: OptionSet, Sendable, Hashable {
        /// The bits as SAM numbers them.
        public let rawValue: UInt16
        /// Makes flags of SAM's number.
        public init(rawValue: UInt16) { self.rawValue = rawValue }
        /// The template has several segments.
        public static let paired = Flags(rawValue: 0x1)
        /// Both mates are aligned as expected.
        public static let properPair = Flags(rawValue: 0x2)
        /// The read is not mapped.
        public static let unmapped = Flags(rawValue: 0x4)
        /// The mate is not mapped.
        public static let mateUnmapped = Flags(rawValue: 0x8)
        /// The sequence is stored reverse-complemented.
        public static let reverse = Flags(rawValue: 0x10)
        /// The mate's sequence is stored reverse-complemented.
        public static let mateReverse = Flags(rawValue: 0x20)
        /// The first segment of the template.
        public static let firstInPair = Flags(rawValue: 0x40)
        /// The last segment of the template.
        public static let secondInPair = Flags(rawValue: 0x80)
        /// Not the primary alignment.
        public static let secondary = Flags(rawValue: 0x100)
        /// The read failed the platform's quality checks.
        public static let qualityFailed = Flags(rawValue: 0x200)
        /// A PCR or optical duplicate.
        public static let duplicate = Flags(rawValue: 0x400)
        /// A supplementary alignment.
        public static let supplementary = Flags(rawValue: 0x800)
    }
}
