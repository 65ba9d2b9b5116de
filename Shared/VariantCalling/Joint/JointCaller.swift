import Genomics

/// Calls several samples together from their gVCFs.
///
/// The files are read side by side, record by record in the order of the reference, and at each place at which a sample's record
/// names an alternate all samples are called, so memory depends on the number of samples alone. What is done there:
/// alleles in one spelling (`SiteAlleles`), likelihoods for all of them (`SampleEvidence`), frequencies and
/// genotypes (`AlleleFrequencies`, `JointGenotyper`), and with a pedigree those of families (`FamilyPosterior`).
public struct JointCaller {
    /// What a run has come to.
    public struct Summary: Sendable, Hashable, Codable {
        /// Sites with an alternate that were written.
        public var sites = 0
        /// Sites whose QUAL was too low.
        public var doubtful = 0
        /// Children's genotypes with a new allele.
        public var newAlleles = 0
        /// Sites of more alternates than are told apart.
        public var crowded = 0
    }

    /// Sites of a lower QUAL are not written.
    public var minimumQuality = 10.0
    /// The most alternates of a site; of more those that most samples seem to have are kept.
    public var mostAlternates = 6

    private let reference: ReferenceGenome
    private let inputs: [JointInput]
    private let copies: CopyNumbers
    private let genotyper: JointGenotyper
    /// What is worth a word about the inputs.
    public private(set) var remarks: [String] = []

    /// The samples' names, in the order of the files.
    public var samples: [String] { inputs.map(\.sample) }

    /// Opens the files.
    ///
    /// Throws for a file of none or several samples, for a sample that comes twice, and for contigs that the reference lacks.
    public init(gvcfs: [String], pedigree: Pedigree?, reference: ReferenceGenome)
        throws(GenomicsError)
    {
        var inputs: [JointInput] = []
        for path in gvcfs {
            let input = try JointInput(path: path, reference: reference)
            if let other = inputs.first(where: { $0.sample == input.sample }) {
                throw GenomicsError(
                    .sampleMismatch, "the sample \(input.sample) is that of \(other.path) too; rename one",
                    file: path,
                    field: "#CHROM")
            }
            inputs.append(input)
        }
        self.inputs = inputs
        self.reference = reference
        let names = inputs.map(\.sample)
        copies = CopyNumbers(samples: names, pedigree: pedigree)
        genotyper = JointGenotyper(families: pedigree.map { Family.all(in: $0, samples: names) } ?? [])
        if let pedigree {
            let strangers = names.filter { pedigree.persons[$0] == nil }
            if !strangers.isEmpty {
                remarks.append(
                    "not in the pedigree, so taken for unrelated: \(strangers.joined(separator: ", "))")
            }
            if genotyper.families.isEmpty {
                remarks.append("the pedigree relates none of the samples to each other")
            }
        }
    }

    /// Calls all samples and writes a VCF file with its index.
    public func run(output: String, source: String) throws(GenomicsError) -> Summary {
        let writer = try VCFTextWriter(
            path: output,
            header: JointHeader.text(reference: reference, samples: samples, source: source),
            longestContig: reference.contigs.map(\.length).max() ?? 0)
        var summary = Summary()
        var queue = JointQueue(inputs)
        var deletions = [[Range<Int>]](repeating: [], count: inputs.count)
        var contig = -1
        while let place = queue.next {
            if place.contig != contig {
                contig = place.contig
                deletions = deletions.map { _ in [] }
            }
            // The records with alternates that begin here, by sample.
            var beginning: [Int: [GVCFRecord]] = [:]
            while let sample = queue.pop(at: place) {
                inputs[sample].forget(before: place.position, contig: contig)
                while let next = inputs[sample].next, next.contig == contig, next.range.lowerBound == place.position {
                    if !next.isBlock { beginning[sample, default: []].append(next) }
                    try inputs[sample].take(reference)
                }
                queue.push(sample, inputs[sample])
            }
            for group in Self.groups(beginning) {
                for sample in deletions.indices {
                    deletions[sample].removeAll { $0.upperBound <= place.position }
                }
                guard
                    let record = try call(
                        group, beginning: beginning, place: place, deletions: deletions, &summary)
                else { continue }
                try writer.write(record.line)
                summary.sites += 1
                summary.newAlleles += record.site.calls.count {
                    ($0.newAllele ?? 0) >= JointRecord.newAlleleThreshold
                }
                for sample in samples.indices { deletions[sample] += record.deletions(of: sample) }
            }
        }
        try writer.finish()
        return summary
    }

