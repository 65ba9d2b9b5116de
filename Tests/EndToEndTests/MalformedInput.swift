import Foundation
import Genomics
import TestSupport
import Testing

/// Files that are not as they should be, and what becomes of them.
struct MalformedInput: Sendable, CustomTestStringConvertible {
    /// Where a problem is: the number of the record in the file, and its field.
    struct Place: Hashable, Sendable, CustomStringConvertible {
        var file: Int
        var record: Int
        var field: String
        var description: String { "file \(file) record \(record) \(field)" }
    }

    /// What the run comes to.
    enum Outcome: Sendable {
        /// A report that counts these reads and names these places; it is incomplete where it names any.
        case report(reads: Int, [Place])
        /// A run that failed, with these words in its reason.
        case failure(String)
    }

    let name: String
    /// The files; the options name them `0` and `1`.
    let files: [[UInt8]]
    let options: [String]
    let outcome: Outcome

    var testDescription: String { name }

    /// One FASTQ file of which no read can be used.
    static func unreadable(_ name: String, _ bytes: [UInt8], _ words: String) -> Self {
        Self(name: name, files: [bytes], options: ["--fastq", "0"], outcome: .failure(words))
    }

    /// One FASTQ file; `field` is nil where there is nothing to complain of, `record` -1 where it may be any.
    static func fastq(_ name: String, _ bytes: [UInt8], reads: Int, at record: Int = 7, field: String?) -> Self {
        Self(
            name: name, files: [bytes], options: ["--fastq", "0"],
            outcome: .report(reads: reads, field.map { [Place(file: 0, record: record, field: $0)] } ?? []))
    }

    /// Two FASTQ files.
    static func pair(_ name: String, _ first: [UInt8], _ second: [UInt8], reads: Int, _ places: [Place]) -> Self {
        Self(
            name: name, files: [first, second], options: ["--fastq", "0", "--fastq2", "1"],
            outcome: .report(reads: reads, places))
    }

    /// One alignment file.
    static func alignments(_ name: String, _ bytes: [UInt8], _ outcome: Outcome) -> Self {
        Self(name: name, files: [bytes], options: ["--alignments", "0"], outcome: outcome)
    }
}

/// A few good reads, from which the malformed files are made.
struct GoodReads {
    let sample: Sample
    /// Twelve single reads of FASTQ, four lines each.
    let records: [[String]]

    init(_ sample: Sample) {
        self.sample = sample
        records = Self.records(sample.fragments.prefix(12).map { $0[0] })
    }

    /// The second mates of the same templates.
    var mates: [[String]] { Self.records(sample.fragments.prefix(12).map { $0[1] }) }

    static func records(_ reads: [BAMRecord]) -> [[String]] {
        reads.map { read in
            String(decoding: Sample.fastq(read), as: UTF8.self).split(separator: "\n").map(String.init)
        }
    }

    /// The file with one record changed, the seventh if nothing else is said.
    func changing(_ record: Int = 7, _ change: (inout [String]) -> Void) -> [UInt8] {
        var records = records
        change(&records[record - 1])
        return Self.file(records)
    }

    static func file(_ records: [[String]]) -> [UInt8] {
        Array(records.flatMap { $0 }.map { $0 + "\n" }.joined().utf8)
    }

    /// All twelve, as they should be.
    var good: [UInt8] { Self.file(records) }
}
