import Genomics

/// A release of the human genome by which positions are counted.
public enum GenomeBuild: String, Sendable, Hashable, CaseIterable {
    /// hg19, b37.
    case grch37 = "GRCh37"
    /// hg38.
    case grch38 = "GRCh38"

    /// The build of a name as headers and options have it: GRCh37, hg19, b37, 37; nil for another.
    public init?(name: String) {
        switch name.lowercased() {
        case "grch37", "hg19", "b37", "37", "hs37d5": self = .grch37
        case "grch38", "hg38", "38", "hs38dh": self = .grch38
        default: return nil
        }
    }

    /// The build of a file by the lengths of its contigs; nil where they say nothing.
    ///
    /// The lengths of chromosomes 1 to 22 and X of the assemblies GCA_000001405.1 and GCA_000001405.15.
    public init?(contigs: [Contig]) {
        let found = Set(contigs.compactMap { contig in Self.builds[Self.plain(contig.name)]?[contig.length] })
        guard found.count == 1, let build = found.first else { return nil }
        self = build
    }

    /// A contig's name without `chr`; MT for M.
    public static func plain(_ name: String) -> String {
        let short = name.hasPrefix("chr") ? String(name.dropFirst(3)) : name
        return short == "M" ? "MT" : short
    }

    private static let builds: [String: [Int: GenomeBuild]] = {
        let lengths: [(String, Int, Int)] = [
            ("1", 249_250_621, 248_956_422), ("2", 243_199_373, 242_193_529), ("3", 198_022_430, 198_295_559),
            ("4", 191_154_276, 190_214_555), ("5", 180_915_260, 181_538_259), ("6", 171_115_067, 170_805_979),
            ("7", 159_138_663, 159_345_973), ("8", 146_364_022, 145_138_636), ("9", 141_213_431, 138_394_717),
            ("10", 135_534_747, 133_797_422), ("11", 135_006_516, 135_086_622), ("12", 133_851_895, 133_275_309),
            ("13", 115_169_878, 114_364_328), ("14", 107_349_540, 107_043_718), ("15", 102_531_392, 101_991_189),
            ("16", 90_354_753, 90_338_345), ("17", 81_195_210, 83_257_441), ("18", 78_077_248, 80_373_285),
            ("19", 59_128_983, 58_617_616), ("20", 63_025_520, 64_444_167), ("21", 48_129_895, 46_709_983),
            ("22", 51_304_566, 50_818_468), ("X", 155_270_560, 156_040_895),
        ]
        return Dictionary(uniqueKeysWithValues: lengths.map { ($0.0, [$0.1: .grch37, $0.2: .grch38]) })
    }()
}
