import Genomics

/// The variants of an annotated file that may explain a disease, by gene.
///
/// Memory is that of the variants that are kept: those in genes that are asked for whose class is uncertain or worse.
public struct CalledVariants: VariantEvidence {
    /// What became of the person's alleles.
    public struct Counts: Sendable, Hashable, Codable {
        /// Alleles that the person has.
        public var alleles = 0
        /// Left out, for a filter rejects them.
        public var filtered = 0
        /// Left out, for the genotype's quality is below 20.
        public var doubtful = 0
        /// Left out, for they are benign, or touch no gene that was asked for.
        public var untelling = 0
        /// Kept; one that touches several genes counts once.
        public var kept = 0
    }

    /// What became of the person's alleles.
    public private(set) var counts = Counts()
    /// The sample whose alleles they are; nil where no file was read.
    public private(set) var sample: String?
    /// Relatives of the case whose genotypes are in the file, by their names.
    public private(set) var relatives: [String] = []
    private var ofGene: [String: [GeneVariant]]

    private static let leastQuality = 20

    /// Variants that are known already.
    public init(_ variants: [String: [GeneVariant]]) { ofGene = variants }

    /// Reads the alleles of a person from a file that `helicase annotate` made, and those of the relatives in the same file.
    ///
    /// `classify` says the class of an allele for a gene, with the consequence on that gene's transcript; nil leaves it out. `genes` are those
    /// that matter, nil for all. Throws as ``AnnotatedVCF`` does.
    public init(
        path: String, options: AnnotatedVCF.Options, family: [FamilyMember] = [], genes: Set<String>? = nil,
        classify: (AnnotatedAllele, TranscriptConsequence) throws -> GeneVariant.Class?
    ) throws {
        self.init([:])
        var file = try AnnotatedVCF(path: path, options: options)
        guard let sample = file.sample else {
            throw GenomicsError(
                .sampleMismatch, "the file has no genotypes, and a diagnosis is of a person: take a file with a sample",
                file: path, field: "#CHROM")
        }
        self.sample = sample
        let lengths = Dictionary(file.contigs.map { ($0.name, $0.length) }) { first, _ in first }
        var kept: [(gene: String, allele: RelativeGenotypes.Key, variant: GeneVariant)] = []
        while let allele = try file.next() {
            counts.alleles += 1
            guard let call = allele.call else { continue }
            guard call.filters.isEmpty else {
                counts.filtered += 1
                continue
            }
            guard call.quality ?? Self.leastQuality >= Self.leastQuality else {
                counts.doubtful += 1
                continue
            }
            var isKept = false
            for consequence in allele.consequencesOfGenes where genes?.contains(consequence.gene) ?? true {
                guard let kind = try classify(allele, consequence), kind.weight > 0 else { continue }
                isKept = true
                let variant = GeneVariant(
                    allele, call, class: kind, consequence: consequence, contigLength: lengths[allele.contig] ?? 0)
                kept.append((consequence.gene, RelativeGenotypes.Key(allele), variant))
            }
            if isKept { counts.kept += 1 } else { counts.untelling += 1 }
        }
        let genotypes =
            family.isEmpty
            ? nil
            : try RelativeGenotypes(
                path: path, family: family.filter { $0.name != sample }, alleles: Set(kept.map(\.allele)))
        relatives = genotypes?.seen.map(\.name) ?? []
        for (gene, allele, variant) in kept {
            var variant = variant
            variant.relatives = genotypes?.calls[allele]
            ofGene[gene, default: []].append(variant)
        }
    }

    /// The variants of a gene in the order of the file.
    public func variants(ofGene gene: String) -> [GeneVariant] { ofGene[gene] ?? [] }

    /// The genes that have any, by name.
    public var genes: [String] { ofGene.keys.sorted() }
}

extension GeneVariant {
    /// A variant of a person's call; `contigLength` tells where X and Y pair, 0 where it is not known.
    public init(
        _ allele: AnnotatedAllele, _ call: AnnotatedAllele.Call, class: Class,
        consequence: TranscriptConsequence? = nil,
        contigLength: Int = 0
    ) {
        let isOnX =
            SexChromosome(allele.contig) == .x
            && !SexChromosome.isPseudoautosomal(allele.position - 1, length: contigLength)
        let words = consequence.map { [$0.codingName, $0.proteinName].compactMap { $0 } } ?? []
        self.init(
            name: words.isEmpty ? allele.name : "\(allele.name) \(words.joined(separator: " "))", class: `class`,
            zygosity: call.zygosity, phase: call.phase, isOnX: isOnX)
    }
}

extension AnnotatedAllele {
    /// For each gene one consequence, in the order in which genes come first: the chosen one, and of other genes the most severe.
    public var consequencesOfGenes: [TranscriptConsequence] {
        var rows: [TranscriptConsequence] = []
        for consequence in consequences where !consequence.gene.isEmpty {
            guard let place = rows.firstIndex(where: { $0.gene == consequence.gene }) else {
                rows.append(consequence)
                continue
            }
            if place > 0, Self.severity(consequence) > Self.severity(rows[place]) { rows[place] = consequence }
        }
        return rows
    }

    private static func severity(_ consequence: TranscriptConsequence) -> Int {
        ["MODIFIER", "LOW", "MODERATE", "HIGH"].firstIndex(of: consequence.impact) ?? 0
    }
}
