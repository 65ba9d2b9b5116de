import Genomics

/// An allele with what the reads of a window say of it.
struct WeighedAllele {
    /// The allele with the reads for and against it.
    var candidate: Candidate
    var site: AlleleSite
    var evidence: AlleleEvidence
}

/// Finds the alleles that enough reads of a pileup propose.
struct CandidateFinder {
    /// Hundredths of Phred by which the reads may speak against an allele that is proposed all the same.
    static let mostAgainst = 2000
    /// A length of a run that so many reads show is no error of counting.
    private static let runOfAll = 0.9

    let options: PileupOptions
    /// Where molecules are a mixture: there are no two haplotypes to weigh, nor a phase.
    var mitochondrion: MitochondrialContig?

    /// The candidates whose VCF position lies in the stretch of `counts`, by position, then REF, then ALT.
    func find(in window: PileupWindow, contig: String, counts: BaseCounts) -> [WeighedAllele] {
        let proposals = substitutions(in: window, counts: counts) + indels(in: window, core: counts.range)
        return
            proposals
            .compactMap { evidence(for: $0, in: window, contig: contig) }
            .sorted {
                let (a, b) = ($0.candidate, $1.candidate)
                return (a.position, a.reference, a.alternate) < (b.position, b.reference, b.alternate)
            }
    }

    private struct Proposal: Hashable {
        /// VCF's POS, 0-based.
        var position: Int
        var reference: [UInt8]
        var alternate: [UInt8]
    }

    private func substitutions(in window: PileupWindow, counts: BaseCounts) -> [Proposal] {
        var proposals: [Proposal] = []
        for position in counts.range {
            let letter = window.reference[position]
            guard let reference = Nucleotide.code(ofASCII: letter) else { continue }
            for base in 0..<4 where base != Int(reference) {
                let support = counts.reads(showing: base, at: position)
                guard support >= options.minimumSupport,
                    Double(support)
                        >= options.minimumSubstitutionFraction * Double(counts.depth(at: position))
                else { continue }
                let alternate = [Nucleotide.letters[base]]
                proposals.append(Proposal(position: position, reference: [letter], alternate: alternate))
            }
        }
        return proposals
    }

    private func indels(in window: PileupWindow, core: Range<Int>) -> [Proposal] {
        var support: [Proposal: Int] = [:]
        for row in window.rows {
            for indel in window.indels[row.indels] {
                // The first changed base of a replacement; an insertion or deletion is spelled with the base in front.
                let position = indel.anchor + (indel.isReplacement ? 1 : 0)
                guard core.contains(position), max(indel.deleted, indel.inserted.count) <= options.maximumIndelLength
                else { continue }
                guard window.bases[row.cell(indel.anchor)] != PileupWindow.Cell.absent else { continue }
                let deleted = position..<(indel.anchor + 1 + indel.deleted)
                let reference = Array(window.reference[deleted])
                guard reference.count == deleted.count else { continue }
                let alternate = reference.prefix(indel.isReplacement ? 0 : 1) + window.insertedBases(indel)
                let proposal = Proposal(position: position, reference: reference, alternate: Array(alternate))
                support[proposal, default: 0] += 1
            }
        }
        return support.compactMap { $0.value >= options.minimumSupport ? $0.key : nil }
    }

    /// Weighs the reads for and against an allele; nil when they are too few, when they speak against it, or its bases are not known.
    private func evidence(for proposal: Proposal, in window: PileupWindow, contig: String) -> WeighedAllele? {
        let allele = Candidate(
            contig: contig, position: proposal.position + 1,
            reference: String(decoding: proposal.reference, as: UTF8.self),
            alternate: String(decoding: proposal.alternate, as: UTF8.self))
        guard
            let site = AlleleSite(
                position: allele.position, reference: proposal.reference, alternate: proposal.alternate,
                window: window.reference)
        else { return nil }
        let candidate = count(allele, site: site, in: window)
        let least = candidate.lengthChange == 0 ? options.minimumSubstitutionFraction : options.minimumIndelFraction
        guard candidate.alternateDepth >= options.minimumSupport, candidate.alternateFraction >= least else {
            return nil
        }
        let evidence = AlleleEvidence(candidate, site: site, in: window, options: options)
        var weighed = WeighedAllele(candidate: candidate, site: site, evidence: evidence)
        if let mitochondrion {
            // Reads lie somehow around a base that the reference does not know, as that of 3107.
            let surroundings = (site.anchor - 1)..<(site.tract.upperBound + 2)
            var affected = candidate.affectedRange
            var isMiscounted = false
            if candidate.lengthChange != 0 {
                guard window.reference[surroundings].allSatisfy(Nucleotide.isBase) else { return nil }
                affected = affected.lowerBound..<max(affected.upperBound, site.tract.upperBound)
                let long = evidence.reads.count { window.rows[$0.row].technology != .shortReads }
                let changed = (candidate.lengthChange < 0 ? candidate.reference : candidate.alternate).utf8.dropFirst()
                isMiscounted =
                    Set(changed).count == 1 && site.tract.count > 1 && 2 * long > evidence.reads.count
                    && candidate.alternateFraction < Self.runOfAll
            }
            weighed.candidate.mixture = evidence.mixture(
                at: site, in: window, isArtefactProne: isMiscounted || mitochondrion.isArtefactProne(affected))
            return weighed
        }
        guard evidence.likelihoods[0] > 0 || evidence.likelihoods[1] < Self.mostAgainst else { return nil }
        // Nearly all reads or nearly none: not heterozygous.
        if (0.1...0.9).contains(candidate.alternateFraction) { weighed.candidate.votes = evidence.votes(in: window) }
        return weighed
    }

    /// An allele with the reads for and against it.
    func count(_ allele: Candidate, site: AlleleSite, in window: PileupWindow) -> Candidate {
        var candidate = allele
        candidate.repeatLength = site.tract.count
        var alternateQuality = 0
        var (squaredMappingQuality, mapped) = (0, 0)
        for row in window.rows {
            var support = site.support(of: row, in: window, minimumBaseQuality: options.minimumBaseQuality)
            if support == .absent { continue }
            if mitochondrion != nil, !site.isTold(by: row, in: window) { support = .uninformative }
            candidate.depth += 1
            if row.mappingQuality != BAMRecord.unknownMappingQuality {
                squaredMappingQuality += Int(row.mappingQuality) * Int(row.mappingQuality)
                mapped += 1
            }
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
        candidate.meanAlternateQuality = Double(alternateQuality) / Double(max(1, candidate.alternateDepth))
        candidate.mappingQuality =
            mapped > 0
            ? (Double(squaredMappingQuality) / Double(mapped)).squareRoot() : Double(BAMRecord.unknownMappingQuality)
        return candidate
    }
}
