/// The tokens of SMILES without stereochemistry: atoms, bonds, branches and ring closures.
///
/// A bracket atom is one token, and so are `Cl`, `Br` and ring closures of two digits (`%10`). The list is fixed, so that models of different data
/// have the same tokens; a molecule with another token, a salt of several parts among them, cannot be said in it.
public enum SMILESVocabulary {
    /// The end of a molecule, and what stands before its first token.
    public static let end = 0
    /// All tokens; the first is the end's and is no text.
    public static let tokens =
        ["", "C", "c", "N", "n", "O", "o", "S", "s", "F", "Cl", "Br", "I", "P", "p", "B", "=", "#", "-", "(", ")"]
        + (1...9).map(String.init) + (10...14).map { "%\($0)" }
        + [
            "[nH]", "[H]", "[N+]", "[O-]", "[n+]", "[NH+]", "[NH2+]", "[NH3+]", "[nH+]", "[N-]", "[n-]", "[S+]", "[S-]",
            "[o+]", "[Si]", "[Se]", "[se]", "[B-]", "[P+]",
        ]
    /// The number of tokens.
    public static let count = tokens.count

    private static let places = Dictionary(uniqueKeysWithValues: tokens.enumerated().map { ($1, UInt16($0)) })

    /// The tokens of a SMILES, without the end; throws ``DesignError`` with the first text that is none.
    public static func tokens(of smiles: String) throws(DesignError) -> [UInt16] {
        var tokens: [UInt16] = []
        tokens.reserveCapacity(smiles.utf8.count)
        var rest = Substring(smiles)
        while let first = rest.first {
            let text: Substring
            switch first {
            case "[":
                guard let close = rest.firstIndex(of: "]") else {
                    throw DesignError("the bracket of \(rest.prefix(8)) is not closed")
                }
                text = rest[...close]
            case "%": text = rest.prefix(3)
            case "C" where rest.hasPrefix("Cl"), "B" where rest.hasPrefix("Br"): text = rest.prefix(2)
            default: text = rest.prefix(1)
            }
            guard let place = places[String(text)], place != end else {
                throw DesignError("\"\(text)\" is no token of molecules that can be designed")
            }
            tokens.append(place)
            rest = rest[text.endIndex...]
        }
        return tokens
    }

    /// The text of tokens.
    public static func text(_ tokens: some Sequence<Int>) -> String {
        tokens.reduce(into: "") { $0 += self.tokens[$1] }
    }
}

/// What the design of molecules could not do, in a sentence.
public struct DesignError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What happened and what to do about it.
    public let description: String

    /// Makes an error of a sentence.
    public init(_ description: String) { self.description = description }
}
