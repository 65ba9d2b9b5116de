import Genomics
import NeuralNetwork
import Tasks

/// The donors and acceptors of transcripts, and places around them that are none, as windows of a reference.
///
/// A place that is none (a decoy) lies between the first and the last exon of a gene, on either strand: right before a GT, right behind an
/// AG, or anywhere. All windows are cut so that the site is in their middle.
struct TranscriptSites {
    /// What a window is of.
    enum Kind: Hashable {
        case donor, acceptor, none
    }

    /// A boundary between two bases, by the bases of the contig before it.
    private struct Place: Hashable {
        var contig: Int
        var isReverse: Bool
        var boundary: Int
    }

    /// Base codes of windows, each with its kind, in the order of the contigs; decoys behind the sites.
    private(set) var windows: [(codes: [UInt8], kind: Kind)] = []
    /// Sites that were left out, by what is wrong with them.
    private(set) var problems: [String: Int] = [:]

    /// Cuts windows of `length` bases; of each site so many decoys.
    init(
        transcripts: [TranscriptFile.Transcript], genome: ReferenceGenome, length: Int, decoys: Int, seed: UInt64
    ) throws {
        var sites: [Place: Kind] = [:]
        var spans: [Int: [Range<Int>]] = [:]
        for transcript in transcripts {
            guard let contig = genome.index(of: transcript.contig) else {
                throw TaskError("\(genome.path) has no contig \"\(transcript.contig)\", where \(transcript.name) lies")
            }
            let exons = transcript.exons
            for (left, right) in zip(exons, exons.dropFirst()) {
                let isReverse = transcript.isReverse
                sites[Place(contig: contig, isReverse: isReverse, boundary: left.upperBound)] =
                    isReverse ? .acceptor : .donor
                sites[Place(contig: contig, isReverse: isReverse, boundary: right.lowerBound)] =
                    isReverse ? .donor : .acceptor
            }
            if exons.count > 1, let first = exons.first, let last = exons.last {
                spans[contig, default: []].append(first.lowerBound..<last.upperBound)
            }
        }
        let order = sites.keys.sorted {
            ($0.contig, $0.boundary, $0.isReverse ? 1 : 0) < ($1.contig, $1.boundary, $1.isReverse ? 1 : 0)
        }
        for place in order {
            guard let kind = sites[place], let codes = try Self.window(place, length, genome) else { continue }
            if let flaw = Self.flaw(codes, kind) {
                problems[flaw, default: 0] += 1
            } else {
                windows.append((codes, kind))
            }
        }
        var random = SplitMix64(keys: seed, 0)
        let wanted = decoys * windows.count
        for contig in spans.keys.sorted() {
            let spans = Self.merged(spans[contig] ?? [])
            let share = order.count { $0.contig == contig }
            let own = wanted * share / max(1, order.count)
            for (candidates, part) in try Self.candidates(contig, spans, genome) {
                let free = candidates.filter { sites[$0] == nil }
                for index in random.permutation(free.count).prefix(own * part / 20) {
                    if let codes = try Self.window(free[index], length, genome) { windows.append((codes, .none)) }
                }
            }
        }
    }

    /// The window around a place, as its strand reads it; nil where it would leave the contig.
    private static func window(_ place: Place, _ length: Int, _ genome: ReferenceGenome) throws -> [UInt8]? {
        let start = place.boundary - (place.isReverse ? length - length / 2 : length / 2)
        guard start >= 0, start + length <= genome.contigs[place.contig].length else { return nil }
        let codes = try genome.bases(contig: place.contig, start..<(start + length)).map {
            BaseCode.nibble(ofASCII: $0)
        }
        return place.isReverse ? codes.reversed().map(BaseCode.complementCode) : codes
    }

    /// What is wrong with a site: an intron begins with GT, GC or AT, and ends with AG or AC.
    private static func flaw(_ codes: [UInt8], _ kind: Kind) -> String? {
        let middle = codes.count / 2
        let motif = codes[(kind == .donor ? middle : middle - 2)...].prefix(2).map {
            Character(Unicode.Scalar(BaseCode.ascii(ofNibble: $0)))
        }
        switch kind {
        case .donor where !["GT", "GC", "AT"].contains(String(motif)): return "its intron begins with \(String(motif))"
        case .acceptor where !["AG", "AC"].contains(String(motif)): return "its intron ends with \(String(motif))"
        default: return nil
        }
    }

    /// Places in spans of a contig, by strand and motif, each kind with its share of 20 decoys.
    private static func candidates(
        _ contig: Int, _ spans: [Range<Int>], _ genome: ReferenceGenome
    ) throws -> [(places: [Place], part: Int)] {
        var found: [(places: [Place], part: Int)] = []
        for isReverse in [false, true] {
            var (donors, acceptors, all): ([Place], [Place], [Place]) = ([], [], [])
            for span in spans {
                let bases = try genome.bases(contig: contig, span)
                for offset in 1..<max(1, bases.count - 1) {
                    func place(_ shift: Int) -> Place {
                        Place(contig: contig, isReverse: isReverse, boundary: span.lowerBound + offset + shift)
                    }
                    // The two bases from `offset` on; read from the other strand, GT is AC and AG is CT.
                    switch (bases[offset], bases[offset + 1], isReverse) {
                    case (UInt8(ascii: "G"), UInt8(ascii: "T"), false): donors.append(place(0))
                    case (UInt8(ascii: "A"), UInt8(ascii: "C"), true): donors.append(place(2))
                    case (UInt8(ascii: "A"), UInt8(ascii: "G"), false): acceptors.append(place(2))
                    case (UInt8(ascii: "C"), UInt8(ascii: "T"), true): acceptors.append(place(0))
                    default: break
                    }
                    if bases[offset] != UInt8(ascii: "N") { all.append(place(0)) }
                }
            }
            found += [(donors, 4), (acceptors, 4), (all, 2)]
        }
        return found
    }

    private static func merged(_ spans: [Range<Int>]) -> [Range<Int>] {
        var merged: [Range<Int>] = []
        for span in spans.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, span.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, span.upperBound)
            } else {
                merged.append(span)
            }
        }
        return merged
    }
}
