/// A place between two items of a ``ReadFile``, from which another reader of the same files goes on.
public struct ReadPosition: Codable, Sendable, Hashable {
    /// A place in one file.
    public struct Place: Codable, Sendable, Hashable {
        /// Records before it.
        public var record: Int
        /// Decompressed bytes before it; in BAM, BGZF's virtual offset.
        public var offset: Int64
        /// In BGZF, where in the file the block begins that holds the place, or the one before.
        public var block: Int64?
        /// In BGZF, the decompressed bytes before that block.
        public var blockStart: Int64?

        init(record: Int, offset: Int64, block: Int64? = nil, blockStart: Int64? = nil) {
            self.record = record
            self.offset = offset
            self.block = block
            self.blockStart = blockStart
        }
    }

    /// A place a file.
    public var places: [Place]
}

extension ReadFile {
    /// Where the reading is; nil where it cannot be gone on with from here, because reads wait for their mates, say.
    public var position: ReadPosition? { reader.position }

    /// Goes on at a position of another reader of the same files, without a look at what is before it where the format
    /// allows; returns whether that is possible.
    public func resume(at position: ReadPosition) -> Bool { reader.resume(at: position) }
}

extension ItemReader {
    /// No place to go on from.
    var position: ReadPosition? { nil }

    /// Reads from the start.
    func resume(at position: ReadPosition) -> Bool { false }
}
