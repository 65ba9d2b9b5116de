/// Splits a command line into flags and the rest; which flags take a value is the caller's to know.
struct ArgumentScanner {
    enum Argument {
        /// `--name` or `--name=value`; the name keeps its dashes.
        case option(String, value: String?)
        case positional(String)
    }

    private var rest: ArraySlice<String>
    private var optionsHaveEnded = false

    init(_ arguments: [String]) { rest = arguments[...] }

    mutating func next() -> Argument? {
        guard let word = rest.popFirst() else { return nil }
        if optionsHaveEnded || !Self.isOption(word) { return .positional(word) }
        if word == "--" {
            optionsHaveEnded = true
            return next()
        }
        guard let equals = word.firstIndex(of: "=") else { return .option(word, value: nil) }
        return .option(String(word[..<equals]), value: String(word[word.index(after: equals)...]))
    }

    /// The next word as the value of `option`; one that looks like a flag is refused, for then the value was forgotten.
    mutating func value(of option: String) throws(StartError) -> String {
        guard let word = rest.first, !word.hasPrefix("--") else {
            throw StartError(
                .usage, "\(option) needs a value (one that starts with -- is written \(option)=VALUE)")
        }
        rest.removeFirst()
        return word
    }

    /// `-` alone is standard input and `-5` is a number.
    private static func isOption(_ word: String) -> Bool {
        word.hasPrefix("--") || (word.hasPrefix("-") && word.dropFirst().first?.isLetter == true)
    }
}
