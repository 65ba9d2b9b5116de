import Foundation
import Genomics
import Testing

/// Tracks that are read beside a reference.
@Suite("Tracks as inputs")
struct TrackInputTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "tracks-\(UUID())").path
    private let reference: ReferenceGenome

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try ">c1\n\(String(repeating: "ACGT", count: 25))\n>c2\n\(String(repeating: "A", count: 40))\n"
            .write(toFile: "\(folder)/r.fa", atomically: true, encoding: .utf8)
        reference = try ReferenceGenome(path: "\(folder)/r.fa")
    }

    private func track(_ text: String) throws -> TrackInput {
        try text.write(toFile: "\(folder)/t.bedgraph", atomically: true, encoding: .utf8)
        return try TrackInput(path: "\(folder)/t.bedgraph", reference: reference)
    }

    /// Values as text; a dot for none.
    private func text(_ track: TrackInput, _ contig: String, _ range: Range<Int>) throws -> String {
        try track.values(contig: contig, range).map { $0.isFinite ? "\(Int($0))" : "." }.joined()
    }

    @Test("bedGraph is read at any place, by bases; where it has no line there is no value")
    func bedGraph() throws {
        let track = try track("track type=bedGraph\n#x\nc2 0 3 1\nc2\t5\t7\t2\r\nc2\t7\t8\t3\n\nc1\t10\t100\t4\n")
        #expect(try text(track, "c2", 0..<10) == "111..223..")
        #expect(try text(track, "c2", 6..<8) == "23" && text(track, "c2", 3..<5) == "..")
        #expect(try text(track, "c1", 8..<12) == "..44" && text(track, "c1", 99..<100) == "4")
        #expect(try text(self.track("c1\t0\t1\t1\n"), "c2", 0..<3) == "...")
    }

    @Test(
        "A line that is none, lies beyond the contig, overlaps or is out of order is refused with its number",
        arguments: [
            ("c1\t0\t5\n", "record 1", "no line of bedGraph"), ("c1\t5\t5\t1\n", "record 1", "no line of bedGraph"),
            ("c1\t0\t5\tnan\n", "record 1", "no finite number"),
            ("c1\t0\t5\t1\nc1\t99\t101\t1\n", "record 2", "which has 100 bases"),
            ("c1\t0\t5\t1\nc1\t4\t6\t1\n", "record 2", "overlaps the line before"),
            ("c1\t0\t5\t1\nc2\t0\t6\t1\nc1\t5\t6\t1\n", "record 3", "do not stand together"),
            ("chr1\t0\t5\t1\n", "record 1", "chr1 is not in"), ("", "bedgraph", "holds no line"),
        ])
    func refused(_ text: String, _ place: String, _ word: String) throws {
        let error = try #require(throws: GenomicsError.self) { try track(text) }
        #expect(error.description.contains(place) && error.description.contains(word), "\(error)")
    }

    @Test("bigWig is known by its bytes; contigs of other lengths, and none that the reference has, are refused")
    func bigWig() throws {
        func write(_ contigs: [Contig]) throws -> String {
            let path = "\(folder)/\(UUID()).bw"
            let output = try TrackOutput(path: path, contigs: contigs)
            try output.write([1, .nan, 3], contig: 0, start: 4)
            try output.finish()
            return path
        }
        let path = try write(reference.contigs)
        try FileManager.default.moveItem(atPath: path, toPath: "\(folder)/plain.txt")
        let track = try TrackInput(path: "\(folder)/plain.txt", reference: reference)
        #expect(try text(track, "c1", 3..<8) == ".1.3.")
        #expect(try text(track, "c2", 3..<5) == "..")
        let longer = try write([Contig(name: "c1", length: 101)])
        var error = #expect(throws: GenomicsError.self) { try TrackInput(path: longer, reference: reference) }
        #expect(error?.message.contains("another release") == true)
        let other = try write([Contig(name: "x", length: 100)])
        error = #expect(throws: GenomicsError.self) { try TrackInput(path: other, reference: reference) }
        #expect(error?.message.contains("no contig of the reference") == true)
    }
}
