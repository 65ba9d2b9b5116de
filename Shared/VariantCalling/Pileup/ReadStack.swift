import Genomics

/// Lists the reads at a candidate as `reads` × `channels` floats for the larger calling network: what each of them says of the allele.
///
/// The reads stand by how much they prefer the allele, so that neighbours say alike; deeper sites show every so manieth. A
/// place without a read is 0.
///
/// | channel | content |
/// |---|---|
/// | 0 | 1: there is a read |
/// | 1 | by how much Phred its sequence fits the haplotypes with the allele better than those without, / 60 |
/// | 2, 3, 4 | whether it shows the allele, the reference, a third allele |
/// | 5 | its base quality at the site, / 40 |
/// | 6 | its MAPQ, / 60 |
/// | 7 | 1 forward, -1 reverse |
/// | 8, 9 | bases of its alignment left and right of the site, at most 64, / 64 |
/// | 10 | differences from the reference within 30 bases that are not of the site, at most 8, / 8 |
/// | 11, 12 | whether it is clipped left, right |
/// | 13 | Phred that its best haplotype leaves unexplained, at most 100, / 100 |
/// | 14 | log2(1 + aligned bases) / 16 |
/// | 15 | insertions and deletions within 30 bases that are not of the site, at most 8, / 8 |
struct ReadStack {
    static let reads = 48
    static let channels = 16
    static let valuesPerCandidate = reads * channels
    private static let surroundings = 30

    let window: PileupWindow

    /// Fills `output`, which holds ``valuesPerCandidate`` floats.
    func encode(
        _ evidence: AlleleEvidence, at site: AlleleSite, into output: UnsafeMutableBufferPointer<Float>
    ) {
        output.update(repeating: 0)
        let order = evidence.reads.sorted { precedes($0, $1) }
        let shown = min(order.count, Self.reads)
        for slot in 0..<shown {
            let read = order[order.count <= Self.reads ? slot : slot * order.count / Self.reads]
            fill(
                UnsafeMutableBufferPointer(rebasing: output[(slot * Self.channels)..<((slot + 1) * Self.channels)]),
                read, site)
        }
    }

    /// A total order of fragments, whatever the order of the records.
    private func precedes(_ a: AlleleEvidence.Read, _ b: AlleleEvidence.Read) -> Bool {
        if a.preference != b.preference { return a.preference > b.preference }
        let (one, two) = (window.rows[a.row], window.rows[b.row])
        return (one.nameHash, one.aligned.lowerBound, one.isReverse ? 1 : 0) < (
            two.nameHash, two.aligned.lowerBound, two.isReverse ? 1 : 0
        )
    }

    private func fill(
        _ value: UnsafeMutableBufferPointer<Float>, _ read: AlleleEvidence.Read, _ site: AlleleSite
    ) {
        let row = window.rows[read.row]
        let quality = min(window.qualities[row.cell(site.anchor)], PileupEncoder.highestBaseQuality)
        value[0] = 1
        value[1] = Float(read.preference) / 60
        value[2] = read.support == .alternate ? 1 : 0
        value[3] = read.support == .reference ? 1 : 0
        value[4] = read.support == .other ? 1 : 0
        value[5] = Float(quality) / 40
        value[6] = Float(min(row.mappingQuality, PileupEncoder.highestMappingQuality)) / 60
        value[7] = row.isReverse ? -1 : 1
        value[8] = Float(min(64, site.anchor - row.aligned.lowerBound)) / 64
        value[9] = Float(min(64, row.aligned.upperBound - site.anchor)) / 64
        let (differences, gaps) = surroundings(of: row, site)
        value[10] = Float(min(8, differences)) / 8
        value[11] = row.isClippedLeft ? 1 : 0
        value[12] = row.isClippedRight ? 1 : 0
        value[13] = Float(min(100, read.misfit)) / 100
        value[14] = Logarithm.ofOnePlus(row.aligned.count) / 16
        value[15] = Float(min(8, gaps)) / 8
    }

    private func surroundings(of row: PileupWindow.Row, _ site: AlleleSite) -> (differences: Int, gaps: Int) {
        let stretch = ((site.anchor - Self.surroundings)..<(site.anchor + Self.surroundings + 1)).clamped(to: row.range)
        var differences = 0
        var cell = row.cell(stretch.lowerBound)
        for position in stretch {
            let base = window.bases[cell]
            if base < PileupWindow.Cell.deletion, window.qualities[cell] >= 15,
                Nucleotide.letters[Int(base)] != window.reference[position], position != site.anchor
            {
                differences += 1
            }
            cell += 1
        }
        let gaps = window.indels[row.indels].count {
            stretch.contains($0.anchor) && ($0.anchor < site.anchor || $0.anchor >= site.tract.upperBound)
        }
        return (differences, gaps)
    }
}
