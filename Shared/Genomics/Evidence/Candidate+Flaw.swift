extension Candidate {
    /// What is wrong with a candidate that came from outside; nil for one that can be reckoned with.
    ///
    /// Positions and counts lie in VCF's 32 bits, so that no sum of some of them overflows.
    public var flaw: String? {
        let numbers = 0...Int(Int32.max)
        if position == 0 || !numbers.contains(position) { return "POS \(position) is no position" }
        if reference.isEmpty || alternate.isEmpty { return "an allele at \(contig):\(position) is empty" }
        let counts = [
            depth, referenceDepth, alternateDepth, otherDepth, referenceForward, alternateForward, repeatLength,
        ]
        if let count = counts.first(where: { !numbers.contains($0) }) {
            return "\(count) reads or bases at \(contig):\(position) are no count"
        }
        if referenceForward > referenceDepth || alternateForward > alternateDepth {
            return "more forward reads than reads at \(contig):\(position)"
        }
        let qualities = 0...Double(Int32.max)
        guard qualities.contains(meanAlternateQuality), qualities.contains(mappingQuality) else {
            return "a quality at \(contig):\(position) is out of range"
        }
        return nil
    }
}
