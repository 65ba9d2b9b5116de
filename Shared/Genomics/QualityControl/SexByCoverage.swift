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
    /// A shallower sample says nothing.
    public static let minimumDepth = 1.0

    /// Compares depths: X is at half the depth of the autosomes or at the whole of it, and Y, much of which cannot be
    /// mapped, at a quarter and more or near zero.
    ///
    /// - Parameters:
    ///   - covered: The sum of the depths over each contig's part of the target.
    ///   - target: The bases of each contig's part of the target, without those that the reference does not know.
    public init(covered: [String: Int], target: [String: Int]) {
        func depth(_ place: Place) -> (depth: Double, bases: Int) {
            let contigs = target.keys.filter { Place($0) == place }
            let bases = contigs.reduce(0) { $0 + (target[$1] ?? 0) }
            let sum = contigs.reduce(0) { $0 + (covered[$1] ?? 0) }
            return (bases == 0 ? 0 : Double(sum) / Double(bases), bases)
        }
        let (autosomes, x, y) = (depth(.autosome), depth(.x), depth(.y))
        guard autosomes.bases >= Self.minimumAutosomes, autosomes.depth >= Self.minimumDepth,
            x.bases >= Self.minimumX
        else {
            (verdict, self.x, self.y) = (.notDetermined, nil, nil)
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

    /// What a contig is in a human reference, by the names of UCSC, Ensembl and RefSeq.
    private enum Place {
        case autosome
        case x
        case y

        init?(_ contig: String) {
            var name = Substring(contig)
            if name.hasPrefix("NC_0000"), let number = Int(name.dropFirst(7).prefix { $0 != "." }) {
                name = number == 23 ? "X" : number == 24 ? "Y" : "\(number)"
            } else if name.hasPrefix("chr") {
                name = name.dropFirst(3)
            }
            switch name {
            case "X": self = .x
            case "Y": self = .y
            default:
                guard let number = Int(name), (1...22).contains(number), String(number) == name else { return nil }
                self = .autosome
            }
        }
    }
}
