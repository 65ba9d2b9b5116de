/// A stretch with a number of chromosomes that somebody says.
public struct PloidyStretch: Sendable, Hashable, Codable {
    /// Where.
    public var interval: Interval
    /// How many chromosomes there are.
    public var copies: Int

    /// The most chromosomes that are reckoned with.
    public static let most = 8

    /// Says a number.
    public init(interval: Interval, copies: Int) {
        self.interval = interval
        self.copies = copies
    }

    /// The stretches of a BED file, whose fourth column is the number of chromosomes.
    ///
    /// Throws `GenomicsError` naming the line of a number that is none of 0 to ``most``, of a contig that is not among `contigs`, and of the
    /// mitochondrion, whose molecules are a mixture of no number.
    public static func read(path: String, contigs: [Contig]) throws(GenomicsError) -> [PloidyStretch] {
        var stretches: [PloidyStretch] = []
        var lines = try BGZFLines(path: path)
        while let line = try lines.next() {
            guard let stretch = try BED.Line(line, file: path, number: lines.number) else { continue }
            func malformed(_ message: String, _ field: String) -> GenomicsError {
                GenomicsError(.malformed, message, file: path, record: lines.number, field: field)
            }
            guard let copies = stretch.name.flatMap({ Int($0) }) else {
                throw malformed("the number of chromosomes is a whole number of 0 to \(most)", "name")
            }
            let own = PloidyStretch(
                interval: Interval(contig: stretch.contig, zeroBased: stretch.range), copies: copies)
            if let flaw = own.flaw(contigs: contigs) { throw malformed(flaw.message, flaw.field) }
            stretches.append(own)
        }
        return stretches
    }

    /// What is wrong with the stretch against a reference, and the column of a BED file that says so; nil when nothing is.
    public func flaw(contigs: [Contig]) -> (message: String, field: String)? {
        guard let contig = contigs.first(where: { $0.name == interval.contig }) else {
            return ("the reference has no contig \"\(interval.contig)\"", "chrom")
        }
        guard !MitochondrialContig.isNamed(contig.name) else {
            return (
                "\(contig.name) is called as a mixture of molecules, each allele with its share, and has no number of chromosomes; leave the "
                    + "line out", "chrom"
            )
        }
        guard interval.start >= 1, interval.end <= contig.length else {
            return ("the stretch ends behind the contig's \(contig.length) bases", "chromEnd")
        }
        guard (0...Self.most).contains(copies) else {
            return ("the number of chromosomes is a whole number of 0 to \(Self.most)", "name")
        }
        return nil
    }
}