    /// The records that are one site, by sample: all that begin at a place, or where one sample has several, those that exchange
    /// bases and the others apart.
    private static func groups(_ beginning: [Int: [GVCFRecord]]) -> [[Int: GVCFRecord]] {
        func first(_ isWanted: (GVCFRecord) -> Bool) -> [Int: GVCFRecord] {
            beginning.compactMapValues { $0.first(where: isWanted) }
        }
        var groups = [first { _ in true }]
        if beginning.values.contains(where: { $0.count > 1 }) {
            groups = [first(\.isExchange), first { !$0.isExchange }]
        }
        // Where no sample's reads speak for an alternate it is nobody's.
        return groups.filter { group in
            group.values.contains { $0.favoursAlternate && $0.alternates.contains { $0 != "*" } }
        }
    }

    private func call(
        _ group: [Int: GVCFRecord], beginning: [Int: [GVCFRecord]], place: JointQueue.Place,
        deletions: [[Range<Int>]],
        _ summary: inout Summary
    ) throws(GenomicsError) -> JointRecord? {
        let contig = reference.contigs[place.contig]
        let hasDeletion = deletions.contains { $0.contains { $0.contains(place.position) } }
        var alleles = try SiteAlleles(group.sorted { $0.key < $1.key }.map(\.value), hasDeletion: hasDeletion)
        let range = place.position..<(place.position + alleles.reference.utf8.count)
        let bases = try reference.bases(contig: place.contig, range)
        guard zip(bases, alleles.reference.utf8).allSatisfy({ $0 == $1 || !Nucleotide.isBase($0) })
        else {
            throw GenomicsError(
                .referenceMismatch,
                "REF at \(contig.name):\(place.position + 1) is not what \(reference.path) has there; is it another release?",
                field: "REF")
        }
        var evidence: [SampleEvidence] = []
        for sample in inputs.indices {
            evidence.append(
                self.evidence(
                    of: sample, group[sample] ?? beginning[sample]?.first, alleles, place, contig,
                    deletions[sample]))
        }
        if alleles.alternates.count > mostAlternates {
            summary.crowded += 1
            let kept = AlleleFrequencies(evidence, alleles: alleles).values.enumerated().dropFirst()
                .sorted { ($1.element, $0.offset) < ($0.element, $1.offset) }.prefix(mostAlternates).map(
                    \.offset
                ).sorted()
            evidence = evidence.map { $0.keeping([0] + kept) }
            alleles = alleles.keeping(kept)
        }
        while true {
            let site = genotyper.call(
                evidence, alleles: alleles, isKin: copies.isInherited(contig.name),
                passes: { copies.passes($0, contig, place.position, ploidy: evidence[$0].ploidy) })
            let record = JointRecord(
                contig: contig.name, position: place.position, alleles: alleles, samples: evidence,
                site: site,
                names: samples)
            // Alternates that nobody is called with go, and the others are called without them.
            let used = record.copies.enumerated().dropFirst().filter { $0.element > 0 }.map(\.offset)
            guard used.contains(where: { alleles.alternates[$0 - 1] != "*" }) else { return nil }
            if used.count == alleles.alternates.count {
                if site.quality >= minimumQuality { return record }
                summary.doubtful += 1
                return nil
            }
            evidence = evidence.map { $0.keeping([0] + used) }
            alleles = alleles.keeping(used)
        }
    }

    /// What a sample says of a site: by its record there, by a deletion that reaches over it, or by the block around it.
    private func evidence(
        of sample: Int, _ own: GVCFRecord?, _ alleles: SiteAlleles, _ place: JointQueue.Place,
        _ contig: Contig,
        _ deletions: [Range<Int>]
    ) -> SampleEvidence {
        let around = inputs[sample].active.filter {
            $0.contig == place.contig && $0.range.contains(place.position)
                && $0.range.lowerBound < place.position
        }
        let block = inputs[sample].active.last {
            $0.contig == place.contig && $0.isBlock && $0.range.contains(place.position)
        }
        let spanning = around.last { !$0.isBlock }
        let isDeleted = deletions.contains { $0.contains(place.position) }
        let covering = own ?? (isDeleted ? spanning ?? block : block ?? spanning)
        let ploidy = copies.ploidy(sample, contig, place.position) ?? covering?.ploidy ?? 2
        guard ploidy > 0, let covering else { return .nothing(ploidy: ploidy) }
        let numbers =
            own != nil
            ? alleles.numbers(in: covering)
            : covering.isBlock
                ? alleles.numbers(in: covering)
                : alleles.numbers(inSpanning: covering, position: place.position)
        return SampleEvidence(covering, numbers: numbers, ploidy: ploidy)
    }
}
