import Genomics

/// The reads at one allele as the caller saw them, with what it counted and the picture that it painted for the network, whether the
/// allele was proposed or not.
public struct SitePileup: Sendable {
    /// How a read stands to the allele.
    public enum Support: String, Sendable, CaseIterable {
        /// It shows the allele.
        case alternate
        /// It shows the reference.
        case reference
        /// It shows a third allele.
        case other
        /// It covers the site but cannot tell.
        case uninformative
    }

    /// What a read shows at a position.
    public enum Cell: Sendable, Hashable {
        /// A letter with its Phred quality.
        case base(UInt8, quality: UInt8)
        /// The read lacks the position.
        case deletion
        /// Nothing: an intron, or the mate has the better base.
        case absent
    }

    /// A read's part of the stretch.
    public struct Read: Sendable {
        /// The 0-based position of the first cell.
        public var start: Int
        /// A cell a position.
        public var cells: [Cell]
        /// Letters that are inserted behind a position.
        public var insertions: [Int: String]
        /// How it stands to the allele.
        public var support: Support
        /// Its MAPQ; 255 where it has none.
        public var mappingQuality: UInt8
        /// Whether it is of the reverse strand.
        public var isReverse: Bool
    }

    /// The allele and what was counted for it.
    public var candidate: Candidate
    /// Whether the caller proposed it to the network.
    public var isProposed: Bool
    /// The 0-based stretch of the reference around it, of the picture's length where the contig goes so far.
    public var range: Range<Int>
    /// The reference's letters of the stretch.
    public var reference: [UInt8]
    /// The position on which the picture centres.
    public var centre: Int
    /// The reads that were counted, by how they stand to the allele and where they begin.
    public var reads: [Read]
    /// The thresholds of what counts.
    public var options: PileupOptions
    /// What the network reads (``PileupEncoder``).
    public var features: [Float]
    /// What it would read if every read showed the reference.
    public var referenceFeatures: [Float]
}

extension BinCaller {
    /// The reads at alleles of a bin, each as ``process(contig:core:reference:records:regions:findsBlocks:)`` sees it.
    ///
    /// Nil for an allele that is none of a minimal left-aligned change of known bases within the bin's core, and where no read is
    /// counted; else `records` and `reference` are as for that.
    public func pileups(
        at alleles: [Candidate], core: Range<Int>, reference: ReferenceWindow, records: [BAMRecord]
    ) -> [SitePileup?] {
        let uses = records.map { ReadUse($0, minimumMappingQuality: options.minimumMappingQuality) }
        // Alleles of one stretch share what is laid out and aligned anew there.
        var laidOut: (first: Int, pileup: PileupWindow?)?
        return alleles.map { allele in
            let position = allele.position - 1
            guard core.contains(position) else { return nil }
            // The stretch that the sweep works on: which reads stay of a deep pile depends on it.
            let first = core.lowerBound + (position - core.lowerBound) / Self.windowLength * Self.windowLength
            if let laidOut, laidOut.first == first {
                return laidOut.pileup.flatMap { SitePileup(allele, in: $0, finder: finder) }
            }
            let stretch = first..<min(first + Self.windowLength, core.upperBound)
            let window = max(0, stretch.lowerBound - Self.readMargin)..<(stretch.upperBound + Self.readMargin)
            let evidence = records.indices.filter { index in
                uses[index] == .evidence && records[index].referenceRange.overlaps(window)
            }.sorted { (records[$0].position, $0) < (records[$1].position, $1) }
            let pileup =
                evidence.isEmpty
                ? nil
                : PileupWindow(
                    range: window, reference: reference, records: records, indices: evidence, options: options,
                    splitsInsertions: mitochondrion != nil)
            laidOut = (first, pileup)
            return pileup.flatMap { SitePileup(allele, in: $0, finder: finder) }
        }
    }
}

