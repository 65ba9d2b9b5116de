/// One sample's variants of a VCF file, held against the reference they are used with.
public struct VariantSet: Sendable {
    /// The variants in the order of the file.
    public let variants: [Variant]
    /// The sample whose genotypes they have; nil for a file of sites.
    public let sample: String?
    /// The number of each variant's record in the file, counted from 1.
    public let recordNumbers: [Int]
    /// What is worth a word about the file.
    public let remarks: [String]

    /// So many records are compared with the reference's bases.
    private static let compared = 1_000
    private static let leastShare = 0.9

    /// Reads a file.
    ///
    /// Throws for several samples of which none is chosen (`option` names the option that does), for contigs none of which
    /// the reference has, for a byte order mark, and for alleles that are not the reference's bases. A record on a contig that
    /// the reference lacks is left out with a remark, or throws where `refusesForeign`. What a comparison does not
    /// need is dropped: ID, INFO, and the sample's fields but GQ.
    public init(
        path: String, sample: String?, option: String, reference: ReferenceGenome, refusesForeign: Bool = false
    ) throws(GenomicsError) {
        var reader = try VCFReader(path: path, sample: sample)
        if sample == nil, reader.samples.count > 1 {
            throw GenomicsError(
                .sampleMismatch,
                "the file holds several samples, \(reader.samples.prefix(10).joined(separator: ", "))"
                    + "\(reader.samples.count > 10 ? ", …" : ""); choose one with \(option)", file: path,
                field: "#CHROM")
        }
        var variants: [Variant] = []
        var recordNumbers: [Int] = []
        var foreign: (contig: String, count: Int)?
        var (equal, compared) = (0, 0)
        var different: (variant: Variant, record: Int)?
        while var variant = try reader.next() {
            guard let index = reference.index(of: variant.contig) else {
                foreign = (foreign?.contig ?? variant.contig, (foreign?.count ?? 0) + 1)
                continue
            }
            variant.id = nil
            variant.info = []
            if variant.isPassing { variant.filters = [] }
            variant.sampleFields.removeAll { $0.key != "GQ" }
            variants.append(variant)
            recordNumbers.append(reader.recordNumber)
            let range = variant.referenceRange
            guard compared < Self.compared, range.lowerBound >= 0,
                range.upperBound <= reference.contigs[index].length
            else { continue }
            compared += 1
            if Self.agree(Array(variant.reference.utf8), try reference.bases(contig: index, range)) {
                equal += 1
            } else if different == nil {
                different = (variant, reader.recordNumber)
            }
        }
        if let foreign, variants.isEmpty || refusesForeign {
            throw GenomicsError(
                .referenceMismatch, ContigNaming.refusal(foreign.contig, reference: reference), file: path,
                field: "#CHROM")
        }
        if let different, Double(equal) < Self.leastShare * Double(compared) {
            throw GenomicsError(
                .referenceMismatch,
                "REF of \(different.variant.contig):\(different.variant.position) and of \(compared - equal - 1) more of "
                    + "\(compared) records is not what \(reference.path) has there: the file is of another reference",
                file: path, record: different.record, field: "REF")
        }
        self.variants = variants
        self.recordNumbers = recordNumbers
        self.sample = sample ?? reader.samples.first
        if let (contig, count) = foreign {
            let (lie, are) = count == 1 ? ("record lies", "is") : ("records lie", "are")
            remarks = [
                "\(path): \(count) \(lie) on contigs that \(reference.path) lacks, first \(contig), and \(are) left out"
            ]
        } else {
            remarks = []
        }
    }

    /// Whether an allele is the reference's, an ambiguous base on either side agreeing with all.
    private static func agree(_ allele: [UInt8], _ bases: [UInt8]) -> Bool {
        allele.count == bases.count
            && zip(allele, bases).allSatisfy { BaseCode.nibble(ofASCII: $0) & BaseCode.nibble(ofASCII: $1) != 0 }
    }
}
