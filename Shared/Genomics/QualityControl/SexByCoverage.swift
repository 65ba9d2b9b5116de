/// The sex chromosomes as the depths show them.
public struct SexByCoverage: Sendable, Hashable, Codable {
    /// Which sex chromosomes.
    public enum Verdict: String, Sendable, Hashable, Codable, CaseIterable {
        /// Two of X, none of Y.
        case xx = "XX"
        /// One of each.
        case xy = "XY"
        /// The depths fit neither, or X, Y or enough of the autosomes are not in the target.
        case notDetermined
    }

    /// The verdict.
    public let verdict: Verdict
    /// The depth of X over that of the autosomes; nil where one of them is not in the target.
    public let x: Double?
    /// The depth of Y over that of the autosomes.
    public let y: Double?

    /// Fewer bases of the autosomes in the target say nothing.
    public static let minimumAutosomes = 1_000_000
    /// Fewer bases of X say nothing.
    public static let minimumX = 100_000
    /// Fewer bases of Y say nothing.
    public static let minimumY = 20_000
    /// So little of X as nobody has: reads of some contigs alone, which say nothing.
    public static let leastX = 0.1
    /// A shallower sample says nothing.
    public static let minimumDepth = 1.0

    /// What ``karyotype`` is of depths that fit none.
    public static let unclear = "unclear"

    /// Compares depths: X is at half the depth of the autosomes or at the whole of it, and Y, much of which cannot be
    /// mapped, at a quarter and more or near zero.
    ///
    /// The bounds are about those of DRAGEN's Ploidy Estimator (its documentation, version 4.4: X of 0.25-0.75 and 0.75-1.25, Y of 0-0.25
    /// and 0.25-0.75 of the autosomes' median), which takes medians; of means Y has less, since its repeats are not all covered,
    /// and between XX and XY lies a gap in which nothing is said.
    ///
    /// - Parameters:
    ///   - covered: The sum of the depths over each contig's part of the target, without where X and Y pair.
    ///   - target: The bases of each contig's part of the target, without those that the reference does not know and where X and Y pair.
    public init(covered: [String: Int], target: [String: Int]) {
        func depth(_ place: Place) -> (depth: Double, bases: Int) {
            let contigs = target.keys.filter { Place($0) == place }
            let bases = contigs.reduce(0) { $0 + (target[$1] ?? 0) }
            let sum = contigs.reduce(0) { $0 + (covered[$1] ?? 0) }
            return (bases == 0 ? 0 : Double(sum) / Double(bases), bases)
        }
        let (autosomes, x, y) = (depth(.autosome), depth(.sex(.x)), depth(.sex(.y)))
        guard autosomes.bases >= Self.minimumAutosomes, autosomes.depth >= Self.minimumDepth,
            x.bases >= Self.minimumX
        else {
            self = .unknown
            return
        }
        func share(_ depth: Double) -> Double { (depth / autosomes.depth * 10_000).rounded() / 10_000 }
        let shareOfX = share(x.depth)
        self.x = shareOfX
        guard y.bases >= Self.minimumY else {
            (verdict, self.y) = (.notDetermined, nil)
            return
        }
        let shareOfY = share(y.depth)
        self.y = shareOfY
        switch (shareOfX, shareOfY) {
        case (0.75..<1.4, ..<0.1): verdict = .xx
        case (0.35..<0.75, 0.15..<0.8): verdict = .xy
        default: verdict = .notDetermined
        }
    }

    private init() { (verdict, x, y) = (.notDetermined, nil, nil) }

    /// Nothing can be said.
    public static let unknown = SexByCoverage()

    /// The sex chromosomes that the depths look like, ``unclear`` where they fit none; nil where nothing can be said.
    public var karyotype: String? {
        guard let x, let y, x >= Self.leastX else { return nil }
        switch (x, y) {
        case (0.35..<0.75, ..<0.1): return "X0"
        case (0.75..<1.4, ..<0.1): return "XX"
        case (1.4..<1.75, ..<0.1): return "XXX"
        case (0.35..<0.75, 0.15..<0.8): return "XY"
        case (0.75..<1.4, 0.15..<0.8): return "XXY"
        case (0.35..<0.75, 0.8..<1.25): return "XYY"
        default: return Self.unclear
        }
    }

    /// Whether depths of so many covered bases might say something of some target: without reads on X they say nothing.
    public static func mayTell(covered: [String: Int]) -> Bool {
        let autosomes = covered.filter { Place($0.key) == .autosome }.values.reduce(0, +)
        let x = covered.contains { Place($0.key) == .sex(.x) && $0.value > 0 }
        return x && Double(autosomes) >= Double(minimumAutosomes) * minimumDepth
    }

    /// Whether a contig's depth takes part.
    public static func compares(_ contig: String) -> Bool { Place(contig) != nil }

    /// What a contig is in a human reference, by the names of UCSC, Ensembl and RefSeq.
    private enum Place: Equatable {
        case autosome
        case sex(SexChromosome)

        init?(_ contig: String) {
            if let chromosome = SexChromosome(contig) {
                self = .sex(chromosome)
                return
            }
            var name = Substring(contig)
            if name.hasPrefix("NC_0000"), let number = Int(name.dropFirst(7).prefix { $0 != "." }) {
                name = "\(number)"
            } else if name.hasPrefix("chr") {
                name = name.dropFirst(3)
            }
            guard let number = Int(name), (1...22).contains(number), String(number) == name else { return nil }
            self = .autosome
        }
    }
}
