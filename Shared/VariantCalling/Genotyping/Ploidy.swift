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
    public static let most = 8

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

    /// Takes the stretches of a BED file, whose fourth column is the number of chromosomes.
    ///
    /// Throws `GenomicsError` naming the line of a number that is none of 0 to ``most``, and of a contig that is not among `contigs`.
    public mutating func read(path: String, contigs: [Contig]) throws(GenomicsError) {
        let lengths = Dictionary(contigs.map { ($0.name, $0.length) }, uniquingKeysWith: { first, _ in first })
        var lines = try BGZFLines(path: path)
        while let line = try lines.next() {
            guard let stretch = try BED.Line(line, file: path, number: lines.number) else { continue }
            func malformed(_ message: String, _ field: String) -> GenomicsError {
                GenomicsError(.malformed, message, file: path, record: lines.number, field: field)
            }
            guard let length = lengths[stretch.contig] else {
                throw malformed("the reference has no contig \"\(stretch.contig)\"", "chrom")
            }
            guard stretch.range.upperBound <= length else {
                throw malformed("the stretch ends behind the contig's \(length) bases", "chromEnd")
            }
            let columns = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
            guard columns.count > 3, let copies = Int(String(decoding: columns[3], as: UTF8.self)),
                (0...Self.most).contains(copies)
            else { throw malformed("the number of chromosomes is a whole number of 0 to \(Self.most)", "name") }
            set(copies, stretch.contig, stretch.range)
        }
    }

    /// The number at a position, counted from 1.
    public func of(_ contig: String, position: Int) -> Int {
        stretches[contig]?.last { $0.range.contains(position - 1) }?.copies ?? 2
    }
}
