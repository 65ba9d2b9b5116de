import Genomics

/// Writes called sites as a VCF 4.3 file, compressed by bgzf and indexed.
///
/// The same calls give the same bytes.
public struct CallSetWriter: ~Copyable {
    private var writer: VCFWriter

    /// What a file holds.
    public enum Content: Sendable, Hashable {
        /// Sites with an alternate allele.
        case calls
        /// Blocks of the reference as well (``GVCFRecords``).
        case gvcf
        /// Also what became of the sites of a panel (``SiteAnswer``).
        case panel
        /// Sites as they are called while reads still come.
        case interim
    }

    /// Begins the file of a sample.
    public init(
        path: String, sample: String, contigs: [Contig], origin: CallSetOrigin, content: Content = .calls
    ) throws(GenomicsError) {
        writer = try VCFWriter(
            path: path, header: Self.header(sample: sample, contigs: contigs, origin: origin, content: content))
    }

    /// The suffix of the index: `.tbi` or `.csi`.
    public var indexSuffix: String { writer.indexSuffix }

    /// Appends a call; calls come in the order of contigs and positions.
    public mutating func write(_ call: SiteCall) throws(GenomicsError) { try writer.write(call.variant) }

    /// Appends a call that was read from a file of this writer.
    public mutating func write(_ variant: Variant) throws(GenomicsError) { try writer.write(variant) }

    /// Closes the file and writes its index beside it.
    public mutating func finish() throws(GenomicsError) { try writer.finish() }

    private static func header(
        sample: String, contigs: [Contig], origin: CallSetOrigin, content: Content
    ) -> VCFHeader {
        typealias Definition = VCFHeader.Definition
        var header = VCFHeader(
            contigs: contigs, sample: sample, source: "Helicase \(origin.version)",
            filters: [
                Definition(filter: SiteCall.lowQuality, "QUAL below \(Int(Genotyper.minimumQuality))"),
                Definition(
                    filter: SiteCall.lowDepth,
                    "Fewer than \(Genotyper.minimumDepth) fragments cover the site; of a panel's, fewer than "
                        + "\(SiteAnswer.leastReads) cover it or show an allele"),
                Definition(filter: SiteCall.mixed, "Reads of a single chromosome show several alleles"),
            ],
            info: [
                Definition(
                    "DP", number: "1", type: "Integer",
                    "Fragments that cover the site, of those that are counted: a fragment once, and of deep sites a part"
                ),
                Definition("MQ", number: "1", type: "Float", "Root mean square mapping quality of these fragments"),
                Definition(
                    "SB", number: "4", type: "Integer",
                    "Fragments that show the reference forward and reverse, a called alternate allele forward and reverse"
                ),
            ],
            formats: [
                Definition("GT", number: "1", type: "String", "Genotype"),
                Definition("GQ", number: "1", type: "Integer", "Phred-scaled probability that the genotype is wrong"),
                Definition(
                    "DP", number: "1", type: "Integer", "Fragments that cover the site, of those that are counted"),
                Definition(
                    "AD", number: "R", type: "Integer", "Fragments that show each allele, of those that are counted"),
                Definition("PL", number: "G", type: "Integer", "Phred-scaled genotype likelihoods, the best 0"),
                Definition(
                    "PS", number: "1", type: "Integer",
                    "POS of the first site of the block in which reads tell the phase"),
            ], metadata: origin.metadata)
        if contigs.contains(where: { MitochondrialContig($0) != nil }) { header.addMixtures() }
        if content == .gvcf {
            header.alternates = [Definition(filter: "NON_REF", "Any allele that is not named")]
            header.info.append(Definition("END", number: "1", type: "Integer", "The last position of the block"))
            header.formats.append(Definition("MIN_DP", number: "1", type: "Integer", "The least depth in the block"))
        }
        if content == .panel {
            header.filters += [
                Definition(
                    filter: SiteAnswer.lowMappingQuality,
                    "A site of the panel where most reads could lie elsewhere as well"),
                Definition(filter: SiteAnswer.outsideRegions, "A site of the panel outside of the regions"),
                Definition(
                    filter: SiteAnswer.noChromosome,
                    "A site of the panel on a chromosome that the sample does not have"),
            ]
            header.info.append(
                Definition(
                    SiteAnswer.key, number: "1", type: "String",
                    "What became of a site of the panel: "
                        + SiteAnswer.Reason.allCases.map(\.rawValue).joined(separator: ", ")))
        }
        if content == .interim {
            header.info.append(
                Definition(
                    SiteCall.interimKey, number: "1", type: "String",
                    "The reads of the sample are not complete: \(SiteCall.Prospect.stable.rawValue), further reads will hardly "
                        + "change the site, or \(SiteCall.Prospect.open.rawValue), they may"))
        }
        return header
    }
}

extension SiteCall {
    /// The call as a record of a VCF.
    public var variant: Variant {
        func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ",") }
        var variant = Variant(
            contig: contig, position: position, reference: reference, alternates: alternates, quality: quality,
            filters: filters.isEmpty ? ["PASS"] : filters)
        variant.info = [.init("DP", String(depth))]
        if let mappingQuality { variant.info.append(.init("MQ", "\(mappingQuality)")) }
        variant.info.append(.init("SB", list(strandCounts)))
        if let answer { variant.info.append(.init(SiteAnswer.key, answer.rawValue)) }
        variant.genotype = Genotype(
            isLastAlleleFirst == true ? genotype.reversed() : genotype.map { $0 }, isPhased: phaseSet != nil)
        variant.sampleFields = [
            .init("GQ", String(genotypeQuality)), .init("DP", String(depth)), .init("AD", list(alleleDepths)),
            .init("PL", list(likelihoods)),
        ]
        if let fractions {
            func field(_ key: String, _ value: (AlleleFraction) -> Double) -> Variant.Field {
                // `<NON_REF>` of a gVCF has none.
                let values = alternates.indices.map { $0 < fractions.count ? "\(value(fractions[$0]))" : "." }
                return .init(key, values.joined(separator: ","))
            }
            variant.sampleFields += [field("AF", \.share), field("CILOW", \.low), field("CIUP", \.high)]
        }
        if let phaseSet { variant.sampleFields.append(.init("PS", String(phaseSet))) }
        return variant
    }
}
