import Genomics

/// How many chromosomes a sample has where: two, unless said otherwise.
public struct Ploidy: Sendable, Hashable {
    /// A stretch with another number.
    private struct Stretch: Hashable, Sendable {
        var range: Range<Int>
        var copies: Int
    }

    private var stretches: [String: [Stretch]] = [:]

    /// The most chromosomes that are reckoned with.
    public static let most = PloidyStretch.most

    /// Two everywhere.
    public init() {}

    /// Two of all but the sex chromosomes, of which there are two X, or one of each; two where X and Y pair.
    public init(_ sex: SexByCoverage.Verdict, contigs: [Contig]) {
        guard sex != .notDetermined else { return }
        for contig in contigs {
            guard let chromosome = SexChromosome(contig.name) else { continue }
            let copies = chromosome.copies(isMale: sex == .xy)
            set(copies, contig.name, 0..<contig.length)
            guard copies == 1 else { continue }
            for region in SexChromosome.pseudoautosomal(length: contig.length) { set(2, contig.name, region) }
        }
    }

    /// Says a number for a 0-based half-open stretch; what is said later counts.
    public mutating func set(_ copies: Int, _ contig: String, _ range: Range<Int>) {
        stretches[contig, default: []].append(Stretch(range: range, copies: copies))
    }

    /// Takes stretches, each of which counts before those in front of it.
    public mutating func set(_ stretches: [PloidyStretch]) {
        for stretch in stretches { set(stretch.copies, stretch.interval.contig, stretch.interval.zeroBased) }
    }

    /// Where the number at a 0-based position may end to hold, at most at `limit`.
    func end(_ contig: String, from position: Int, limit: Int) -> Int {
        (stretches[contig] ?? []).reduce(limit) { end, stretch in
            [stretch.range.lowerBound, stretch.range.upperBound].reduce(end) { $1 > position ? min($0, $1) : $0 }
        }
    }

    /// The number at a position, counted from 1; of the mitochondrion one, which stands for all molecules that are alike.
    public func of(_ contig: String, position: Int) -> Int {
        stretches[contig]?.last { $0.range.contains(position - 1) }?.copies
            ?? (MitochondrialContig.isNamed(contig) ? 1 : 2)
    }
}
