import Foundation
import Genomics
import Hashing
import TestSupport

extension MalformedInput {
    /// One file of single reads.
    static func singles(_ reads: GoodReads) async throws -> [MalformedInput] {
        let good = reads.good
        let gzip = try await reads.sample.gzip(good)
        var damaged = gzip
        damaged[gzip.count / 2] ^= 0xff
        var random = SplitMix64(seed: 9)
        let garbage = (0..<4000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let long = String(repeating: "ACGT", count: 60_000)
        func line(_ index: Int, _ change: @escaping (String) -> String) -> [UInt8] {
            reads.changing { $0[index] = change($0[index]) }
        }
        return [
            .fastq("a quality too few", line(3) { String($0.dropLast()) }, reads: 11, field: "QUAL"),
            .fastq("a quality too many", line(3) { $0 + "I" }, reads: 11, field: "QUAL"),
            .fastq("a quality below '!'", line(3) { "\u{1f}" + $0.dropFirst() }, reads: 11, field: "QUAL"),
            .fastq("a byte that is no base", line(1) { "*" + $0.dropFirst() }, reads: 11, field: "SEQ"),
            .fastq("a zero among the bases", line(1) { "\0" + $0.dropFirst() }, reads: 11, field: "SEQ"),
            .fastq("a zero in the name", line(0) { $0 + "\0x" }, reads: 11, field: "QNAME"),
            .fastq("a name outside ASCII", line(0) { $0 + "é" }, reads: 11, field: "QNAME"),
            .fastq(
                "a name of 300 bytes", line(0) { _ in "@" + String(repeating: "n", count: 300) }, reads: 11,
                field: "QNAME"),
            .fastq("no name", line(0) { _ in "@" }, reads: 11, field: "QNAME"),
            .fastq("no '@'", line(0) { String($0.dropFirst()) }, reads: 11, field: "QNAME"),
            .fastq("no '+'", line(2) { _ in "x" }, reads: 11, field: "+"),
            .fastq("the '+' line left out", reads.changing { $0.remove(at: 2) }, reads: 11, field: "+"),
            .fastq("the bases left out", reads.changing { $0.remove(at: 1) }, reads: 11, field: "+"),
            .fastq(
                "no bases and no qualities",
                reads.changing {
                    $0[1] = ""; $0[3] = ""
                }, reads: 11, field: "SEQ"),
            Self(
                name: "a record in a record", files: [reads.changing { $0.insert(contentsOf: $0, at: 2) }],
                options: ["--fastq", "0"],
                // Two of a kind: the second, record 9, is among the first one's places.
                outcome: .report(reads: 12, [Place(file: 0, record: 7, field: "+")])),
            .fastq("cut inside the last record", Array(good.dropLast(40)), reads: 11, at: 12, field: "QUAL"),
            .fastq(
                "cut after the last name", GoodReads.file(reads.records.dropLast() + [["@cut"]]), reads: 11, at: 12,
                field: "SEQ"),
            .fastq("gzip, cut", Array(gzip.dropLast(gzip.count / 2)), reads: -1, at: -1, field: "gzip"),
            .fastq("gzip, its end cut", Array(gzip.dropLast(4)), reads: -1, at: -1, field: "gzip"),
            .fastq("gzip, damaged", damaged, reads: -1, at: -1, field: "gzip"),
            .fastq("gzip, garbage behind", gzip + garbage, reads: -1, at: -1, field: "gzip"),
            .fastq("gzip, two members", gzip + gzip, reads: 24, field: nil),
            .unreadable("an empty file", [], "no read of the input could be used"),
            .unreadable("an empty gzip file", try await reads.sample.gzip([]), "no read of the input could be used"),
            .fastq(
                "line ends of DOS", Array(String(decoding: good, as: UTF8.self).replacing("\n", with: "\r\n").utf8),
                reads: 12, field: nil),
            .fastq("blank lines", reads.changing { $0.insert("", at: 0) }, reads: 12, field: nil),
            .fastq(
                "garbage in the middle", reads.changing { $0[1] = String(repeating: "\u{7}", count: $0[1].count) },
                reads: 11,
                field: "SEQ"),
            .fastq(
                "a read of 240,000 bases",
                reads.changing {
                    $0[1] = long; $0[3] = long
                }, reads: 12, field: nil),
            .unreadable("nothing but garbage", garbage, "no read of the input could be used"),
            .unreadable("nothing but zeros", Array(repeating: 0, count: 5000), "no read of the input could be used"),
        ]
    }

    /// The two mates of each template in two files, or one after the other.
    static func pairs(_ reads: GoodReads) -> [MalformedInput] {
        let (first, second) = (reads.good, GoodReads.file(reads.mates))
        func mates(_ change: (inout [[String]]) -> Void) -> [UInt8] {
            var mates = reads.mates
            change(&mates)
            return GoodReads.file(mates)
        }
        let both = zip(reads.records, reads.mates).flatMap { [$0, $1] }
        func interleaved(_ name: String, _ records: [[String]], reads: Int, _ places: [Place]) -> MalformedInput {
            MalformedInput(
                name: name, files: [GoodReads.file(records)], options: ["--fastq", "0", "--interleaved"],
                outcome: .report(reads: reads, places))
        }
        return [
            .pair(
                "a mate of another name", first, mates { $0[6][0] = "@other" }, reads: 24,
                [Place(file: 0, record: 7, field: "QNAME"), Place(file: 1, record: 7, field: "QNAME")]),
            .pair(
                "a mate that is missing", first, mates { $0.remove(at: 6) }, reads: 23,
                [Place(file: 0, record: 7, field: "QNAME")]),
            .pair(
                "a mate that is malformed", first, mates { $0[6][3] = "I" }, reads: 23,
                [Place(file: 1, record: 7, field: "QUAL"), Place(file: 0, record: 7, field: "QNAME")]),
            .pair(
                "fewer second mates", first, mates { $0.removeLast(3) }, reads: 21,
                [Place(file: 0, record: 10, field: "QNAME")]),
            .pair(
                "fewer first mates", GoodReads.file(reads.records.dropLast(3)), second, reads: 21,
                [Place(file: 1, record: 10, field: "QNAME")]),
            .pair(
                "no second mates", first, [], reads: 12,
                [Place(file: 1, record: 0, field: "file"), Place(file: 0, record: 1, field: "QNAME")]),
            interleaved(
                "interleaved, the last mate missing", both.dropLast(), reads: 23,
                [Place(file: 0, record: 23, field: "QNAME")]),
            interleaved(
                "interleaved, a mate in the middle missing", Array(both[..<13] + both[14...]), reads: 23,
                [Place(file: 0, record: 13, field: "QNAME")]),
        ]
    }
}
