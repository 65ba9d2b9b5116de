import Genomics

/// Paints the pileup around a candidate as `positions` × `channels` floats, channels last, for the calling network.
///
/// The picture is a summary of counts, in the manner of Clair3's 33 × 18 pileup (Zheng et al. 2022), joined by what
/// DeepVariant's read pictures (Poplin et al. 2018) show of each read: its qualities, its strand and whether it supports
/// the allele. Row 16 is the candidate's centre: the changed base, the first deleted base, or the base before an
/// insertion. D is the depth at the candidate, so that no channel grows with coverage except the one that tells it; fractions of D end at 2.
///
/// | channel | content | why |
/// |---|---|---|
/// | 0-3 | the reference's base, one-hot; at the centre of a substitution -1 for ALT | sequence context, which allele |
/// | 4-7, 8-11 | forward, reverse reads with A, C, G, T, of D | the plain pileup, strand by strand |
/// | 12, 13 | forward, reverse reads with a deletion here, of D | |
/// | 14, 15 | forward, reverse reads with an insertion behind this base, of D | |
/// | 16, 17, 18 | reads for ALT, for REF, for a third allele that cover this base, of D | how many can tell; read ends |
/// | 19, 20 | mismatches, indels of the reads for ALT, of those that cover this base | a noisy haplotype is a wrong place |
/// | 21, 22 | the same of the reads for REF | |
/// | 23, 24 | mean base quality of the reads for ALT, of the others, / 40 | |
/// | 25, 26 | mean MAPQ of the reads for ALT, of the others, / 60 | |
/// | 27 | alignments that are clipped at this base, of D | breakpoints, adapters |
/// | 28 | log2(1 + D) / 8, everywhere | how far to trust fractions |
/// | 29 | reads for ALT of those that show an allele, everywhere | the genotype, where no read is missing |
/// | 30 | log2(1 + length) / 6 of an insertion, negative of a deletion, everywhere | |
/// | 31 | log2(1 + length) / 6 of the repeat tract or homopolymer, everywhere | polymerase slippage |
/// | 32, 33, 34 | Phred of the likelihoods of 0, 1 and 2 copies, the best 0, at most 100, / 50, everywhere | what reads cost on haplotypes |
/// | 35 | reads that prefer a third haplotype, of D, everywhere | another allele |
///
/// Reads that end inside the tract of an insertion or deletion cannot tell its length: they are in the depth, but for no
/// allele. All sums are integers and each value is one division, so the order of the reads changes no bit.
public struct PileupEncoder {
    /// Names the layout and its meaning; a model says which one it was trained on.
    public static let featureVersion = "pileup-2"
    /// The positions of the reference in a picture.
    public static let positions = 33
    /// The values a position.
    public static let channels = 36
    /// The best qualities that the networks were trained on; better ones, and a MAPQ that is not available, look like them.
    static let highestBaseQuality: UInt8 = 41
    static let highestMappingQuality: UInt8 = 60
    /// The channel of the share of reads that show the allele.
    static let alternateFractionChannel = 29
    /// The floats of a picture.
    public static let valuesPerCandidate = positions * channels

    let window: PileupWindow
    let options: PileupOptions

    /// What is summed up a position.
    private enum Sum {
        static let bases = 0  // A, C, G, T forward, then reverse
        static let deletions = 8  // forward, reverse
        static let insertions = 10  // forward, reverse
        static let supporters = 12  // for ALT, for REF, for a third allele
        static let mismatches = 15  // of the reads for ALT, for REF
        static let indels = 17  // the same
        static let covering = 19  // reads for ALT, the others
        static let mappingQuality = 21  // the same
        static let bases2 = 23  // bases of reads for ALT, of the others: the count behind the next sum
        static let baseQuality = 25  // the same
        static let clips = 27
        static let count = 28
    }

