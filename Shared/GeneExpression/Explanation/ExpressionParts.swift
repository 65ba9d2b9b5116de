import Genomics
import NeuralNetwork

/// The parts of a record that an explanation gives each its share of a prediction: marks, words of a column, stretches of bases.
struct ExpressionParts: Sendable {
    /// A part: what it is called, and what kind of evidence it belongs to.
    struct Part: Sendable, Hashable {
        var name: String
        /// `sequence`, `marks`, `gene` or `condition`.
        var branch: String
    }

    let parts: [Part]
    private let kind: ExpressionKind

    /// Bases of a stretch that is one part.
    private static let stretch = 15

    init(_ kind: ExpressionKind) {
        self.kind = kind
        parts =
            switch kind {
            case .arabidopsis:
                MarkSource.marks.map { Part(name: $0, branch: "marks") }
                    + [Part(name: "promoter", branch: "sequence"), Part(name: "locus", branch: "gene")]
            case .gm12878:
                BinSource.marks.map { Part(name: $0, branch: "marks") } + [Part(name: "symbol", branch: "gene")]
            case .ecoli:
                (ConditionSource.described + ConditionSource.measured + [ConditionSource.growthRate]).map {
                    Part(name: $0, branch: "condition")
                }
            case .sigma70: DesignSource.elements.map { Part(name: $0, branch: "sequence") }
            case .ecoliMPRA:
                stride(from: 0, to: kind.bases, by: Self.stretch).map {
                    Part(name: "bases \($0 + 1) to \(min(kind.bases, $0 + Self.stretch))", branch: "sequence")
                }
            }
    }

    /// A record whose parts are those of `own` where `isOwn`, and else those of `other`.
    func mixed(_ own: ExpressionRecord, _ other: ExpressionRecord, isOwn: [Bool]) -> ExpressionRecord {
        var mixed = other
        for (part, isTaken) in isOwn.enumerated() where isTaken { take(part, of: own, into: &mixed) }
        if kind == .ecoli { mixed.words.sort() }
        return mixed
    }

    private func take(_ part: Int, of own: ExpressionRecord, into mixed: inout ExpressionRecord) {
        switch kind {
        case .arabidopsis:
            let marks = MarkSource.marks.count
            if part < marks {
                mixed.values[part] = own.values[part]
            } else if part == marks {
                let promoter = marks..<(marks + MarkSource.numbersOfPromoter)
                mixed.values.replaceSubrange(promoter, with: own.values[promoter])
                mixed.codes = own.codes
            } else {
                let locus = (marks + MarkSource.numbersOfPromoter)..<own.values.count
                mixed.values.replaceSubrange(locus, with: own.values[locus])
            }
        case .gm12878:
            guard part < BinSource.marks.count else {
                mixed.words = own.words
                return
            }
            for place in stride(from: part, to: own.values.count, by: BinSource.marks.count) {
                mixed.values[place] = own.values[place]
            }
        case .ecoli:
            guard part < ConditionSource.described.count else {
                mixed.values[part - ConditionSource.described.count] =
                    own.values[part - ConditionSource.described.count]
                return
            }
            let column = ConditionSource.described[part]
            func isOfPart(_ word: String) -> Bool {
                word.hasPrefix(column + "=")
                    || column == ConditionSource.strain && word.hasPrefix(ConditionSource.deleted)
            }
            mixed.words = mixed.words.filter { !isOfPart($0) } + own.words.filter(isOfPart)
        case .sigma70: mixed.words[part] = own.words[part]
        case .ecoliMPRA:
            let range = (part * Self.stretch)..<min(kind.bases, (part + 1) * Self.stretch)
            mixed.codes.replaceSubrange(range, with: own.codes[range])
        }
    }
}
