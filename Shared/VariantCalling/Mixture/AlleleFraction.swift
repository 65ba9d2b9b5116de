/// The share of a sample's molecules that have an allele, and where it lies with a probability of 95 %.
public struct AlleleFraction: Sendable, Codable, Hashable {
    /// The most likely share: FORMAT/AF.
    public var share: Double
    /// The interval's lower end: FORMAT/CILOW.
    public var low: Double
    /// Its upper end: FORMAT/CIUP.
    public var high: Double

    /// A share with its interval, to four places.
    init(_ share: Double, in interval: ClosedRange<Double>) {
        func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }
        self.share = rounded(share)
        low = rounded(interval.lowerBound)
        high = rounded(interval.upperBound)
    }
}
