import Genomics

/// Phased haplotypes of people at biallelic sites.
public struct HaplotypePanel: Sendable {
    /// One biallelic site.
    public struct Site: Sendable, Hashable {
        /// CHROM.
        public var contig: String
        /// The 1-based POS.
        public var position: Int
        /// ID, `.` for none.
        public var identifier: String
        /// REF.
        public var reference: String
        /// ALT.
        public var alternate: String
    }

    /// What of a file is not in the panel, and why.
    public struct LeftOut: Sendable, Hashable, Codable {
        /// Records with several alternates, none, or a symbolic one.
        public var notBiallelic = 0
        /// Records in which a genotype is missing or haploid.
        public var incomplete = 0
    }

    /// The people.
    public let samples: [String]
    /// The contigs of the header.
    public let contigs: [Contig]
    /// The sites, in the file's order.
    public internal(set) var sites: [Site]
    /// A row a site, set where a haplotype has ALT; haplotypes 2i and 2i + 1 are person i's.
    public internal(set) var alleles: BitMatrix
    /// What the file has beyond that.
    public internal(set) var leftOut = LeftOut()

    /// Reads a VCF file, plain or compressed.
    ///
    /// - Throws: `GenomicsError` with the record for a genotype that is not phased (there is no haplotype to learn), or of more than two alleles; for a file
    ///   without two people or without sites.
    public init(path: String) throws(GenomicsError) {
        let header = try GenotypeReader(path: path)
        (samples, contigs) = (header.samples, header.contigs)
        sites = []
        alleles = BitMatrix(rows: 0, columns: samples.count * 2)
        var lines = try BGZFLines(path: path)
        var record = 0
        while let line = try lines.next() {
            guard line.first != UInt8(ascii: "#"), !line.isEmpty else { continue }
            record += 1
            try add(line, path: path, record: record)
        }
        guard samples.count >= 2, !sites.isEmpty else {
            throw GenomicsError(
                .unsupported,
                "has \(samples.count) samples and \(sites.count) biallelic phased sites: too few to learn from",
                file: path)
        }
    }

    /// A panel of what is there already.
    init(samples: [String], contigs: [Contig], sites: [Site], alleles: BitMatrix) {
        (self.samples, self.contigs, self.sites, self.alleles) = (samples, contigs, sites, alleles)
    }

    private mutating func add(_ line: ArraySlice<UInt8>, path: String, record: Int) throws(GenomicsError) {
        func refused(_ message: String, _ field: String) -> GenomicsError {
            GenomicsError(.malformed, message, file: path, record: record, field: field)
        }
        let columns = line.split(separator: 0x09, omittingEmptySubsequences: false)
        guard columns.count == 9 + samples.count else {
            throw refused("the record has \(columns.count) columns instead of \(9 + samples.count)", "line")
        }
        func text(_ column: Int) -> String { String(decoding: columns[column], as: UTF8.self) }
        guard let position = Int(text(1)), position > 0 else { throw refused("\"\(text(1))\" is no position", "POS") }
        let (reference, alternate) = (text(3).uppercased(), text(4).uppercased())
        guard alternate.utf8.allSatisfy({ (0x41...0x5a).contains($0) }), !alternate.isEmpty else {
            leftOut.notBiallelic += 1
            return
        }
        guard columns[8].starts(with: "GT".utf8) else { throw refused("GT is not the first key", "FORMAT") }
        var carriers: [Int] = []
        for (sample, column) in columns[9...].enumerated() {
            let genotype = column.prefix { $0 != 0x3a }
            let first = genotype.startIndex
            guard genotype.count == 3, genotype[first] != 0x2e, genotype[first + 2] != 0x2e else {
                guard genotype.count <= 3 else { throw refused("\(samples[sample]) has no diploid genotype", "GT") }
                leftOut.incomplete += 1
                return
            }
            guard genotype[first + 1] == 0x7c || genotype[first] == genotype[first + 2] else {
                throw refused("\(samples[sample])'s genotype is not phased: phase the panel first", "GT")
            }
            for strand in 0..<2 {
                switch genotype[first + 2 * strand] {
                case 0x30: break
                case 0x31: carriers.append(2 * sample + strand)
                default: throw refused("\(samples[sample])'s genotype names no allele of REF and ALT", "GT")
                }
            }
        }
        sites.append(
            Site(
                contig: text(0), position: position, identifier: text(2), reference: reference, alternate: alternate))
        alleles.appendRow()
        for carrier in carriers { alleles[sites.count - 1, carrier] = true }
    }

    /// The same sites of some of the people.
    public func selecting(people: [Int]) -> HaplotypePanel {
        var other = HaplotypePanel(
            samples: people.map { samples[$0] }, contigs: contigs, sites: sites,
            alleles: alleles.selecting(columns: people.flatMap { [2 * $0, 2 * $0 + 1] }))
        other.leftOut = leftOut
        return other
    }

    /// Some of the sites of the same people.
    public func selecting(sites places: [Int]) -> HaplotypePanel {
        var other = HaplotypePanel(
            samples: samples, contigs: contigs, sites: places.map { sites[$0] },
            alleles: alleles.selecting(rows: places))
        other.leftOut = leftOut
        return other
    }

    /// The frequency of ALT at a site.
    public func frequency(_ site: Int) -> Double { Double(alleles.count(site)) / Double(alleles.columns) }
}
