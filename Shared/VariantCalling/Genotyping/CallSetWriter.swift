import Genomics

/// Writes called sites as a VCF 4.3 file, compressed by bgzf and indexed.
///
/// The same calls give the same bytes.
public struct CallSetWriter: ~Copyable {
    private var writer: VCFWriter

    /// Begins the file of a sample.
    public init(path: String, sample: String, contigs: [Contig]) throws(GenomicsError) {
        writer = try VCFWriter(path: path, header: Self.header(sample: sample, contigs: contigs))
    }

    /// The suffix of the index: `.tbi` or `.csi`.
    public var indexSuffix: String { writer.indexSuffix }

    /// Appends a call; calls come in the order of contigs and positions.
    public mutating func write(_ call: SiteCall) throws(GenomicsError) { try writer.write(call.variant) }

    /// Appends a call that was read from a file of this writer.
    public mutating func write(_ variant: Variant) throws(GenomicsError) { try writer.write(variant) }

    /// Closes the file and writes its index beside it.
    public mutating func finish() throws(GenomicsError) { try writer.finish() }

    private static func header(sample: String, contigs: [Contig]) -> VCFHeader {
        typealias Definition = VCFHeader.Definition
        return VCFHeader(
            contigs: contigs, sample: sample, source: "Helicase",
            filters: [
                Definition(filter: SiteCall.lowQuality, "QUAL below \(Int(Genotyper.minimumQuality))"),
                Definition(filter: SiteCall.lowDepth, "Fewer than \(Genotyper.minimumDepth) reads cover the site"),
            ],
            info: [
                Definition("DP", number: "1", type: "Integer", "Reads that cover the site"),
                Definition("MQ", number: "1", type: "Float", "Root mean square mapping quality of these reads"),
                Definition(
                    "SB", number: "4", type: "Integer",
                    "Reads that show the reference forward and reverse, a called alternate allele forward and reverse"),
            ],
            formats: [
                Definition("GT", number: "1", type: "String", "Genotype"),
                Definition("GQ", number: "1", type: "Integer", "Phred-scaled probability that the genotype is wrong"),
                Definition("DP", number: "1", type: "Integer", "Reads that cover the site"),
                Definition("AD", number: "R", type: "Integer", "Reads that show each allele"),
                Definition("PL", number: "G", type: "Integer", "Phred-scaled genotype likelihoods, the best 0"),
            ])
    }
}

extension SiteCall {
    /// The call as a record of a VCF.
    var variant: Variant {
        func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ",") }
        var variant = Variant(
            contig: contig, position: position, reference: reference, alternates: alternates, quality: quality,
            filters: filters.isEmpty ? ["PASS"] : filters)
        variant.info = [.init("DP", String(depth))]
        if let mappingQuality { variant.info.append(.init("MQ", "\(mappingQuality)")) }
        variant.info.append(.init("SB", list(strandCounts)))
        variant.genotype = Genotype(genotype.map { $0 })
        variant.sampleFields = [
            .init("GQ", String(genotypeQuality)), .init("DP", String(depth)), .init("AD", list(alleleDepths)),
            .init("PL", list(likelihoods)),
        ]
        return variant
    }
}
