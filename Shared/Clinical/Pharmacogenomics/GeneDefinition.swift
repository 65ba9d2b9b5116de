import Foundation
import Genomics

/// The named alleles of a gene, as PharmCAT's `GENE_translation.json` defines them (format version 2).
public struct GeneDefinition: Sendable {
    /// The gene's symbol.
    public var gene: String
    /// The chromosome, `chr10`.
    public var contig: String
    /// The chromosome's RefSeq accession, another name that its contig may have.
    public var accession: String
    /// The assembly of the positions.
    public var genomeBuild: String
    /// The release of the definitions.
    public var version: String
    /// The loci by position.
    public var loci: [AlleleLocus]
    /// The alleles in the order of the file, without those that the exemptions leave out.
    public var alleles: [NamedAllele]
    /// The core allele of each suballele: `*45` of `*45.001`.
    public var cores: [String: String]
    /// What is special about the gene.
    public var exemption: GeneExemption

    /// The place of the allele that all others are compared with.
    public let reference: Int

    /// How the calls of a gene become alleles.
    enum Method {
        /// Pairs of named alleles that fit all loci.
        case pairs
        /// Each variant counts by itself: a chromosome's variants are listed, and the worst function of each chromosome decides.
        case lowestFunction
        /// Copies and hybrids of the gene decide, so calls come from a program that counts them.
        case outside
    }

    /// CPIC assigns DPYD (Henricks 2015, Amstutz 2018) and RYR1 (Gonsalves 2019) by variants; CYP2D6 has copy numbers and hybrids.
    var method: Method {
        switch gene {
        case "DPYD", "RYR1": .lowestFunction
        case "CYP2D6": .outside
        default: .pairs
        }
    }

    /// Whether a male has one copy.
    var isOnX: Bool { SexChromosome(contig) == .x }

    /// Reads a definition; throws for one whose alleles and positions do not agree, naming them.
    public init(json: Data, exemption: GeneExemption?, file: String) throws(GenomicsError) {
        let raw: Raw
        do { raw = try JSONDecoder().decode(Raw.self, from: json) } catch {
            throw GenomicsError(.malformed, "no allele definition: \(error)", file: file)
        }
        func flaw(_ message: String) -> GenomicsError {
            GenomicsError(.malformed, message, file: file, field: raw.gene)
        }
        guard raw.formatVersion == "2" else {
            throw GenomicsError(.unsupported, "format version \(raw.formatVersion); this reads version 2", file: file)
        }
        guard raw.genomeBuild.hasPrefix("GRCh38") else {
            throw GenomicsError(.unsupported, "positions of \(raw.genomeBuild); this takes GRCh38", file: file)
        }
        let unsorted = try raw.variants.map { variant throws(GenomicsError) in
            guard variant.position > 0, variant.position <= Int(Int32.max), !variant.alts.isEmpty,
                variant.alts.count < 32,
                ([variant.ref] + variant.alts).allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy("ACGT".utf8.contains) })
            else { throw flaw("the variant at \(variant.position) is not spelled in bases") }
            return AlleleLocus(
                contig: variant.chromosome, position: variant.position, rsid: variant.rsid, reference: variant.ref,
                alternates: variant.alts)
        }
        guard !unsorted.isEmpty, unsorted.allSatisfy({ $0.contig == raw.chromosome }) else {
            throw flaw("its variants are none, or on several chromosomes")
        }
        let order = unsorted.indices.sorted { unsorted[$0].position < unsorted[$1].position }
        let loci = order.map { unsorted[$0] }
        let ignored = Set(exemption?.ignoredAlleles ?? [])
        let named = raw.namedAlleles.filter { !ignored.contains($0.name) }
        guard let reference = named.firstIndex(where: \.reference), named.count(where: \.reference) == 1 else {
            throw flaw("it has not exactly one reference allele")
        }
        guard Set(named.map(\.name)).count == named.count else { throw flaw("two alleles have one name") }
        // A wobble of the reference allele counts as REF where another allele says nothing.
        let usual = zip(loci, order).map { locus, place in
            let words = named[reference].alleles
            let mask = words.indices.contains(place) ? words[place].map { locus.mask(of: $0) } ?? 1 : 1
            return mask.nonzeroBitCount == 1 ? mask : 1
        }
        var masks: [[UInt32]] = []
        for allele in named {
            guard allele.alleles.count == loci.count else {
                throw flaw("\(allele.name) has \(allele.alleles.count) entries for \(loci.count) variants")
            }
            var own: [UInt32] = []
            for (index, locus) in loci.enumerated() {
                let word = allele.alleles[order[index]]
                let mask = word.map { locus.mask(of: $0) } ?? usual[index]
                guard mask != 0 else {
                    throw flaw("\(allele.name) has \"\(word ?? "")\" at \(locus.place), which is none of its alleles")
                }
                own.append(mask)
            }
            masks.append(own)
        }
        gene = raw.gene
        contig = raw.chromosome
        accession = raw.refSeqChromosomeId
        genomeBuild = raw.genomeBuild
        version = raw.version
        self.loci = loci
        self.reference = reference
        alleles = zip(named, masks).map { allele, masks in
            NamedAllele(
                name: allele.name, isReference: allele.reference, isStructural: allele.structuralVariant, masks: masks,
                defined: order.map { allele.alleles[$0] != nil })
        }
        cores = raw.suballelesMap ?? [:]
        self.exemption = exemption ?? GeneExemption(gene: raw.gene)
    }

    /// The name that tables of phenotypes have for an allele.
    func coreName(_ name: String) -> String { cores[name] ?? name }

    private struct Raw: Decodable {
        var formatVersion: String
        var version: String
        var gene: String
        var chromosome: String
        var genomeBuild: String
        var refSeqChromosomeId: String
        var variants: [RawVariant]
        var namedAlleles: [RawAllele]
        var suballelesMap: [String: String]?
    }

    private struct RawVariant: Decodable {
        var chromosome: String
        var position: Int
        var rsid: String?
        var ref: String
        var alts: [String]
    }

    private struct RawAllele: Decodable {
        var name: String
        var alleles: [String?]
        var reference: Bool
        var structuralVariant: Bool
    }
}

/// What PharmCAT's `exemptions.json` says is special about a gene.
public struct GeneExemption: Sendable, Hashable, Decodable {
    /// The gene's symbol.
    public var gene: String
    /// Positions without which there is no call.
    public var requiredPositions: [Int] = []
    /// Alleles that are not called.
    public var ignoredAlleles: [String] = []
    /// Pairs that unphased calls cannot tell apart, and the one that is more frequent.
    public var unphasedDiplotypePriorities: [Priority] = []
    /// The alleles that every test should see: tier 1 of AMP, CAP, CPIC and others (Pratt 2018 to 2024).
    public var amp1Alleles: [String] = []

    /// Pairs of alleles with the same unphased calls.
    public struct Priority: Sendable, Hashable, Decodable {
        /// The diplotypes.
        public var list: [String]
        /// The one to take.
        public var pick: String
    }

    /// A gene without anything special.
    public init(gene: String) { self.gene = gene }
}