    /// Fills `output`, which holds ``valuesPerCandidate`` floats, in position-major order.
    ///
    /// The window must reach 16 positions beyond the centre of the candidate; what lies outside stays zero.
    func encode(_ allele: WeighedAllele, into output: UnsafeMutableBufferPointer<Float>) {
        let (candidate, site, evidence) = (allele.candidate, allele.site, allele.evidence)
        precondition(output.count == Self.valuesPerCandidate, "a picture has positions × channels values")
        output.update(repeating: 0)
        let start = site.centre - Self.positions / 2
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: Self.positions * Sum.count) { sums in
            sums.initialize(repeating: 0)
            let depth = accumulate(site, from: start, into: sums)
            write(sums, depth: depth, from: start, into: output)
        }
        writeConstants(of: candidate, site, evidence, into: output)
    }

    /// Sums up all reads and returns the depth at the site.
    private func accumulate(_ site: AlleleSite, from start: Int, into sums: UnsafeMutableBufferPointer<Int32>) -> Int32
    {
        let picture = start..<(start + Self.positions)
        var depth: Int32 = 0
        for row in window.rows {
            let covered = row.range.clamped(to: picture)
            if covered.isEmpty { continue }
            let support = site.support(of: row, in: window, minimumBaseQuality: options.minimumBaseQuality)
            if support != .absent { depth += 1 }
            let supporter: Int? =
                switch support {
                case .alternate: 0
                case .reference: 1
                case .other: 2
                case .uninformative, .absent: nil
                }
            let strand = row.isReverse ? 1 : 0
            let mappingQuality = Int32(min(row.mappingQuality, Self.highestMappingQuality))
            let side = support == .alternate ? 0 : 1
            let isSingle = supporter == 0 || supporter == 1
            var cell = row.cell(covered.lowerBound)
            for position in covered {
                let base = Int(window.bases[cell])
                let quality = Int32(min(window.qualities[cell], Self.highestBaseQuality))
                cell += 1
                if base == PileupWindow.Cell.absent { continue }
                let sum = (position - start) * Sum.count
                if let supporter { sums[sum + Sum.supporters + supporter] += 1 }
                sums[sum + Sum.covering + side] += 1
                sums[sum + Sum.mappingQuality + side] += mappingQuality
                if base < 4 {
                    sums[sum + Sum.bases + 4 * strand + base] += 1
                    sums[sum + Sum.bases2 + side] += 1
                    sums[sum + Sum.baseQuality + side] += quality
                    if isSingle, Nucleotide.letters[base] != window.reference[position] {
                        sums[sum + Sum.mismatches + side] += 1
                    }
                } else if base == PileupWindow.Cell.deletion {
                    sums[sum + Sum.deletions + strand] += 1
                    if isSingle { sums[sum + Sum.indels + side] += 1 }
                }
            }
            for indel in window.indels[row.indels] where indel.change > 0 && picture.contains(indel.anchor) {
                if window.bases[row.cell(indel.anchor)] == PileupWindow.Cell.absent { continue }
                let sum = (indel.anchor - start) * Sum.count
                sums[sum + Sum.insertions + strand] += 1
                if isSingle { sums[sum + Sum.indels + side] += 1 }
            }
            if row.isClippedLeft, picture.contains(row.aligned.lowerBound) {
                sums[(row.aligned.lowerBound - start) * Sum.count + Sum.clips] += 1
            }
            if row.isClippedRight, picture.contains(row.aligned.upperBound - 1) {
                sums[(row.aligned.upperBound - 1 - start) * Sum.count + Sum.clips] += 1
            }
        }
        return depth
    }

    private func write(
        _ sums: UnsafeMutableBufferPointer<Int32>, depth: Int32, from start: Int,
        into output: UnsafeMutableBufferPointer<Float>
    ) {
        func ratio(_ part: Int32, _ whole: Int32) -> Float { whole > 0 ? Float(part) / Float(whole) : 0 }
        // Beside a gap the coverage may exceed the candidate's many times.
        func ofDepth(_ part: Int32) -> Float { min(2, ratio(part, depth)) }
        for index in 0..<Self.positions {
            let sum = UnsafeMutableBufferPointer(rebasing: sums[(index * Sum.count)..<((index + 1) * Sum.count)])
            let value = UnsafeMutableBufferPointer(
                rebasing: output[(index * Self.channels)..<((index + 1) * Self.channels)])
            if let base = Nucleotide.code(ofASCII: window.reference[start + index]) { value[Int(base)] = 1 }
            // The sums up to the supporters stand in the order of channels 4 to 18.
            for channel in 4...18 { value[channel] = ofDepth(sum[channel - 4]) }
            value[19] = ratio(sum[Sum.mismatches], sum[Sum.supporters])
            value[20] = ratio(sum[Sum.indels], sum[Sum.supporters])
            value[21] = ratio(sum[Sum.mismatches + 1], sum[Sum.supporters + 1])
            value[22] = ratio(sum[Sum.indels + 1], sum[Sum.supporters + 1])
            for side in 0...1 {
                value[23 + side] = ratio(sum[Sum.baseQuality + side], 40 * sum[Sum.bases2 + side])
                value[25 + side] = ratio(sum[Sum.mappingQuality + side], 60 * sum[Sum.covering + side])
            }
            value[27] = ofDepth(sum[Sum.clips])
        }
    }

    private func writeConstants(
        of candidate: Candidate, _ site: AlleleSite, _ evidence: AlleleEvidence,
        into output: UnsafeMutableBufferPointer<Float>
    ) {
        let change = candidate.lengthChange
        let length = Logarithm.ofOnePlus(abs(change)) / 6
        let likelihoods = evidence.likelihoods.map { Float(min(10_000, $0)) / 5000 }
        let constants =
            [
                Logarithm.ofOnePlus(candidate.depth) / 8, Float(candidate.alternateFraction),
                change < 0 ? -length : length, Logarithm.ofOnePlus(site.tract.count) / 6,
            ] + likelihoods + [Float(evidence.third) / Float(max(1, evidence.reads.count))]
        for index in 0..<Self.positions {
            for (offset, value) in constants.enumerated() { output[index * Self.channels + 28 + offset] = value }
        }
        if case .substitution(_, let alternate) = site.change {
            output[Self.positions / 2 * Self.channels + Int(alternate)] = -1
        }
    }
}

/// log2(1 + n) of small counts, from one table, so that it has the same bits on every processor.
enum Logarithm {
    static func ofOnePlus(_ count: Int) -> Float {
        // The integer part is exact; the fraction is a cubic with an error below 0.001, in plain multiplications.
        let value = UInt32(clamping: count + 1)
        let exponent = 31 - value.leadingZeroBitCount
        let fraction = Float(value) / Float(UInt32(1) << UInt32(exponent)) - 1
        return Float(exponent) + fraction * (1.4249 + fraction * (-0.5823 + fraction * 0.1574))
    }
}
