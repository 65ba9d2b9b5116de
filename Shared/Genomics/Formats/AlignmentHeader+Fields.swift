extension AlignmentHeader {
    /// Whether `@HD` says that the records are sorted by coordinate (`SO:coordinate`).
    public var isCoordinateSorted: Bool {
        guard let first = text.split(separator: "\n").first, first.hasPrefix("@HD\t") else { return false }
        return first.split(separator: "\t").contains("SO:coordinate")
    }

    /// The MD5 of each contig of which an `@SQ` line gives one (`M5`), in lower case.
    var sequenceDigests: [String: String] {
        var digests: [String: String] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("@SQ\t") {
            let fields = line.split(separator: "\t")
            func value(_ key: String) -> String? {
                fields.first { $0.hasPrefix(key) }.map { String($0.dropFirst(key.count)) }
            }
            // What is no MD5 says nothing about the bases; checking the file says so.
            guard let name = value("SN:"), let digest = value("M5:"), digest.utf8.count == 32 else { continue }
            digests[name] = digest.lowercased()
        }
        return digests
    }
}
