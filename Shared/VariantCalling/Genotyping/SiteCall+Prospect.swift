extension SiteCall {
    /// What further reads of the sample will make of a call.
    public enum Prospect: String, Sendable, CaseIterable {
        /// They will hardly change it.
        case stable
        /// They may change its genotype or its alleles, or take it back.
        case open
    }

    /// The key of ``Prospect`` in INFO.
    public static let interimKey = "INTERIM"

    /// How sure the genotype of a stable site is, in Phred: of substitutions, and of what changes lengths.
    private static let sureness = (substitution: 25, length: 40)
    /// The fragments that cover a stable site.
    private static let leastDepth = 8

    /// What further reads will make of it, as far as its qualities tell.
    ///
    /// What a few reads more can still turn is shallow, or a repeat of which few reads tell the length. The bounds were chosen on
    /// parts of the reads of HG002 35x, NA12878 52x and a simulated 30x; `Tests/Benchmarks/interim` says how many of the calls stand.
    public var prospect: Prospect {
        let sureness = isSNV ? Self.sureness.substitution : Self.sureness.length
        let isSure = genotypeQuality >= sureness && quality >= Double(sureness) && depth >= Self.leastDepth
        return isPassed && isSure ? .stable : .open
    }
}
