/// The mitochondrion among the contigs of a reference.
///
/// A cell has hundreds of its circular molecules, and they need not be alike: a person has an allele on some share of them.
public struct MitochondrialContig: Sendable, Hashable {
    /// Its place in the reference.
    public let contig: Contig

    /// `MT` in GRCh37, GRCh38 and Ensembl, `chrM` in UCSC's hg19 and hg38 and in analysis sets, `M` and `chrMT` elsewhere.
    private static let names: Set<String> = ["MT", "chrM", "M", "chrMT"]

    /// The length of the revised Cambridge Reference Sequence, NC_012920.1, which GRCh37's MT and hg38's chrM are.
    ///
    /// hg19's chrM (NC_001807.4) has 16,571 bases and other positions.
    private static let rCRSLength = 16_569

    /// Stretches of rCRS, counted from 1, in which the length of a repeat differs between molecules and between the reads of one: the C
    /// stretch of HVS-II, the CA repeat of HVS-III, the C stretch of HVS-I, and the bases at their ends where reads are aligned wrongly.
    ///
    /// Bendall and Sykes 1995, Am J Hum Genet 57:248 (HVS-I); Stewart et al. 2001, J Forensic Sci 46:862 (HVS-II); Chung et al. 2005, Int J
    /// Legal Med 119:50 (HVS-III); the ends are those of GATK's `blacklist_sites.hg38.chrM.bed`: 301, 302, 310, 316, 3107 and 16182.
    private static let tracts: [ClosedRange<Int>] = [301...316, 513...525, 16_182...16_193]

    /// Whether a contig's name is one of the mitochondrion's.
    public static func isNamed(_ contig: String) -> Bool { names.contains(contig) }

    /// The mitochondrion; nil for every other contig.
    public init?(_ contig: Contig) {
        guard Self.isNamed(contig.name) else { return nil }
        self.contig = contig
    }

    /// Whether it has the length of rCRS, for whose positions something is known.
    public var isRCRS: Bool { contig.length == Self.rCRSLength }

    /// Whether 0-based positions touch a stretch whose length is often misread; false on sequences other than rCRS.
    public func isArtefactProne(_ positions: Range<Int>) -> Bool {
        isRCRS
            && Self.tracts.contains { $0.lowerBound - 1 < positions.upperBound && positions.lowerBound < $0.upperBound }
    }
}
