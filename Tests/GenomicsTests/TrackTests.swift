import Foundation
import Testing

@testable import Genomics

@Suite("Tracks")
struct TrackTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "tracks-\(UUID())").path
    private let contigs = [Contig(name: "a", length: 40), Contig(name: "b", length: 70_000)]

    private func inFolder(_ body: () throws -> Void) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body()
    }

    private func write(_ name: String) throws -> String {
        let path = "\(folder)/\(name)"
        let track = try TrackOutput(path: path, contigs: contigs)
        try track.write([0.5, 0.5, .nan, 0.25], contig: 0, start: 3)
        try track.write([0.25, -1], contig: 0, start: 7)
        // More than a block of bigWig holds.
        try track.write((0..<30_000).map { Float($0) }, contig: 1, start: 10)
        #expect(!FileManager.default.fileExists(atPath: path))
        try track.finish()
        return path
    }

    @Test("bedGraph has a line a stretch of one value")
    func bedGraph() throws {
        try inFolder {
            let text = try String(contentsOfFile: write("t.bedgraph"), encoding: .utf8)
            let lines = text.split(separator: "\n")
            #expect(
                lines.prefix(4) == ["a\t3\t5\t0.5", "a\t6\t8\t0.25", "a\t8\t9\t-1.0", "b\t10\t11\t0.0"])
            #expect(lines.count == 30_003 && lines.last == "b\t30009\t30010\t29999.0")
        }
    }

    @Test("bigWig holds the same values, and none where there are none")
    func bigWig() throws {
        try inFolder {
            let reader = try BigWigReader(path: write("t.bw"))
            #expect(reader.contigs == contigs)
            let first = try reader.values(contig: "a", 0..<40)
            #expect(first[3..<5] == [0.5, 0.5] && first[6..<9] == [0.25, 0.25, -1])
            #expect(first.count == 40 && first.count(where: \.isNaN) == 35)
            let second = try reader.values(contig: "b", 9..<30_011)
            #expect(
                second[0].isNaN && second[30_001].isNaN
                    && second[1...30_000].elementsEqual((0..<30_000).map(Float.init)))
            #expect(throws: GenomicsError.self) { try reader.values(contig: "c", 0..<1) }
            #expect(throws: GenomicsError.self) { try reader.values(contig: "a", 30..<41) }
        }
    }

    @Test("What is no bigWig is refused, and an address is not fetched")
    func refusals() throws {
        try inFolder {
            let path = "\(folder)/no.bw"
            try Data("no track".utf8).write(to: URL(filePath: path))
            for name in [path, "\(folder)/gone.bw", "http://127.0.0.1/x.bw"] {
                #expect(throws: GenomicsError.self) { try BigWigReader(path: name) }
            }
            #expect(throws: GenomicsError.self) { try TrackOutput(path: "\(folder)/no/t.bw", contigs: contigs) }
            #expect(throws: GenomicsError.self) {
                try TrackOutput(path: "\(folder)/t.bw", contigs: [Contig(name: "long", length: 1 << 33)])
            }
        }
    }
}
