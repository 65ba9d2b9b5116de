/// Records by their flags, in the categories of `samtools flagstat`.
public struct FlagCounts: Sendable, Hashable, Codable {
    /// Records without the flag 0x200.
    public var passed = Categories()
    /// Records that failed the platform's quality checks.
    public var failed = Categories()

    /// The records of one of the two kinds.
    public struct Categories: Sendable, Hashable, Codable {
        /// All records.
        public var total = 0
        /// Neither secondary nor supplementary.
        public var primary = 0
        /// Secondary alignments.
        public var secondary = 0
        /// Supplementary alignments that are not secondary.
        public var supplementary = 0
        /// Records with the duplicate flag.
        public var duplicates = 0
        /// Primary records with the duplicate flag.
        public var primaryDuplicates = 0
        /// Records that are mapped.
        public var mapped = 0
        /// Primary records that are mapped.
        public var primaryMapped = 0
        /// Primary records of templates with several segments; so are all that follow.
        public var paired = 0
        /// First segments.
        public var first = 0
        /// Last segments.
        public var last = 0
        /// Mapped, with the proper-pair flag.
        public var properlyPaired = 0
        /// Mapped with a mapped mate.
        public var bothMapped = 0
        /// Mapped with an unmapped mate.
        public var singletons = 0
        /// Mapped with a mate on another contig.
        public var mateElsewhere = 0
        /// The same with a mapping quality of 5 and more.
        public var mateElsewhereConfident = 0
    }

    /// Makes counts of zero.
    public init() {}

    /// All records, passed or failed.
    public var total: Int { passed.total + failed.total }

    /// The sum of a category over passed and failed records.
    public func sum(_ category: KeyPath<Categories, Int>) -> Int {
        passed[keyPath: category] + failed[keyPath: category]
    }

    /// Adds other records' counts.
    public mutating func add(_ other: FlagCounts) {
        for category in Categories.all {
            passed[keyPath: category] += other.passed[keyPath: category]
            failed[keyPath: category] += other.failed[keyPath: category]
        }
    }

    /// Counts a record.
    @inline(__always)
    mutating func count(_ flags: BAMRecord.Flags, mappingQuality: UInt8, isMateElsewhere: Bool) {
        if flags.contains(.qualityFailed) {
            failed.count(flags, mappingQuality, isMateElsewhere)
        } else {
            passed.count(flags, mappingQuality, isMateElsewhere)
        }
    }
}

extension FlagCounts.Categories {
    /// Every category.
    static var all: [WritableKeyPath<Self, Int>] {
        [
            \.total, \.primary, \.secondary, \.supplementary, \.duplicates, \.primaryDuplicates, \.mapped,
            \.primaryMapped, \.paired, \.first, \.last, \.properlyPaired, \.bothMapped, \.singletons, \.mateElsewhere,
            \.mateElsewhereConfident,
        ]
    }

    @inline(__always)
    fileprivate mutating func count(_ flags: BAMRecord.Flags, _ mappingQuality: UInt8, _ isMateElsewhere: Bool) {
        let isMapped = !flags.contains(.unmapped)
        total += 1
        if isMapped { mapped += 1 }
        if flags.contains(.duplicate) { duplicates += 1 }
        if flags.contains(.secondary) {
            secondary += 1
            return
        }
        if flags.contains(.supplementary) {
            supplementary += 1
            return
        }
        primary += 1
        if isMapped { primaryMapped += 1 }
        if flags.contains(.duplicate) { primaryDuplicates += 1 }
        guard flags.contains(.paired) else { return }
        paired += 1
        if flags.contains(.firstInPair) { first += 1 }
        if flags.contains(.secondInPair) { last += 1 }
        guard isMapped else { return }
        if flags.contains(.properPair) { properlyPaired += 1 }
        if flags.contains(.mateUnmapped) {
            singletons += 1
            return
        }
        bothMapped += 1
        guard isMateElsewhere else { return }
        mateElsewhere += 1
        if mappingQuality >= 5 { mateElsewhereConfident += 1 }
    }
}
