import Foundation
import Genomics
import Tasks
import Testing

@testable import SequenceAnalysis

/// Windows of a reference as records.
@Suite("Windows of a BED file")
struct WindowSourceTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "windows-\(UUID())").path

    private func inFolder(_ body: (ReferenceGenome) throws -> Void) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try ">chr1\nACGTNacgtt\n>chr2\nGGGG\n".write(toFile: "\(folder)/r.fa", atomically: true, encoding: .utf8)
        try body(ReferenceGenome(path: "\(folder)/r.fa"))
    }

    private func items(_ bed: String, _ reference: ReferenceGenome) throws -> [Item] {
        try bed.write(toFile: "\(folder)/w.bed", atomically: true, encoding: .utf8)
        let source = try SequenceTask().source("\(folder)/w.bed", of: ItemInputs(paths: [], reference: reference))
        var items: [Item] = []
        while let item = try source.next() { items.append(item) }
        return items
    }

    @Test("A line is the reference's letters, backwards on the reverse strand, called by its name or place")
    func windows() throws {
        try inFolder { reference in
            let read = try items(
                "track name=x\nchr1\t0\t4\n#\nchr2\t1\t3\tpeak\t0\t+\r\nchr1\t3\t8\t.\t0\t-\n", reference)
            #expect(read.map(\.record) == [0, 1, 2] && read.map(\.name) == ["chr1:1-4", "peak", "chr1:4-8"])
            #expect(
                read.map { String(decoding: $0.fields[0], as: UTF8.self) } == [
                    "ACGT", "GG", "TNACG".reversedComplement,
                ])
        }
    }

    @Test("A line that is no window of the reference is named, and the others are read")
    func problems() throws {
        try inFolder { reference in
            let read = try items("1\t0\t4\nchr2\t2\t5\nchr1\t4\t4\nchr1\t9\t3\nchr1 0 4\nchr1\t5\t9\n", reference)
            #expect(read.map(\.record) == [0, 1, 2, 3, 4, 5])
            let problems = read.map { $0.problem ?? "" }
            #expect(problems[0].contains("which calls it chr1"))
            #expect(problems[1] == "the window chr2:3-5 ends past the end of chr2, which has 4 bases")
            #expect(problems[2].contains("has 0 bases"))
            #expect(problems[3].contains("the stretch 9-3 ends before it starts"))
            #expect(problems[4].contains("BED has three or more"))
            #expect(problems[5].isEmpty && read[5].fields == [Array("ACGT".utf8)])
        }
    }

    @Test("Windows without a reference, and a reference without windows, are refused")
    func refusals() throws {
        try inFolder { reference in
            #expect(throws: TaskError.self) {
                try SequenceTask().source("w.bed", of: ItemInputs(paths: [], reference: nil))
            }
            #expect(throws: TaskError.self) {
                try SequenceTask().source("\(folder)/r.fa", of: ItemInputs(paths: [], reference: reference))
            }
        }
    }
}

extension String {
    fileprivate var reversedComplement: String {
        String(decoding: utf8.reversed().map { BaseCode.complement(ofASCII: $0) }, as: UTF8.self)
    }
}
