import Genomics

/// How much a stretch of bases looks like a promoter of sigma 70: bases that agree with `TTGACA` and `TATAAT`, 15 to 19 bases apart.
///
/// The consensus of Hawley and McClure (1983), Nucleic Acids Research 11, 2237–2255; 17 bases are best, and those off it cost half an
/// agreeing base at first.
enum PromoterElements {
    private static let minus35 = codes("TTGACA")
    private static let minus10 = codes("TATAAT")
    private static let costs: [(spacer: Int, cost: Float)] = [(15, 1.5), (16, 0.5), (17, 0), (18, 0.5), (19, 1.5)]
    /// Bases of a window in which the best place is told.
    private static let window = 15
    private static let none: Float = -9

    /// Features of the window's 150 bases.
    static let width = 5 + 2 * (ExpressionKind.ecoliMPRA.bases / window)

    /// The best pair and where its -10 element begins, the second best, the best -10 element and where, then the best of each, pairs and -10
    /// elements, that begin in every 15 bases.
    static func features(_ codes: [UInt8]) -> [Float] {
        let (first, second) = (agreement(codes, minus35), agreement(codes, minus10))
        var pairs = [Float](repeating: none, count: codes.count)
        for place in second.indices {
            for (spacer, cost) in costs {
                let upstream = place - spacer - minus35.count
                if upstream >= 0 { pairs[place] = max(pairs[place], first[upstream] + second[place] - cost) }
            }
        }
        let (best, place) = greatest(pairs[...])
        var others = pairs
        if !others.isEmpty { others[place] = none }
        let (element, elementPlace) = greatest(second[...])
        var features = [best, Float(place), greatest(others[...]).value, element, Float(elementPlace)]
        for scores in [pairs, second] {
            for start in stride(from: 0, to: codes.count - window + 1, by: window) {
                features.append(greatest(scores.dropFirst(start).prefix(window)).value)
            }
        }
        return features
    }

    private static func codes(_ letters: String) -> [UInt8] { letters.utf8.map { BaseCode.nibble(ofASCII: $0) } }

    /// At each place how many bases agree with a motif.
    private static func agreement(_ codes: [UInt8], _ motif: [UInt8]) -> [Float] {
        guard codes.count >= motif.count else { return [] }
        return (0...(codes.count - motif.count)).map { start in
            Float(motif.indices.count { codes[start + $0] == motif[$0] })
        }
    }

    /// The greatest of some scores and the first place that has it.
    private static func greatest(_ scores: ArraySlice<Float>) -> (value: Float, place: Int) {
        scores.indices.reduce((none, scores.startIndex)) { scores[$1] > $0.0 ? (scores[$1], $1) : $0 }
    }
}
