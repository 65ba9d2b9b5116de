/// A transcript whose coding sequence records change that wait for their neighbours.
struct ActiveTranscript {
    /// Its place in the set.
    let index: Int
    let model: TranscriptModel
    /// The last base that may change with those that are there.
    let end: Int
    var edits: [CodingEdit] = []
    /// By edit: on whose chromosomes it lies.
    var carriers: [[(sample: Int, placement: ConsequenceCaller.Placement)]] = []

    /// The distinct haplotypes of the samples, as places of edits in genomic order, without those that overlap an earlier one,
    /// which are haplotypes of their own, and counted.
    func haplotypes() -> (haplotypes: Set<[Int]>, overlapping: Int) {
        struct Copy: Hashable {
            var sample: Int
            var set: Int
            var copy: Int
        }
        var onAll: [Int: [Int]] = [:]
        var copies: [Copy: [Int]] = [:]
        var single: [(sample: Int, edit: Int)] = []
        for (edit, own) in carriers.enumerated() {
            for (sample, placement) in own {
                switch placement {
                case .all: onAll[sample, default: []].append(edit)
                case .phased(let set, let copy):
                    copies[Copy(sample: sample, set: set, copy: copy), default: []].append(edit)
                case .unphased: single.append((sample, edit))
                }
            }
        }
        var found: Set<[Int]> = []
        for (copy, own) in copies { found.insert((own + (onAll[copy.sample] ?? [])).sorted()) }
        for (sample, edit) in single { found.insert((onAll[sample, default: []] + [edit]).sorted()) }
        // A copy with nothing else, unless a phase set has something on both.
        let full = Set(
            copies.keys.filter { $0.copy == 0 && copies[Copy(sample: $0.sample, set: $0.set, copy: 1)] != nil }.map(
                \.sample))
        for (sample, own) in onAll where !full.contains(sample) { found.insert(own) }
        var result: Set<[Int]> = []
        var overlapping = 0
        let isReverse = model.transcript.isReverse
        for haplotype in found {
            var kept: [Int] = []
            for edit in haplotype {
                if let last = kept.last {
                    let (one, two) = (edits[last], edits[edit])
                    guard isReverse ? two.end <= one.start : one.end <= two.start else {
                        overlapping += 1
                        result.insert([edit])
                        continue
                    }
                }
                kept.append(edit)
            }
            result.insert(kept)
        }
        return (result, overlapping)
    }
}
