import Commands
import Foundation
import Genomics
import Interpretation
import NeuralNetwork
import VariantCalling

/// The alleles of a VCF, each with what the reads show and what the network made of it, or with the reason why not.
struct ExplainedSites {
    /// An allele.
    struct Site {
        /// What a person calls it.
        var name: String
        var allele: Candidate
        var pileup: SitePileup?
        /// The network's word, where the allele was proposed to it.
        var explanation: CallExplainer.Explanation?
        /// Why there is none.
        var problem: String?
    }

    private(set) var sites: [Site] = []
    /// The places among `sites` of each bin's alleles.
    private(set) var shards: [GenomeBins.Shard: [Int]] = [:]
    private let path: String
    private let hasMore: Bool

    /// Reads the first alleles of a file, minimal and left-aligned; of exchanges of several bases each base.
    init(_ path: String, reference: ReferenceGenome, most: Int) throws {
        self.path = path
        var reader = try VCFReader(path: path)
        let bins = GenomeBins(contigs: reference.contigs)
        var hasMore = false
        while let variant = try reader.next() {
            for alternate in variant.alternates {
                let name = "\(variant.contig):\(variant.position) \(variant.reference)>\(alternate)"
                guard sites.count < most else {
                    hasMore = true
                    break
                }
                do {
                    guard
                        let allele = Allele(
                            contig: variant.contig, position: variant.position, reference: variant.reference,
                            alternate: alternate)
                    else { throw GenomicsError(.unsupported, "the allele is not spelled in bases", field: "ALT") }
                    guard let contig = reference.index(of: variant.contig) else {
                        throw GenomicsError(
                            .referenceMismatch, ContigNaming.refusal(variant.contig, reference: reference),
                            field: "CHROM")
                    }
                    let normal = try allele.normalized { name, range throws(GenomicsError) in
                        try reference.window(name, range)
                    }
                    for atom in normal.atoms {
                        let candidate = Candidate(
                            contig: atom.contig, position: atom.start + 1,
                            reference: String(decoding: atom.reference, as: UTF8.self),
                            alternate: String(decoding: atom.alternate, as: UTF8.self))
                        let shard = GenomeBins.Shard.bin(contig: contig, index: atom.start / bins.size)
                        shards[shard, default: []].append(sites.count)
                        let own = "\(atom.contig):\(atom.start + 1) \(candidate.reference)>\(candidate.alternate)"
                        sites.append(Site(name: own == name ? name : "\(own) (\(name))", allele: candidate))
                    }
                } catch let error as GenomicsError {
                    let allele = Candidate(
                        contig: variant.contig, position: variant.position, reference: variant.reference,
                        alternate: alternate)
                    sites.append(Site(name: name, allele: allele, problem: error.description))
                }
            }
            if hasMore { break }
        }
        guard !sites.isEmpty else { throw ControlError("\(path) holds no alternate allele") }
        self.hasMore = hasMore
    }

    /// Takes what the reads of an allele's bin show, and asks the network where the caller would.
    mutating func explain(
        _ place: Int, _ pileup: SitePileup?, by explainer: CallExplainer, maximumError: Double
    ) async {
        guard let pileup, !pileup.reads.isEmpty else { return }
        sites[place].pileup = pileup
        sites[place].allele = pileup.candidate
        guard pileup.isProposed else { return }
        guard pileup.candidate.mixture == nil else {
            sites[place].problem =
                "no network decides on the mitochondrion: its alleles are called by the reads' likelihoods"
            return
        }
        do {
            sites[place].explanation = try await explainer.explain(pileup, maximumError: maximumError)
        } catch {
            sites[place].problem = "\(error)"
        }
    }

    /// A line an allele.
    var table: String {
        let header =
            [
                "contig", "position", "reference", "alternate", "proposed", "genotype", "p_0/0", "p_0/1", "p_1/1",
                "depth",
                "alternate_depth", "reference_depth", "other_depth", "error",
            ] + PictureEvidence.allCases.map { "\($0.rawValue)_share" } + ["problem"]
        let lines = sites.map { site in
            let allele = site.allele
            var fields = [allele.contig, "\(allele.position)", allele.reference, allele.alternate]
            fields.append(site.pileup.map { $0.isProposed ? "yes" : "no" } ?? "NA")
            if let explanation = site.explanation {
                fields.append(CallingModel.labels[explanation.copies])
                fields += explanation.probabilities.map { "\($0)" }
            } else {
                fields += ["NA", "NA", "NA", "NA"]
            }
            fields +=
                site.pileup == nil
                ? ["NA", "NA", "NA", "NA"]
                : [allele.depth, allele.alternateDepth, allele.referenceDepth, allele.otherDepth].map { "\($0)" }
            fields.append(site.explanation.map { "\(Float($0.error))" } ?? "NA")
            for kind in PictureEvidence.allCases {
                let own = site.explanation?.evidence.first { $0.kind == kind }
                fields.append(own.map { "\(Float($0.share))" } ?? "NA")
            }
            return fields + [site.problem ?? (site.pileup == nil ? "no read is counted there" : "")]
        }
        return ([header] + lines).map { $0.joined(separator: "\t") }.joined(separator: "\n") + "\n"
    }

    /// Pictures and contributions of the alleles that the network was asked about; nil where there are none.
    func tensors(_ package: ModelPackage) throws -> Safetensors? {
        let asked = sites.indices.filter { sites[$0].explanation != nil }
        guard !asked.isEmpty else { return nil }
        let shape = [asked.count, CandidateEncoder.valuesPerCandidate]
        return Safetensors(
            tensors: [
                .init(name: "features", shape: shape, floats: asked.flatMap { sites[$0].pileup?.features ?? [] }),
                .init(
                    name: "contributions", shape: shape,
                    floats: asked.flatMap { sites[$0].explanation?.contributions ?? [] }),
                .init(
                    name: "sites", dtype: .i64, shape: [asked.count],
                    bytes: asked.flatMap { site in withUnsafeBytes(of: Int64(site).littleEndian, Array.init) }),
            ],
            metadata: ["model": try package.digest(), "feature_version": PileupEncoder.featureVersion])
    }

    /// Throws where an allele was not explained.
    func end() throws {
        if hasMore {
            throw ControlError(
                "\(path) holds more than \(Count.of(sites.count, "allele")); these are explained: allow more by --most, or "
                    + "choose some (bcftools view -r)")
        }
        let problems = sites.count { $0.problem != nil }
        guard problems == 0 else {
            throw ControlError(
                "\(problems) of \(Count.of(sites.count, "allele")) of \(path) could not be explained; the others are")
        }
    }
}
