import Genomics

/// Aligns the reads of active regions anew, each to the haplotype that explains it best.
///
/// A mapper aligns each read by itself and rather writes differences or a clip at a read's end than an insertion or deletion that other
/// reads show plainly. Here the reads of a region are compared with the haplotypes that reads spell (as in Albers et al. 2011,
/// Dindel, and in DeepVariant's and GATK's realignment), and what they cost on each is kept as evidence.
struct Realigner {
    /// The haplotypes of a region beyond this number, the least supported ones, are left out.
    static let maximumHaplotypes = 12
    /// How far beside a region its reads are compared.
    static let flank = 30
    /// The longest part of a clip that is compared.
    static let longestClip = 100

    let options: PileupOptions
    private var alignment = ReadAlignment()

    init(options: PileupOptions) { self.options = options }

    /// Realigns the reads of a window that is laid out and whose mates' overlaps are not resolved yet.
    mutating func realign(_ window: inout PileupWindow, records: [BAMRecord]) {
        for region in ActiveRegion.find(in: window, options: options) {
            let haplotypes = Self.haplotypes(of: region, in: window)
            if haplotypes.count < 2 { continue }
            realign(region, haplotypes, &window, records)
        }
    }

    /// The reference, what whole reads spell, and each allele by itself.
    private static func haplotypes(of region: ActiveRegion, in window: PileupWindow) -> [[AlleleChange]] {
        var counts: [[AlleleChange]: Int] = [:]
        for row in window.rows
        where row.range.lowerBound < region.range.lowerBound && row.range.upperBound > region.range.upperBound {
            counts[window.alleles(of: row, among: region.alleles), default: 0] += 1
        }
        let spelled = counts.sorted {
            $0.value == $1.value ? $0.key.lexicographicallyPrecedes($1.key) : $0.value > $1.value
        }.map(\.key)
        var haplotypes: [[AlleleChange]] = [[]]
        for alleles in spelled + region.alleles.map({ [$0] }) {
            if haplotypes.count == maximumHaplotypes { break }
            let isConsistent = zip(alleles, alleles.dropFirst()).allSatisfy { $0.isCompatible(with: $1) }
            if isConsistent, !haplotypes.contains(alleles) { haplotypes.append(alleles) }
        }
        return haplotypes
    }

    private mutating func realign(
        _ region: ActiveRegion, _ haplotypes: [[AlleleChange]], _ window: inout PileupWindow, _ records: [BAMRecord]
    ) {
        let margin = Self.flank + Self.longestClip + 8
        let stretch = (region.range.lowerBound - margin)..<(region.range.upperBound + margin)
        let sequences = haplotypes.map { Haplotype($0, over: stretch, of: window.reference) }
        let changes = haplotypes.map { $0.reduce(0) { $0 + $1.change } }
        let band = (changes.max() ?? 0) - (changes.min() ?? 0) + 6
        var prepared: [GapCosts.Technology: [PreparedHaplotype]] = [:]
        var evidence = RegionEvidence(range: region.range, haplotypes: haplotypes)
        for index in window.rows.indices {
            let row = window.rows[index]
            guard
                let part = ReadPart(
                    row: row, records[row.record], cigar: window.placements[index]?.cigar, region: region.range,
                    flank: Self.flank, longestClip: Self.longestClip, reference: window.reference)
            else { continue }
            let technology = row.technology
            if prepared[technology] == nil {
                prepared[technology] = sequences.map { PreparedHaplotype($0, technology: technology) }
            }
            guard let targets = prepared[technology] else { continue }
            var costs: [Int32] = []
            for target in targets { costs.append(part.cost(on: target, band: band, alignment: &alignment)) }
            evidence.costs[index] = costs
            guard let least = costs.min(), let best = costs.firstIndex(of: least) else { continue }
            // Where the reference explains the read as well as any, it stays as it is.
            if best == 0, part.isPlain { continue }
            _ = part.cost(on: targets[best], band: band, alignment: &alignment, isTraced: true)
            if let placement = part.placement(on: targets[best], alignment: alignment) {
                window.replace(index, records[row.record], placement)
            }
        }
        window.evidence.append(evidence)
    }
}

extension PileupWindow {
    /// Those of the alleles that a row shows.
    fileprivate func alleles(of row: Row, among alleles: [AlleleChange]) -> [AlleleChange] {
        alleles.filter { allele in
            if allele.isSubstitution {
                let position = allele.replaced.lowerBound
                guard row.range.contains(position) else { return false }
                let base = bases[row.cell(position)]
                return base < 4 && Nucleotide.letters[Int(base)] == allele.bases[0]
            }
            return indels[row.indels].contains {
                $0.anchor + 1 == allele.replaced.lowerBound && $0.deleted == allele.replaced.count
                    && insertedBases($0).elementsEqual(allele.bases)
            }
        }
    }
}
