/// A criterion that is met, with the strength of its evidence: `PM3`, `PM3_Strong`.
public struct MetCriterion: Sendable, Hashable, Codable {
    /// The criterion.
    public var criterion: Criterion
    /// How strong its evidence is.
    public var strength: Strength

    /// Makes one of the usual strength, or another that the criterion allows.
    public init(_ criterion: Criterion, _ strength: Strength? = nil) {
        precondition(strength.map(criterion.allows) ?? true, "\(criterion) of a strength that it has not")
        self.criterion = criterion
        self.strength = strength ?? criterion.usualStrength
    }

    /// Reads a name as ClinGen's and ClinVar's files write it.
    ///
    /// Upper or lower case, with a strength behind `_`, `-` or a blank, whole or as P, M, S and VS. Throws ``CriterionError`` for what is none.
    public init(_ text: some StringProtocol) throws(CriterionError) {
        let word = text.uppercased()
        let name = word.prefix { $0.isLetter || $0.isNumber }
        guard let criterion = Criterion(rawValue: String(name)) else {
            throw CriterionError("\"\(text)\" is none of the 28 criteria, PVS1 to PP5 and BA1 to BP7")
        }
        var strength = criterion.usualStrength
        let rest = word.dropFirst(name.count).filter(\.isLetter)
        if word.count > name.count {
            guard let said = Self.strengths[String(rest)] else {
                throw CriterionError(
                    "\"\(text)\": the strength behind \(name) is none of Supporting, Moderate, Strong, VeryStrong and StandAlone"
                )
            }
            strength = said
        }
        guard criterion.allows(strength) else {
            throw CriterionError("\"\(text)\": \(name) cannot be \(strength.suffix)")
        }
        self.init(criterion, strength)
    }

    private static let strengths: [String: Strength] = [
        "SUPPORTING": .supporting, "P": .supporting, "SUP": .supporting, "MODERATE": .moderate, "M": .moderate,
        "MOD": .moderate, "STRONG": .strong, "S": .strong, "STR": .strong, "VERYSTRONG": .veryStrong, "VS": .veryStrong,
        "STANDALONE": .standAlone, "A": .standAlone,
    ]

    /// Its name, with its strength where that is not the usual one.
    public var name: String {
        strength == criterion.usualStrength ? criterion.rawValue : "\(criterion.rawValue)_\(strength.suffix)"
    }

    /// Reads a list of criteria, separated by commas or semicolons; throws for what is none and for a criterion that stands there twice.
    public static func list(_ text: String) throws(CriterionError) -> [MetCriterion] {
        var list: [MetCriterion] = []
        for word in text.split(whereSeparator: { $0 == "," || $0 == ";" }) {
            let word = word.drop { $0 == " " }
            let end = word.lastIndex { $0 != " " }
            guard let end else { continue }
            let met = try MetCriterion(word[...end])
            guard !list.contains(where: { $0.criterion == met.criterion }) else {
                throw CriterionError("\(met.criterion.rawValue) is there twice; say it once, with its strength")
            }
            list.append(met)
        }
        return list
    }
}

/// What cannot be read as a criterion, and why.
public struct CriterionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    public var description: String

    init(_ description: String) { self.description = description }
}
