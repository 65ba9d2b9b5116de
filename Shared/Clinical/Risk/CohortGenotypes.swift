import Genomics

/// The genotypes of a cohort at sites of two alleles, two bits each: (people / 4) bytes a site.
public struct CohortGenotypes: Sendable {
    /// A site.
    public struct Site: Sendable, Hashable {
        /// The chromosome without `chr`.
        public var contig: String
        /// The 1-based position.
        public var position: Int
        /// REF.
        public var reference: String
        /// The one ALT.
        public var alternate: String
    }

    /// Why records were passed over.
    public struct Skipped: Sendable, Hashable {
        /// On X, Y, or the mitochondrion.
        public var notAutosomal = 0
        /// Without an alternate, or with several.
        public var notBiallelic = 0
        /// Of a site that was there already.
        public var repeated = 0
        /// With too few called samples, or too rare an allele.
        public var uninformative = 0
    }

    /// The samples.
    public let samples: [String]
    /// The sites that were kept.
    public private(set) var sites: [Site] = []
    /// What was passed over.
    public private(set) var skipped = Skipped()
    /// The codes, a site after the other, each beginning with a byte of its own: 0, 1, 2 copies of ALT, or 3 for a missing genotype.
    private var codes: [UInt8] = []
    private let stride: Int

    static let missingCode: UInt8 = 3

    /// Reads the autosomal sites of two alleles of a file.
    ///
    /// Sites are kept at which a share of `callRate` of the samples is called and each allele has a frequency of `frequency` or more. A
    /// haploid genotype counts for two copies.
    public init(path: String, callRate: Double = 0, frequency: Double = 0) throws(GenomicsError) {
        try self.init(path: path) { copies, called, samples in
            let share = called == 0 ? 0 : Double(copies) / Double(2 * called)
            return called > 0 && Double(called) >= callRate * Double(samples) && min(share, 1 - share) >= frequency
        }
    }

    /// Reads those of a file's sites that are among others, REF and ALT perhaps exchanged.
    public init(path: String, sites: [Site]) throws(GenomicsError) {
        try self.init(path: path, among: Set(sites)) { _, called, _ in called > 0 }
    }

    /// Reads the sites of which `isKept` says so, by their copies of ALT, called samples, and samples.
    init(
        path: String, among others: Set<Site>? = nil, isKept: (_ copies: Int, _ called: Int, _ samples: Int) -> Bool
    ) throws(GenomicsError) {
        var reader = try GenotypeReader(path: path)
        samples = reader.samples
        stride = (samples.count + 3) / 4
        var row = GenotypeRow()
        var seen: Set<Site> = []
        while try reader.next(&row) {
            let contig = GenomeBuild.plain(row.contig)
            guard SexChromosome(contig) == nil, contig != "MT" else {
                skipped.notAutosomal += 1
                continue
            }
            guard row.alternates.count == 1, row.alternates[0] != "*", !row.alternates[0].hasPrefix("<") else {
                skipped.notBiallelic += 1
                continue
            }
            let site = Site(
                contig: contig, position: row.position, reference: row.reference, alternate: row.alternates[0])
            if let others, !others.contains(site) {
                var turned = site
                swap(&turned.reference, &turned.alternate)
                guard others.contains(turned) else { continue }
            }
            let start = codes.count
            codes.append(contentsOf: repeatElement(0, count: stride))
            var (copies, called) = (0, 0)
            for sample in samples.indices {
                var code = Self.missingCode
                if let number = row.copies(of: 1, sample: sample) {
                    code = UInt8(number)
                    copies += number
                    called += 1
                }
                codes[start + sample >> 2] |= code << (2 * UInt8(sample & 3))
            }
            let isNew = seen.insert(site).inserted
            guard isNew, isKept(copies, called, samples.count) else {
                codes.removeLast(stride)
                if isNew { skipped.uninformative += 1 } else { skipped.repeated += 1 }
                continue
            }
            sites.append(site)
        }
    }

    /// The code of a sample at a site.
    func code(site: Int, sample: Int) -> UInt8 { codes[site * stride + sample >> 2] >> (2 * UInt8(sample & 3)) & 3 }

    /// The frequency of ALT among the called samples; nil where none is.
    func frequency(site: Int) -> Double? {
        var (copies, called) = (0, 0)
        for sample in samples.indices {
            let code = code(site: site, sample: sample)
            if code == Self.missingCode { continue }
            copies += Int(code)
            called += 1
        }
        return called == 0 ? nil : Double(copies) / Double(2 * called)
    }
}
