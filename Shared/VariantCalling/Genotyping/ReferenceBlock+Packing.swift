import Genomics

extension [ReferenceBlock] {
    /// The form in which the blocks of a contig are kept and travel: some six bytes each.
    public func packed() -> [UInt8] {
        var writer = PackedNumbers()
        var end = 0
        for block in self {
            writer.append(block.range.lowerBound - end)
            writer.append(block.range.count)
            for number in [block.minimumDepth, block.depthSum, block.heterozygous, block.homozygous] {
                writer.append(number)
            }
            end = block.range.upperBound
        }
        return writer.bytes
    }

    /// Reads that form; throws ``ExampleError`` for bytes that are no rising blocks within a contig.
    public init(unpacking bytes: [UInt8], contig: Contig) throws(ExampleError) {
        self = []
        var reader = PackedNumbers.Reader(bytes)
        var end = 0
        while !reader.isAtEnd {
            let start = end + (try reader.next())
            let length = try reader.next()
            guard start >= end, length > 0, start + length <= contig.length else {
                throw ExampleError("a block of the reference is none of \(contig.name): \(start) + \(length)")
            }
            var block = ReferenceBlock(contig: contig.name, position: start, reads: 0, ofReference: 0)
            block.range = start..<(start + length)
            block.minimumDepth = try reader.next()
            block.depthSum = try reader.next()
            block.heterozygous = try reader.next()
            block.homozygous = try reader.next()
            append(block)
            end = block.range.upperBound
        }
    }
}
