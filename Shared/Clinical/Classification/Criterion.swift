/// A criterion of ACMG and AMP for classifying variants of Mendelian diseases (Richards and others 2015, tables 3 and 4).
public enum Criterion: String, Sendable, Hashable, Codable, CaseIterable {
    case pvs1 = "PVS1"
    case ps1 = "PS1"
    case ps2 = "PS2"
    case ps3 = "PS3"
    case ps4 = "PS4"
    case pm1 = "PM1"
    case pm2 = "PM2"
    case pm3 = "PM3"
    case pm4 = "PM4"
    case pm5 = "PM5"
    case pm6 = "PM6"
    case pp1 = "PP1"
    case pp2 = "PP2"
    case pp3 = "PP3"
    case pp4 = "PP4"
    case pp5 = "PP5"
    case ba1 = "BA1"
    case bs1 = "BS1"
    case bs2 = "BS2"
    case bs3 = "BS3"
    case bs4 = "BS4"
    case bp1 = "BP1"
    case bp2 = "BP2"
    case bp3 = "BP3"
    case bp4 = "BP4"
    case bp5 = "BP5"
    case bp6 = "BP6"
    case bp7 = "BP7"

    /// Whether it speaks for pathogenic; else for benign.
    public var isPathogenic: Bool { rawValue.hasPrefix("P") }

    /// The strength that its name says, where nobody says another.
    public var usualStrength: Strength {
        switch rawValue.dropFirst().prefix(while: { !$0.isNumber }) {
        case "VS": .veryStrong
        case "S": .strong
        case "M": .moderate
        case "A": .standAlone
        default: .supporting
        }
    }

    /// Whether a strength can be given to it: only BA1 stands alone, and evidence for benign is at most strong
    /// beside it.
    public func allows(_ strength: Strength) -> Bool {
        switch strength {
        case .standAlone: self == .ba1
        case .veryStrong: isPathogenic
        case .supporting, .moderate, .strong: true
        }
    }
}

/// How much evidence weighs.
public enum Strength: Int, Sendable, Hashable, Codable, CaseIterable, Comparable {
    case supporting = 1
    case moderate = 2
    case strong = 4
    case veryStrong = 8
    /// Benign whatever else is not known.
    case standAlone = 9

    /// Orders by weight.
    public static func < (a: Strength, b: Strength) -> Bool { a.rawValue < b.rawValue }

    /// Points for or against pathogenic (Tavtigian and others 2020, table 2); what stands alone weighs as very strong where it is
    /// contradicted.
    public var points: Int { min(rawValue, 8) }

    /// As it is written behind a criterion's name.
    public var suffix: String {
        switch self {
        case .supporting: "Supporting"
        case .moderate: "Moderate"
        case .strong: "Strong"
        case .veryStrong: "VeryStrong"
        case .standAlone: "StandAlone"
        }
    }
}
