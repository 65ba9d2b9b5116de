/// What becomes of the bases of a location.
public enum HGVSEdit: Sendable, Hashable {
    /// What a name says of the bases that were there, which the reference knows anyway.
    public enum Stated: Sendable, Hashable {
        /// Nothing.
        case nothing
        /// Their letters: `delACT`.
        case bases(String)
        /// Their number: `del3`.
        case length(Int)
    }

    /// A repeated unit: `CAG[23]`.
    public struct Repeat: Sendable, Hashable {
        /// The unit's bases; nil where the location says which: `123_124[4]`.
        public var unit: String?
        /// How often it stands there.
        public var count: HGVSCount

        /// Makes one.
        public init(unit: String?, count: HGVSCount) {
            self.unit = unit
            self.count = count
        }
    }

    /// `A>T`: one base for another.
    case substitution(from: String, to: String)
    /// `del`.
    case deletion(Stated)
    /// `dup`: a copy directly behind.
    case duplication(Stated)
    /// `ins`: between two neighboring bases.
    case insertion([HGVSInsert])
    /// `delins`: others in their place.
    case replacement(Stated, [HGVSInsert])
    /// `inv`: turned to the other strand.
    case inversion(Stated)
    /// `con`: replaced by a stretch of another sequence; `delins` in today's names.
    case conversion(HGVSInsert)
    /// `=`: as in the reference.
    case identity(Stated)
    /// `copyN`: an old spelling of so many copies in all.
    case copies(Int)
    /// `CAG[23]`, `CAG[19]CAA[4]`.
    case repeats([Repeat])
}

/// A number that may not be known exactly.
public enum HGVSCount: Sendable, Hashable {
    /// `[23]`.
    case exactly(Int)
    /// `[(5_9)]`, nil for `?`.
    case between(Int?, Int?)
}

/// A part of what is inserted.
public enum HGVSInsert: Sendable, Hashable {
    /// Its bases.
    case bases(String)
    /// Bases that are not known, only how many: `N[12]`, `(50_100)`.
    case unknown(HGVSCount)
    /// A unit so many times: `CAG[10]`.
    case repeated(String, HGVSCount)
    /// A stretch of a sequence, of the name's own where the reference is nil; `isInverted` is told by `inv` behind it.
    case place(HGVSReference?, HGVSVariant.Kind?, HGVSLocation, isInverted: Bool)

    /// The bases of parts that all are given; nil otherwise, and for more than `limit` of them.
    static func bases(_ parts: [HGVSInsert], limit: Int = 1 << 24) -> String? {
        var text = ""
        for part in parts {
            switch part {
            case .bases(let bases): text += bases
            case .repeated(let unit, .exactly(let count)):
                let (length, isTooLong) = unit.utf8.count.multipliedReportingOverflow(by: count)
                guard !isTooLong, length <= limit else { return nil }
                text += String(repeating: unit, count: count)
            case .unknown, .repeated, .place: return nil
            }
            if text.utf8.count > limit { return nil }
        }
        return text
    }
}