extension SitePileup {
    /// Nil where the allele is no minimal left-aligned one of known bases.
    init?(_ allele: Candidate, in window: PileupWindow, finder: CandidateFinder) {
        let (from, to) = (Array(allele.reference.utf8), Array(allele.alternate.utf8))
        guard
            let site = AlleleSite(position: allele.position, reference: from, alternate: to, window: window.reference)
        else { return nil }
        let options = finder.options
        let counted = finder.count(allele, site: site, in: window)
        let place = (allele.position - 1)..<allele.position
        let proposed = finder.find(
            in: window, contig: allele.contig,
            counts: BaseCounts(range: place, in: window, minimumBaseQuality: options.minimumBaseQuality)
        ).first { $0.candidate.key == counted.key }
        candidate = proposed?.candidate ?? counted
        isProposed = proposed != nil
        centre = site.centre
        let half = PileupEncoder.positions / 2
        let picture = (site.centre - half)..<(site.centre + half + 1)
        range = picture
        reference = picture.map { window.reference[$0] }
        reads = window.rows.compactMap { row in
            let support: Support
            switch site.support(of: row, in: window, minimumBaseQuality: options.minimumBaseQuality) {
            case .absent: return nil
            case .alternate: support = .alternate
            case .reference: support = .reference
            case .other: support = .other
            case .uninformative: support = .uninformative
            }
            return Read(row, support, of: window, in: picture)
        }
        reads.sort {
            let order = Support.allCases
            let (a, b) = (order.firstIndex(of: $0.support) ?? 0, order.firstIndex(of: $1.support) ?? 0)
            return (a, $0.start, $0.cells.count) < (b, $1.start, $1.cells.count)
        }
        func features(_ window: PileupWindow) -> [Float] {
            var features = [Float](repeating: 0, count: CandidateEncoder.valuesPerCandidate)
            let evidence = AlleleEvidence(counted, site: site, in: window, options: options)
            features.withUnsafeMutableBufferPointer {
                CandidateEncoder(window: window, options: options).encode(
                    WeighedAllele(candidate: counted, site: site, evidence: evidence), into: $0)
            }
            return features
        }
        self.options = options
        self.features = features(window)
        var same = features(window.showingReference())
        // The picture's constants are those of the allele; of no read that shows it the fraction is 0.
        for position in 0..<PileupEncoder.positions {
            same[position * PileupEncoder.channels + PileupEncoder.alternateFractionChannel] = 0
        }
        referenceFeatures = same
    }
}

extension SitePileup.Read {
    fileprivate init(
        _ row: PileupWindow.Row, _ support: SitePileup.Support, of window: PileupWindow, in picture: Range<Int>
    ) {
        let covered = row.range.clamped(to: picture)
        start = covered.lowerBound
        cells = covered.map { position in
            let cell = row.cell(position)
            switch window.bases[cell] {
            case PileupWindow.Cell.absent: return .absent
            case PileupWindow.Cell.deletion: return .deletion
            case PileupWindow.Cell.unknown: return .base(UInt8(ascii: "N"), quality: window.qualities[cell])
            case let base: return .base(Nucleotide.letters[Int(base)], quality: window.qualities[cell])
            }
        }
        insertions = [:]
        for indel in window.indels[row.indels] where !indel.inserted.isEmpty && picture.contains(indel.anchor) {
            insertions[indel.anchor] = String(decoding: window.insertedBases(indel), as: UTF8.self)
        }
        self.support = support
        mappingQuality = row.mappingQuality
        isReverse = row.isReverse
    }
}

extension PileupWindow {
    /// The same reads, if each showed the reference wherever it shows anything.
    func showingReference() -> PileupWindow {
        var same = self
        same.indels = []
        same.evidence = []
        for index in same.rows.indices {
            same.rows[index].indels = 0..<0
            let row = same.rows[index]
            for position in row.range {
                let cell = row.cell(position)
                guard same.bases[cell] <= Cell.deletion, let code = Nucleotide.code(ofASCII: reference[position]) else {
                    continue
                }
                same.bases[cell] = code
            }
        }
        return same
    }
}
