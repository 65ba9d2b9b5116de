import Genomics
import NeuralNetwork

/// What the reads of an active region cost on each of its haplotypes.
struct RegionEvidence {
    /// The stretch of the alleles.
    let range: Range<Int>
    /// The alleles of each haplotype; the first is the reference's, without any.
    let haplotypes: [[AlleleChange]]
    /// Phred costs by row and haplotype; rows that say nothing are missing.
    var costs: [Int: [Int32]] = [:]
}

/// How each read stands to an allele, and what follows of it for the genotype: the likelihoods of no copy, one and two.
struct AlleleEvidence {
    /// A read's word.
    struct Read {
        /// The row in the pileup.
        var row: Int
        var support: AlleleSite.Support
        /// By how much Phred the haplotypes with the allele explain the read better than those without, at most ``limit`` either way.
        var preference: Int32
        /// What the read costs on the haplotype that explains it best; 0 where it was not compared.
        var misfit: Int32
    }

    /// No read says more.
    static let limit: Int32 = 60

    let reads: [Read]
    /// Hundredths of Phred of the likelihoods of 0, 1 and 2 copies, the best 0.
    let likelihoods: [Int]
    /// The reads that prefer a haplotype that is neither the allele's nor the reference's.
    let third: Int

    init(_ candidate: Candidate, site: AlleleSite, in window: PileupWindow, options: PileupOptions) {
        let allele = AlleleChange(candidate)
        let region = window.evidence.first { $0.haplotypes.contains { $0.contains(allele) } }
        let hasAllele = region.map { $0.haplotypes.map { $0.contains(allele) } } ?? []
        var reads: [Read] = []
        var (sums, third) = ([0, 0, 0], 0)
        for index in window.rows.indices {
            let row = window.rows[index]
            let support = site.support(of: row, in: window, minimumBaseQuality: options.minimumBaseQuality)
            if support == .absent { continue }
            var read = Read(row: index, support: support, preference: 0, misfit: 0)
            if let costs = region?.costs[index] {
                var (with, without) = (Int32.max, Int32.max)
                for (cost, isWith) in zip(costs, hasAllele) {
                    if isWith { with = min(with, cost) } else { without = min(without, cost) }
                }
                read.preference = max(-Self.limit, min(Self.limit, without - with))
                read.misfit = min(with, without)
                if without + 3 < min(with, costs[0]) { third += 1 }
            } else {
                let quality = Int32(min(window.qualities[row.cell(site.anchor)], PileupEncoder.highestBaseQuality))
                switch support {
                case .alternate: read.preference = quality
                case .reference, .other: read.preference = -quality
                case .uninformative, .absent: break
                }
            }
            reads.append(read)
            let mapping = min(Int(row.mappingQuality), Int(PileupEncoder.highestMappingQuality))
            let size = min(Int(abs(read.preference)), max(3, mapping))
            let shared = GenotypeLikelihood.heterozygous[size]
            sums[0] += read.preference > 0 ? size * 100 : 0
            sums[1] += shared
            sums[2] += read.preference < 0 ? size * 100 : 0
        }
        self.reads = reads
        self.third = third
        let least = sums.min() ?? 0
        likelihoods = sums.map { $0 - least }
    }
}

extension AlleleEvidence {
    /// The reads' preferences by fragment; reads without one are left out.
    func votes(in window: PileupWindow) -> FragmentVotes {
        var votes = FragmentVotes()
        for read in reads where read.preference != 0 {
            votes.add(UInt32(truncatingIfNeeded: window.rows[read.row].nameHash), Int(read.preference))
        }
        return votes
    }

    /// How many of the reads that can tell prefer the allele by how much, none more than by its mapping quality.
    func mixture(at site: AlleleSite, in window: PileupWindow, isArtefactProne: Bool) -> MixtureEvidence {
        var mixture = MixtureEvidence()
        mixture.isArtefactProne = isArtefactProne
        for read in reads {
            let row = window.rows[read.row]
            guard site.isTold(by: row, in: window) else { continue }
            let most = max(3, min(row.mappingQuality, PileupEncoder.highestMappingQuality))
            let size = min(Int(abs(read.preference)), Int(most))
            mixture.add(read.preference < 0 ? -size : size, isReverse: row.isReverse)
        }
        return mixture
    }
}

/// Likelihoods of genotypes as whole hundredths of Phred, the same on every processor.
enum GenotypeLikelihood {
    /// What a heterozygous genotype costs for a read that fits one of its alleles by so much Phred better than the other: half of
    /// it for each.
    static let heterozygous: [Int] = (0...60).map { preference in
        let other = PortableMath.exp(-Double(preference) / 10 * PortableMath.log(10))
        return Int((-1000 * PortableMath.log(0.5 * (1 + other)) / PortableMath.log(10)).rounded())
    }
}
