import Foundation

/// With which sex chromosomes a sample was called, and why.
public struct CalledSex: Sendable, Hashable, Codable {
    /// What the sex chromosomes follow from.
    public enum Basis: String, Sendable, Hashable, Codable, CaseIterable {
        /// Somebody said it.
        case given
        /// The depths show it.
        case coverage
        /// Nothing: two of each are assumed.
        case none
    }

    /// The sex chromosomes; two of each where they are not determined.
    public var sex: SexByCoverage.Verdict
    /// What they follow from.
    public var basis: Basis
    /// Why, in a sentence.
    public var reason: String
    /// The sex chromosomes that the depths look like, such as `XXY`, where they tell; `unclear` where they fit none.
    public var karyotype: String?
    /// What somebody should look at: depths that fit neither XX nor XY, or contradict what was given.
    public var warning: String?

    /// Weighs what was said against what the depths show.
    public init(_ choice: SexChoice, coverage: SexByCoverage) {
        karyotype = coverage.karyotype
        func depth(_ share: Double?) -> String { String(format: "%.2f", share ?? 0) }
        let depths =
            "X is covered \(depth(coverage.x)) times and Y \(depth(coverage.y)) times as deeply as the autosomes"
        if let given = choice.given {
            (sex, basis, reason) = (given, .given, "\(given.rawValue) was given")
            if let karyotype, karyotype != given.rawValue {
                let fits = karyotype == SexByCoverage.unclear ? "which does not fit" : "as in \(karyotype)"
                warning =
                    "\(given.rawValue) was given, but \(depths), \(fits): is this the right sample, and its sex rightly noted?"
            }
            return
        }
        switch (coverage.verdict, karyotype) {
        case (.notDetermined, nil):
            (sex, basis) = (.notDetermined, .none)
            reason =
                "no sex was given, and the target does not hold enough of X, Y and the autosomes, deep enough, to tell: two of each are "
                + "assumed"
        case (.notDetermined, let karyotype?):
            (sex, basis) = (.notDetermined, .none)
            let fits = karyotype == SexByCoverage.unclear ? "which fits no number of them" : "as in \(karyotype)"
            reason = "no sex was given; \(depths), \(fits): two of each are assumed"
            warning =
                "\(depths), \(fits): X and Y are called as two of each; say how many there are where that is known"
        case (let verdict, _):
            (sex, basis, reason) = (verdict, .coverage, depths)
        }
    }
}
