extension BED {
    /// A line of a BED file.
    public struct Line: Sendable, Hashable {
        /// The contig's name.
        public var contig: String
        /// The 0-based half-open stretch.
        public var range: Range<Int>
        /// The fourth column; nil where it is missing, empty or a dot.
        public var name: String?
        /// Whether the sixth column says the reverse strand.
        public var isReverse: Bool

        /// Reads a line; nil for one that is empty, a comment, or for a browser alone.
        ///
        /// Throws where it has fewer than three columns, or bounds that are no numbers or out of order; `file` and `number` are for the
        /// message.
        public init?(_ line: ArraySlice<UInt8>, file: String?, number: Int) throws(GenomicsError) {
            var line = line
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            let isComment =
                line.first == UInt8(ascii: "#") || line.starts(with: "track".utf8) || line.starts(with: "browser".utf8)
            if line.isEmpty || isComment { return nil }
            let columns = line.split(separator: UInt8(ascii: "\t"), maxSplits: 6, omittingEmptySubsequences: false)
            guard columns.count >= 3, !columns[0].isEmpty else {
                throw GenomicsError(
                    .malformed, "a line of \(columns.count) tab-separated columns; BED has three or more", file: file,
                    record: number)
            }
            func bound(_ column: ArraySlice<UInt8>, _ field: String) throws(GenomicsError) -> Int {
                guard let value = Int(String(decoding: column, as: UTF8.self)), value >= 0, value <= Int(Int32.max)
                else {
                    let text = String(decoding: column.prefix(40), as: UTF8.self)
                    throw GenomicsError(
                        .malformed, "\"\(text)\" is no position", file: file, record: number, field: field)
                }
                return value
            }
            let start = try bound(columns[1], "chromStart")
            let end = try bound(columns[2], "chromEnd")
            guard start <= end else {
                throw GenomicsError(
                    .malformed, "the stretch \(start)-\(end) ends before it starts", file: file, record: number,
                    field: "chromEnd")
            }
            contig = String(decoding: columns[0], as: UTF8.self)
            range = start..<end
            let text = columns.count > 3 ? String(decoding: columns[3], as: UTF8.self) : ""
            name = text.isEmpty || text == "." ? nil : text
            isReverse = columns.count > 5 && columns[5].elementsEqual("-".utf8)
        }
    }
}
