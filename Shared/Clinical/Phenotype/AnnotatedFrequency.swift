/// How often a phenotype was seen among those who have a disease, as `phenotype.hpoa` writes it.
enum AnnotatedFrequency: Sendable, Hashable {
    /// In so many of so many people: `3/7`.
    case counted(Int, of: Int)
    /// A share between 0 and 1: one of HPO's classes, by the middle of its range, or a percentage.
    case share(Float)
    /// Nothing is said.
    case unknown

    /// HPO's classes (`HP:0040279 Frequency`) by the middle of the range that each is defined by.
    private static let classes: [String: Float] = [
        "HP:0040280": 1, "HP:0040281": 0.9, "HP:0040282": 0.55, "HP:0040283": 0.17, "HP:0040284": 0.03,
        "HP:0040285": 0,
    ]

    /// Reads the field; nil for what is none of the three forms.
    init?(_ field: String) {
        if field.isEmpty {
            self = .unknown
        } else if let share = Self.classes[field] {
            self = .share(share)
        } else if field.hasSuffix("%"), let number = Float(field.dropLast()), (0...100).contains(number) {
            self = .share(number / 100)
        } else {
            let parts = field.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, let seen = Int(parts[0]), let all = Int(parts[1]), (0...1_000_000).contains(all),
                (0...all).contains(seen)
            else { return nil }
            // `0/0` is a count of nobody.
            self = all == 0 ? .unknown : .counted(seen, of: all)
        }
    }
}
