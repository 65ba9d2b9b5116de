import Genomics

/// The RefSeq accessions of the human chromosomes, which say the release of the genome: `NC_000013.11` is GRCh38's chromosome 13.
public enum ChromosomeAccession {
    /// The accession of a contig, by its name (`13` or `chr13`) and its length together; nil where they are those of neither release.
    ///
    /// The mitochondrion is NC_012920.1 where it has 16,569 bases: GRCh37's `MT` and GRCh38's `chrM`, not UCSC's hg19 `chrM`.
    public static func accession(of contig: Contig) -> String? {
        if contig.name.hasPrefix("NC_") { return contig.name }
        if MitochondrialContig.isNamed(contig.name) { return contig.length == 16_569 ? "NC_012920.1" : nil }
        let name = contig.name.hasPrefix("chr") ? String(contig.name.dropFirst(3)) : contig.name
        guard let row = table.first(where: { $0.name == name }) else { return nil }
        let number = row.number < 10 ? "0\(row.number)" : "\(row.number)"
        if row.lengths.grch38 == contig.length { return "NC_0000\(number).\(row.versions.grch38)" }
        if row.lengths.grch37 == contig.length { return "NC_0000\(number).\(row.versions.grch37)" }
        return nil
    }

    /// The contig of an accession in a reference; nil where it has none by this name nor, by name and length, the chromosome of this release.
    public static func contig(of accession: String, in contigs: [Contig]) -> Contig? {
        contigs.first { $0.name == accession } ?? contigs.first { self.accession(of: $0) == accession }
    }

    /// The chromosome of an accession, with the release that it is of: 13 and GRCh38 of `NC_000013.11`.
    ///
    /// The mitochondrion's NC_012920.1 is MT of no release, for several have it; nil for what is neither release's.
    public static func chromosome(of accession: String) -> (name: String, release: String?)? {
        if accession == "NC_012920.1" { return ("MT", nil) }
        let parts = accession.split(separator: ".")
        guard parts.count == 2, parts[0].hasPrefix("NC_0000"), let number = Int(parts[0].dropFirst(7)),
            let version = Int(parts[1]), let row = table.first(where: { $0.number == number })
        else { return nil }
        switch version {
        case row.versions.grch38: return (row.name, "GRCh38")
        case row.versions.grch37: return (row.name, "GRCh37")
        default: return nil
        }
    }

    private typealias Row = (
        name: String, number: Int, versions: (grch37: Int, grch38: Int), lengths: (grch37: Int, grch38: Int)
    )
    private static let table: [Row] = [
        ("1", 1, (10, 11), (249_250_621, 248_956_422)), ("2", 2, (11, 12), (243_199_373, 242_193_529)),
        ("3", 3, (11, 12), (198_022_430, 198_295_559)), ("4", 4, (11, 12), (191_154_276, 190_214_555)),
        ("5", 5, (9, 10), (180_915_260, 181_538_259)), ("6", 6, (11, 12), (171_115_067, 170_805_979)),
        ("7", 7, (13, 14), (159_138_663, 159_345_973)), ("8", 8, (10, 11), (146_364_022, 145_138_636)),
        ("9", 9, (11, 12), (141_213_431, 138_394_717)), ("10", 10, (10, 11), (135_534_747, 133_797_422)),
        ("11", 11, (9, 10), (135_006_516, 135_086_622)), ("12", 12, (11, 12), (133_851_895, 133_275_309)),
        ("13", 13, (10, 11), (115_169_878, 114_364_328)), ("14", 14, (8, 9), (107_349_540, 107_043_718)),
        ("15", 15, (9, 10), (102_531_392, 101_991_189)), ("16", 16, (9, 10), (90_354_753, 90_338_345)),
        ("17", 17, (10, 11), (81_195_210, 83_257_441)), ("18", 18, (9, 10), (78_077_248, 80_373_285)),
        ("19", 19, (9, 10), (59_128_983, 58_617_616)), ("20", 20, (10, 11), (63_025_520, 64_444_167)),
        ("21", 21, (8, 9), (48_129_895, 46_709_983)), ("22", 22, (10, 11), (51_304_566, 50_818_468)),
        ("X", 23, (10, 11), (155_270_560, 156_040_895)), ("Y", 24, (9, 10), (59_373_566, 57_227_415)),
    ]
}
