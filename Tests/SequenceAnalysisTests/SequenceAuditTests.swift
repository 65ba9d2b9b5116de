import Foundation
import Genomics
import NeuralNetwork
import Tasks
import Testing

@testable import SequenceAnalysis

/// What an audit of labelled sequences finds.
@Suite("Audits of sequences")
struct SequenceAuditTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "audit-\(UUID())")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    private static func bases(_ count: Int, seed: UInt64) -> String {
        var random = SplitMix64(seed: seed)
        return String((0..<count).map { _ in Array("ACGT")[random.index(below: 4)] })
    }

    private static func complement(_ bases: String) -> String {
        String(bases.reversed().map { ["A": "T", "C": "G", "G": "C", "T": "A"][$0] ?? $0 })
    }

    private func write(_ name: String, _ lines: [String]) throws -> String {
        let path = folder.appending(path: name).path
        try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func fasta(_ name: String, _ sequences: [String]) throws -> String {
        try write(name, sequences.enumerated().map { ">r\($0.offset)\n\($0.element)" })
    }

    @Test("Forty bases in common on the other strand are a leak, thirty-nine are none, and both records are named")
    func leaks() throws {
        let whole = Self.bases(80, seed: 1)
        let (first, last) = (String(whole.prefix(40)), String(whole.suffix(39)))
        let train = try fasta("train.fa", [Self.bases(80, seed: 2), whole, Self.bases(80, seed: 3)])
        let test = try fasta(
            "test.fa", [Self.bases(50, seed: 4) + Self.complement(first) + "A", last + Self.bases(50, seed: 5)])
        let audit = try SequenceAudit(AuditSource.files([train, test]))
        let leaks = audit.findings.filter { $0.kind == .leak }
        #expect(leaks.map(\.record) == ["train.fa:1", "test.fa:0"])
        #expect(leaks[0].other == "shares 40 bases with test.fa:0 (test.fa, unlabelled)")
        #expect(audit.leaks && audit.families == 4)
        #expect(try !SequenceAudit(AuditSource.files([train])).leaks)
    }

    @Test("Twins are duplicates on either strand, and conflicts where their labels differ")
    func duplicates() throws {
        let (one, two) = (Self.bases(60, seed: 1), Self.bases(60, seed: 2))
        let table = try write(
            "t.tsv",
            [
                "seq\tlabel\tpart\tgene", "\(one)\tyes\ta\tG1", "\(Self.complement(one))\tyes\ta\tG2",
                "\(two)\tyes\ta\tG3",
                "\(two)\tno\ta\tG3", "\(Self.bases(60, seed: 3))\tno\tb\tG3",
            ])
        let sources = try AuditSource.files([table], label: "label", split: "part", group: "gene")
        let audit = try SequenceAudit(sources)
        #expect(audit.findings.map(\.kind) == [.group, .conflict, .duplicate])
        #expect(audit.findings[0].record == "t.tsv:4" && audit.findings[0].other.contains("the group G3"))
        #expect(audit.findings[1].record == "t.tsv:3" && audit.findings[2].record == "t.tsv:1")
        #expect(
            audit.shares.map { [$0.split, $0.label, "\($0.count)"] } == [
                ["a", "no", "1"], ["a", "yes", "3"], ["b", "no", "1"],
            ])
        #expect(audit.leaks)
    }

    @Test("What is no DNA, and what stands for many bases, is found; GC that tells the classes apart is said")
    func letters() throws {
        let path = try write(
            "x.csv",
            ["sequence,label", "MKVLPQ,a", "ACGTNNNNNNACGT,a", "GGGCCCGGGG,a", "ATATATATTA,b", "AATATATATA,b", ",b"])
        let audit = try SequenceAudit(AuditSource.files([path], label: "label"))
        #expect(audit.findings.filter { $0.kind == .letters }.map(\.record) == ["x.csv:0", "x.csv:1", "x.csv:5"])
        #expect(audit.findings[0].other.contains("protein"))
        #expect(try #require(audit.aurocOfGC) > 0.8)
        #expect(audit.lengths == [6: 1, 14: 1, 10: 3, 0: 1])
    }

    @Test(
        "Whatever the number of parts that the hashes are taken in, the same records share stretches: those of a search by strings"
    )
    func parts() throws {
        var random = SplitMix64(seed: 8)
        let pool = (0..<12).map { Self.bases(70, seed: 100 + UInt64($0)) }
        let records = (0..<60).map { number -> [UInt8] in
            let source = pool[random.index(below: 12)]
            let start = random.index(below: 25)
            let piece = String(Array(source)[start..<start + 45])
            return Array(
                ((number % 2 == 0 ? piece : Self.complement(piece)) + Self.bases(10, seed: UInt64(number))).utf8)
        }
        let splits = (0..<60).map { Int32($0 % 3) }
        func stretches(_ record: [UInt8]) -> Set<String> {
            let text = Array(String(decoding: record, as: UTF8.self))
            return Set(
                (0...text.count - 40).map { place in
                    let own = String(text[place..<place + 40])
                    return min(own, Self.complement(own))
                })
        }
        let sets = records.map(stretches)
        let expected = records.indices.map { index in
            records.indices.contains { splits[$0] != splits[index] && !sets[$0].isDisjoint(with: sets[index]) }
        }
        #expect(expected.contains(true) && expected.contains(false))
        for bases in [3000, 100_000_000] {
            var shared = SharedStretches(splits: splits, bases: bases)
            for part in 0..<shared.parts {
                shared.begin(part: part)
                for (index, record) in records.enumerated() { shared.add(record, record: index) }
                shared.end()
            }
            #expect(shared.partners.map { $0 >= 0 } == expected, "\(shared.parts) parts")
            for (index, partner) in shared.partners.enumerated() where partner >= 0 {
                #expect(splits[Int(partner)] != splits[index] && !sets[Int(partner)].isDisjoint(with: sets[index]))
            }
        }
    }

    @Test("A recipe's folds are its splits; variants and transcripts are no records")
    func recipes() throws {
        let whole = Self.bases(60, seed: 1)
        _ = try fasta("a.fa", [whole, Self.bases(60, seed: 2)])
        _ = try fasta("b.fa", [Self.bases(60, seed: 3), whole])
        _ = try write(
            "folds.tsv",
            ["file\trecord\tfold\tgroup", "a.fa\t0\t0\tx", "a.fa\t1\t1\ty", "b.fa\t0\t0\tz", "b.fa\t1\t2\tw"])
        let json = """
            {"model": "m", "summary": "", "labels": ["a", "b"], "folds": "folds.tsv", "strands": "forward", "members": 1,
             "sources": [{"file": "a.fa", "label": "a"}, {"file": "b.fa", "label": "b"}], "options": {},
             "architecture": {"input": {"kind": "bases", "shape": [60]}, "layers": [{"type": "flatten"}]}}
            """
        var recipe = try JSONDecoder().decode(SequenceRecipe.self, from: Data(json.utf8))
        let audit = try SequenceAudit(AuditSource.of(recipe, folder: folder.path))
        #expect(Set(audit.findings.map(\.kind)) == [.leak, .conflict])
        #expect(audit.findings.first?.split == "fold 0" && audit.records == 4)
        recipe.sources[0].transcripts = .init(file: "g", donor: "a", acceptor: "b", none: "b", decoys: 1)
        #expect(throws: TaskError.self) { try AuditSource.of(recipe, folder: folder.path) }
    }
}
