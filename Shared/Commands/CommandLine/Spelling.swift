/// The candidate that `word` is most likely a slip of, if one is near.
func nearest(to word: String, among candidates: [String]) -> String? {
    let length = word.count
    let limit = max(1, length / 3)
    // Words whose lengths differ by more are farther apart than that, and need not be compared.
    return candidates.filter { abs($0.count - length) <= limit }
        .map { (distance(word, $0), $0) }.filter { $0.0 <= limit }.min { $0 < $1 }?.1
}

func unknownFlag(_ flag: String, among known: [String]) -> StartError {
    let hint = nearest(to: flag, among: known).map { "did you mean \($0)?" } ?? "--help lists those there are"
    return StartError(.usage, "unknown flag \(flag): \(hint)")
}

/// Levenshtein's distance.
private func distance(_ a: String, _ b: String) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, y) in b.enumerated() {
            let substituted = diagonal + (x == y ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
        }
    }
    return row[b.count]
}
