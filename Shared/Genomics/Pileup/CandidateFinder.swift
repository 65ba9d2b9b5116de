/// Finds the alleles that enough reads of a pileup propose.
struct CandidateFinder {
    let options: PileupOptions

    /// The candidates whose VCF position lies in the 0-based `core`, by position, then REF, then ALT.
    func find(in window: PileupWindow, contig: String, core: Range<Int>) -> [Candidate] {
        let proposals = substitutions(in: window, core: core) + indels(in: window, core: core)
        return
            proposals
            .compactMap { evidence(for: $0, in: window, contig: contig) }
            .sorted { ($0.position, $0.reference, $0.alternate) < ($1.position, $1.reference, $1.alternate) }
    }

    private struct Proposal: Hashable {
        var anchor: Int
        var reference: [UInt8]
        var alternate: [UInt8]
    }

    private func substitutions(in window: PileupWindow, core: Range<Int>) -> [Proposal] {
        // Four bases and the deletion a position.
        var counts = [Int32](repeating: 0, count: 5 * core.count)
        for row in window.rows {
            let covered = row.range.clamped(to: core)
            var cell = covered.isEmpty ? 0 : row.cell(covered.lowerBound)
            var slot = 5 * (covered.lowerBound - core.lowerBound)
            for _ in covered {
                let base = window.bases[cell]
                if base <= PileupWindow.Cell.deletion, window.qualities[cell] >= options.minimumBaseQuality {
                    counts[slot + Int(base)] += 1
                }
                cell += 1
                slot += 5
            }
        }
        var proposals: [Proposal] = []
        for position in core {
            let letter = window.reference[position]
            guard let reference = Nucleotide.code(ofASCII: letter) else { continue }
            let slot = 5 * (position - core.lowerBound)
            for base in 0..<4 where base != Int(reference) && counts[slot + base] >= options.minimumSupport {
                let depth = counts[slot..<(slot + 5)].reduce(0, +)
                if Double(counts[slot + base]) >= options.minimumSubstitutionFraction * Double(depth) {
                    let alternate = [Nucleotide.letters[base]]
                    proposals.append(Proposal(anchor: position, reference: [letter], alternate: alternate))
                }
            }
        }
        return proposals
    }

    private func indels(in window: PileupWindow, core: Range<Int>) -> [Proposal] {
        var support: [Proposal: Int] = [:]
        for indel in window.indels where core.contains(indel.anchor) && abs(indel.change) <= options.maximumIndelLength
        {
            let row = window.rows[indel.row]
            guard window.bases[row.cell(indel.anchor)] != PileupWindow.Cell.absent else { continue }
            let deleted = indel.anchor..<(indel.anchor + 1 + max(0, -indel.change))
            let reference = Array(window.reference[deleted])
            guard reference.count == deleted.count else { continue }
            let alternate = reference.prefix(1) + window.insertedBases(indel)
            let proposal = Proposal(anchor: indel.anchor, reference: reference, alternate: Array(alternate))
            support[proposal, default: 0] += 1
        }
        return support.compactMap { $0.value >= options.minimumSupport ? $0.key : nil }
    }

    /// Counts the reads for and against an allele; nil when they are too few or its bases are not known.
    private func evidence(for proposal: Proposal, in window: PileupWindow, contig: String) -> Candidate? {
        guard
            let site = AlleleSite(
                position: proposal.anchor + 1, reference: proposal.reference, alternate: proposal.alternate,
                window: window.reference)
        else { return nil }
        var candidate = Candidate(
            contig: contig, position: proposal.anchor + 1,
            reference: String(decoding: proposal.reference, as: UTF8.self),
            alternate: String(decoding: proposal.alternate, as: UTF8.self))
        candidate.repeatLength = site.tract.count
        var alternateQuality = 0
        var squaredMappingQuality = 0
        for row in window.rows {
            let support = site.support(of: row, in: window, minimumBaseQuality: options.minimumBaseQuality)
            if support == .absent { continue }
            candidate.depth += 1
            squaredMappingQuality += Int(row.mappingQuality) * Int(row.mappingQuality)
            switch support {
            case .alternate:
                candidate.alternateDepth += 1
                candidate.alternateForward += row.isReverse ? 0 : 1
                alternateQuality += Int(window.qualities[row.cell(site.anchor)])
            case .reference:
                candidate.referenceDepth += 1
                candidate.referenceForward += row.isReverse ? 0 : 1
            case .other:
                candidate.otherDepth += 1
            case .uninformative, .absent:
                break
            }
        }
        let least = candidate.lengthChange == 0 ? options.minimumSubstitutionFraction : options.minimumIndelFraction
        guard candidate.alternateDepth >= options.minimumSupport, candidate.alternateFraction >= least else {
            return nil
        }
        candidate.meanAlternateQuality = Double(alternateQuality) / Double(candidate.alternateDepth)
        candidate.mappingQuality =
            (Double(squaredMappingQuality) / Double(candidate.depth)).squareRoot()
        return candidate
    }
}
