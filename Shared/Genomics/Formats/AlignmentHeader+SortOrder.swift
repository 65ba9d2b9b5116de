extension AlignmentHeader {
    /// Whether `@HD` says that the records are sorted by coordinate (`SO:coordinate`).
    public var isCoordinateSorted: Bool {
        guard let first = text.split(separator: "\n").first, first.hasPrefix("@HD\t") else { return false }
        return first.split(separator: "\t").contains("SO:coordinate")
    }
}
