import Genomics

/// What a VCF says of one sample at the loci of genes' definitions.
///
/// A locus has a call only where the file says so: by a record with a genotype, or by a block of a gVCF. A place that the file does
/// not mention is missing, whatever the reference has there.
public struct SampleEvidence: Sendable {
    /// The sample's name.
    public var sample: String
    /// The evidence of each gene's loci, in the order of its definition.
    public var genes: [String: [LocusEvidence]]
    /// What a reader should know of the file, in sentences.
    public var remarks: [String]

    /// Reads a file of a sample, the first if none is named; `reference` moves insertions and deletions to the left first.
    ///
    /// Memory is flat in the size of the file. Throws where the file cannot be read, has no sample, is of another assembly (by its contigs'
    /// lengths or its REF), or a record is damaged.
    public init(
        path: String, sample: String?, definitions: [GeneDefinition],
        thresholds: EvidenceThresholds = EvidenceThresholds(),
        reference: ReferenceGenome? = nil
    ) throws(GenomicsError) {
        var reader = try VCFReader(path: path, sample: sample)
        guard let chosen = sample ?? reader.samples.first else {
            throw GenomicsError(
                .sampleMismatch, "the file holds no sample, so no genotypes", file: path, field: "#CHROM")
        }
        self.sample = chosen
        remarks = []
        if sample == nil, reader.samples.count > 1 {
            remarks.append(
                "the file holds \(reader.samples.count) samples; \(chosen), the first, was taken (--sample names another)"
            )
        }
        for contig in reader.contigs { try HumanAssembly.check(contig, file: path) }

        let loci = LocusIndex(definitions)
        let stretches = loci.stretches(furthest: SequenceEdit.furthest)
        var collector = EvidenceCollector(loci: loci, thresholds: thresholds, hasReference: reference != nil)
        var renamed: Set<String> = []
        while let record = try reader.next(in: stretches) {
            guard let contig = loci.contig(of: record.contig) else { continue }
            if contig != record.contig, renamed.insert(contig).inserted {
                remarks.append("contig \(record.contig) was taken for \(contig)")
            }
            do {
                let window = try reference.map { genome throws(GenomicsError) in
                    try Self.window(genome, record, contig: contig, definitions: definitions)
                }
                try collector.add(record, contig: contig, window: window ?? nil)
            } catch {
                throw GenomicsError(
                    error.code, error.message, file: path, record: reader.recordNumber, field: error.field)
            }
        }
        if collector.differing >= 3, 2 * collector.differing > collector.compared {
            throw GenomicsError(
                .referenceMismatch,
                "REF differs from GRCh38 at \(collector.differing) of \(collector.compared) loci, such as "
                    + "\(collector.firstDifference ?? ""); use calls on GRCh38", file: path, field: "REF")
        }
        genes = collector.evidence()
    }

    /// The reference around an insertion or a deletion, under whichever name it has the contig; nil for other records.
    private static func window(
        _ genome: ReferenceGenome, _ record: Variant, contig: String, definitions: [GeneDefinition]
    ) throws(GenomicsError) -> ReferenceWindow? {
        guard record.alternates.contains(where: { $0.utf8.count != record.reference.utf8.count }) else { return nil }
        let names =
            [record.contig, contig, String(contig.dropFirst(3))]
            + definitions.filter { $0.contig == contig }.map(\.accession)
        guard let name = names.first(where: { genome.index(of: $0) != nil }) else {
            throw GenomicsError(.referenceMismatch, ContigNaming.refusal(contig, reference: genome), field: "#CHROM")
        }
        let range = record.referenceRange
        return try genome.window(
            name,
            max(0, range.lowerBound - SequenceEdit.furthest - 1)..<max(1, range.upperBound + SequenceEdit.furthest))
    }
}

/// The loci of all genes by their place.
struct LocusIndex {
    struct Entry {
        var gene: Int
        var locus: Int
    }

    let definitions: [GeneDefinition]
    private var byContig: [String: [Entry]] = [:]
    private var names: [String: String] = [:]
    /// The longest REF of a locus.
    private var longest = 1

    init(_ definitions: [GeneDefinition]) {
        self.definitions = definitions
        for (gene, definition) in definitions.enumerated() {
            byContig[definition.contig, default: []] += definition.loci.indices.map { Entry(gene: gene, locus: $0) }
            names[definition.contig] = definition.contig
            if definition.contig.hasPrefix("chr") { names[String(definition.contig.dropFirst(3))] = definition.contig }
            names[definition.accession] = definition.contig
            longest = max(longest, definition.loci.map(\.range.count).max() ?? 1)
        }
        for contig in byContig.keys {
            byContig[contig]?.sort {
                definitions[$0.gene].loci[$0.locus].position < definitions[$1.gene].loci[$1.locus].position
            }
        }
    }

    /// The definitions' name of a file's contig: `10`, `chr10` and `NC_000010.11` are one.
    func contig(of name: String) -> String? { names[name] }

    func locus(_ entry: Entry) -> AlleleLocus { definitions[entry.gene].loci[entry.locus] }

    /// Where records matter, by each name that a file may use: the loci, and behind insertions and deletions as far as such may slide.
    func stretches(furthest: Int) -> GenomeStretches {
        GenomeStretches(
            names.mapValues { contig in
                (byContig[contig] ?? []).map { entry in
                    let locus = locus(entry)
                    return locus.range.lowerBound..<(locus.range.upperBound + (locus.isIndel ? furthest : 0))
                }
            })
    }

    /// The loci of a contig whose REF overlaps a stretch.
    func entries(_ contig: String, overlapping range: Range<Int>) -> [Entry] {
        guard let entries = byContig[contig] else { return [] }
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if locus(entries[middle]).range.lowerBound < range.lowerBound - longest {
                low = middle + 1
            } else {
                high = middle
            }
        }
        var found: [Entry] = []
        while low < entries.count, locus(entries[low]).range.lowerBound < range.upperBound {
            if locus(entries[low]).range.overlaps(range) { found.append(entries[low]) }
            low += 1
        }
        return found
    }
}

/// The lengths of GRCh38's chromosomes that hold the genes, by which another assembly is recognised.
enum HumanAssembly {
    /// Genome Reference Consortium, GRCh38 (GCA_000001405).
    private static let lengths: [String: Int] = [
        "1": 248_956_422, "2": 242_193_529, "3": 198_295_559, "4": 190_214_555, "5": 181_538_259, "6": 170_805_979,
        "7": 159_345_973, "8": 145_138_636, "9": 138_394_717, "10": 133_797_422, "11": 135_086_622, "12": 133_275_309,
        "13": 114_364_328, "14": 107_043_718, "15": 101_991_189, "16": 90_338_345, "17": 83_257_441, "18": 80_373_285,
        "19": 58_617_616, "20": 64_444_167, "21": 46_709_983, "22": 50_818_468, "X": 156_040_895,
    ]

    /// Throws for a chromosome of another length; one whose length is not given passes.
    static func check(_ contig: Contig, file: String) throws(GenomicsError) {
        let name = contig.name.hasPrefix("chr") ? String(contig.name.dropFirst(3)) : contig.name
        guard let length = lengths[name], contig.length > 0, contig.length != length else { return }
        throw GenomicsError(
            .referenceMismatch,
            "\(contig.name) has \(contig.length) bases, in GRCh38 \(length); allele definitions are on GRCh38, so call or lift the variants there",
            file: file, field: "##contig")
    }
}
