import Genomics

/// A stretch whose reads may be aligned in several ways: around insertions and deletions that some of them show.
struct ActiveRegion {
    /// The stretch, with a base on each side of where its alleles can slide.
    var range: Range<Int>
    /// The insertions and deletions that reads show, and the substitutions among them.
    var alleles: [AlleleChange]

    /// The longest stretch that is realigned as one.
    static let longest = 240
    /// Regions that are closer to each other are one.
    static let gap = 8
    /// How far substitutions are looked for beside the insertions and deletions.
    static let reach = 10
    /// The alleles of a region beyond this number, the least supported ones, are left as the aligner wrote them.
    static let maximumAlleles = 8

    /// An insertion, deletion or replacement with the rows that show it.
    private struct Event: Hashable {
        var anchor: Int
        var deleted: Int
        var inserted: [UInt8]

        var allele: AlleleChange { AlleleChange(replaced: (anchor + 1)..<(anchor + 1 + deleted), bases: inserted) }

        func tract(in reference: ReferenceWindow) -> Range<Int> {
            let start = anchor + 1
            let end: Int
            if deleted > 0, !inserted.isEmpty {
                end = start + deleted
            } else if deleted > 0 {
                end = LeftAlignment.tractEnd(start: start, deleting: deleted, in: reference)
            } else {
                end = LeftAlignment.tractEnd(start: start, inserting: inserted, in: reference)
            }
            return anchor..<(end + 1)
        }
    }

    /// The regions of a window whose reads are laid out, from left to right.
    static func find(in window: PileupWindow, options: PileupOptions) -> [ActiveRegion] {
        var support: [Event: Int] = [:]
        for indel in window.indels where max(indel.deleted, indel.inserted.count) <= options.maximumIndelLength {
            let event = Event(
                anchor: indel.anchor, deleted: indel.deleted, inserted: Array(window.insertedBases(indel)))
            support[event, default: 0] += 1
        }
        if support.isEmpty { return [] }
        let depth = window.depths()
        var seeds: [(tract: Range<Int>, allele: AlleleChange, support: Int)] = []
        for (event, count) in support {
            let tract = event.tract(in: window.reference)
            guard tract.lowerBound > window.range.lowerBound, tract.upperBound < window.range.upperBound,
                tract.count <= longest
            else { continue }
            let here = depth[event.anchor - window.range.lowerBound]
            guard count >= options.minimumSupport, Double(count) >= options.minimumIndelFraction * Double(here)
            else {
                if count == 1, here <= 24, window.showsTrouble(in: tract) { seeds.append((tract, event.allele, count)) }
                continue
            }
            seeds.append((tract, event.allele, count))
        }
        seeds.sort { ($0.tract.lowerBound, $0.allele) < ($1.tract.lowerBound, $1.allele) }
        var regions: [(range: Range<Int>, seeds: [(allele: AlleleChange, support: Int)])] = []
        for seed in seeds {
            if let last = regions.last, seed.tract.lowerBound <= last.range.upperBound + gap,
                max(last.range.upperBound, seed.tract.upperBound) - last.range.lowerBound <= longest
            {
                let end = max(last.range.upperBound, seed.tract.upperBound)
                regions[regions.count - 1].range = last.range.lowerBound..<end
                regions[regions.count - 1].seeds.append((seed.allele, seed.support))
            } else {
                regions.append((seed.tract, [(seed.allele, seed.support)]))
            }
        }
        return regions.map { region in
            let kept = region.seeds.sorted { ($1.support, $0.allele) < ($0.support, $1.allele) }
                .prefix(maximumAlleles - 2).map(\.allele)
            let substitutions = window.substitutions(
                in: (region.range.lowerBound - reach)..<(region.range.upperBound + reach), options: options)
            return ActiveRegion(
                range: region.range, alleles: (kept + substitutions.prefix(maximumAlleles - kept.count)).sorted())
        }
    }
}

extension PileupWindow {
    /// How many rows cover each position of the window.
    fileprivate func depths() -> [Int] {
        var depth = [Int](repeating: 0, count: range.count + 1)
        for row in rows where !row.range.isEmpty {
            depth[row.range.lowerBound - range.lowerBound] += 1
            depth[row.range.upperBound - range.lowerBound] -= 1
        }
        for index in 1..<depth.count { depth[index] += depth[index - 1] }
        return depth
    }

    /// Whether a read is clipped in or beside a stretch, or differs from the reference at several of its bases: an event that its
    /// aligner did not write.
    fileprivate func showsTrouble(in tract: Range<Int>) -> Bool {
        let stretch = (tract.lowerBound - 3)..<(tract.upperBound + 3)
        return rows.contains { row in
            guard row.range.overlaps(stretch) else { return false }
            if row.isClippedLeft, stretch.contains(row.aligned.lowerBound) { return true }
            if row.isClippedRight, stretch.contains(row.aligned.upperBound) { return true }
            var differences = 0
            for position in stretch.clamped(to: row.range) {
                let cell = row.cell(position)
                if bases[cell] < Cell.deletion, qualities[cell] >= 15,
                    Nucleotide.letters[Int(bases[cell])] != reference[position]
                {
                    differences += 1
                }
            }
            return differences >= 2
        }
    }

    /// The substitutions that enough rows show, by their support.
    fileprivate func substitutions(in stretch: Range<Int>, options: PileupOptions) -> [AlleleChange] {
        let stretch = stretch.clamped(to: range)
        var counts = [Int](repeating: 0, count: 4 * stretch.count)
        var depth = [Int](repeating: 0, count: stretch.count)
        for row in rows {
            for position in row.range.clamped(to: stretch) {
                let cell = row.cell(position)
                guard bases[cell] <= Cell.deletion, qualities[cell] >= options.minimumBaseQuality else { continue }
                depth[position - stretch.lowerBound] += 1
                if bases[cell] < 4 { counts[4 * (position - stretch.lowerBound) + Int(bases[cell])] += 1 }
            }
        }
        var found: [(allele: AlleleChange, support: Int)] = []
        for position in stretch {
            let slot = position - stretch.lowerBound
            for base in 0..<4 where Nucleotide.letters[base] != reference[position] {
                let count = counts[4 * slot + base]
                guard count >= options.minimumSupport, 5 * count >= depth[slot], Nucleotide.isBase(reference[position])
                else { continue }
                found.append(
                    (AlleleChange(replaced: position..<(position + 1), bases: [Nucleotide.letters[base]]), count))
            }
        }
        return found.sorted { ($1.support, $0.allele) < ($0.support, $1.allele) }.map(\.allele)
    }
}
