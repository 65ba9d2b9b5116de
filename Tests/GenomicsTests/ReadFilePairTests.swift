import Foundation
import Testing

@testable import Genomics

@Suite struct ReadFilePairTests {
    private static func fastq(_ names: [String], mate: String = "") -> String {
        names.map { "@\($0)\(mate)\nACGT\n+\nIIII\n" }.joined()
    }

    private static func read(_ first: String, _ second: String) throws -> Delivered {
        let folder = try ScratchFolder()
        return try Delivered(.pairedFASTQ(try folder.write("1.fq", first), try folder.write("2.fq", second)))
    }

    @Test func matesBecomeOneFragment() throws {
        for (one, two) in [("/1", "/2"), ("", ""), (" 1:N:0:1", " 2:N:0:1")] {
            let pairs = try Self.read(Self.fastq(["a", "b"], mate: one), Self.fastq(["a", "b"], mate: two))
            #expect(pairs.problems.isEmpty)
            #expect(pairs.names == ["a+a", "b+b"])
            #expect(pairs.fragments[0].map(\.flags.rawValue) == [77, 141])
        }
    }

    @Test(
        "A read whose mate is missing is reported and goes on alone",
        arguments: [
            (["a", "b", "c"], ["a", "c"], ["a+a", "b", "c+c"], ["2 QNAME"]),
            (["a", "c"], ["a", "b", "c"], ["a+a", "b", "c+c"], ["2 QNAME"]),
            (
                ["a", "b", "c", "d", "e"], ["a", "e"], ["a+a", "b", "c", "d", "e+e"], ["2 QNAME", "3 QNAME", "4 QNAME"]
            ),
            (["a", "x", "c"], ["a", "y", "c"], ["a+a", "x", "y", "c+c"], ["2 QNAME", "2 QNAME"]),
            (["a", "b"], ["b"], ["a", "b+b"], ["1 QNAME"]),
            (["a", "b", "c", "d"], ["a"], ["a+a", "b", "c", "d"], ["2 QNAME"]),
            (["a"], ["a", "b", "c"], ["a+a", "b", "c"], ["2 QNAME"]),
            (["a", "b"], ["b", "a"], ["a", "b+b", "a"], ["1 QNAME", "2 QNAME"]),
        ])
    func missing(first: [String], second: [String], names: [String], places: [String]) throws {
        let pairs = try Self.read(Self.fastq(first), Self.fastq(second))
        #expect(pairs.names == names)
        #expect(pairs.places == places)
        #expect(pairs.fragments.filter { $0.count == 1 }.allSatisfy { $0[0].flags == [.unmapped] })
    }

    @Test func aMalformedReadLeavesItsMateAlone() throws {
        let pairs = try Self.read(
            Self.fastq(["a"]) + "@b\nAXGT\n+\nIIII\n" + Self.fastq(["c"]), Self.fastq(["a", "b", "c"]))
        #expect(pairs.names == ["a+a", "b", "c+c"])
        #expect(Set(pairs.problems.map(\.field)) == ["SEQ", "QNAME"])
    }

    @Test func matesFarApartAreFoundWithinTheWindow() throws {
        let names = (0..<3000).map { "r\($0)" }
        let near = try Self.read(Self.fastq(names), Self.fastq(Array(names[900...])))
        #expect(near.fragments.filter { $0.count == 2 }.count == 2100 && near.problems.count == 900)
    }

    @Test func anEmptySecondFileIsReported() throws {
        let pairs = try Self.read(Self.fastq(["a", "b"]), "")
        #expect(pairs.names == ["a", "b"])
        #expect(pairs.places == ["0 file", "1 QNAME"])
    }

    @Test func interleavedMatesAreJoined() throws {
        let folder = try ScratchFolder()
        let path = try folder.write("r.fq", Self.fastq(["a/1", "a/2", "b", "c", "c", "d/1"]))
        let read = try Delivered(.interleavedFASTQ(path))
        #expect(read.names == ["a+a", "b", "c+c", "d"])
        #expect(read.places == ["3 QNAME", "6 QNAME"])
        #expect(read.fragments.map { $0[0].flags.rawValue } == [77, 4, 77, 4])
    }
}
