import Audit
import Foundation
import Knowledge
import Storage
import TestSupport
import Testing

@testable import helicase

@Suite("Knowledge bases")
struct KnowledgeTests {
    static func base(_ version: String, digest: String, at seconds: Double = 0) -> KnowledgeBase {
        KnowledgeBase(
            name: "clinvar", version: version, kind: .variants, path: "/data/clinvar.vcf.gz", bytes: 10, digest: digest,
            licence: "public domain", records: 3, contigs: ["1": 249_250_621], actor: "anna",
            addedAt: Date(timeIntervalSince1970: seconds))
    }

    @Test("A version is added once, with an entry of the audit chain, and never changes")
    func adding() async throws {
        let database = try await migratedDatabase()
        let registry = KnowledgeRegistry(database)
        #expect(try await registry.add(Self.base("1", digest: "aa", at: 100)))
        #expect(try await !registry.add(Self.base("1", digest: "aa", at: 200)))
        await #expect(throws: KnowledgeError.self) { try await registry.add(Self.base("1", digest: "bb")) }
        #expect(try await registry.add(Self.base("2", digest: "bb", at: 300)))
        var moved = Self.base("2", digest: "bb", at: 400)
        moved.path = "/elsewhere/clinvar.vcf.gz"
        #expect(try await !registry.add(moved))
        #expect(try await registry.find("clinvar").path == moved.path)
        moved.licence = "another"
        await #expect(throws: KnowledgeError.self) { try await registry.add(moved) }
        #expect(try await registry.find("clinvar").version == "2")
        #expect(try await registry.find("clinvar", version: "1") == Self.base("1", digest: "aa", at: 100))
        await #expect(throws: KnowledgeError.self) { try await registry.find("clinvar", version: "3") }
        #expect(try await registry.all().map(\.label) == ["clinvar@2", "clinvar@1"])
        let chain = try await AuditChain.verify(in: database)
        #expect(chain.flaw == nil && chain.count == 3)
        await #expect(throws: StorageError.self) { try await database.execute("UPDATE knowledge SET digest = ''") }
    }

    @Test(
        "A file says what it is, and is read whole",
        arguments: [
            (
                "##gff-version 3\n##sequence-region 1 1 500\n1\tx\tgene\t1\t9\t.\t+\t.\tID=g\n1\tx\texon\t1\t9\t.\t+\t.\tParent=t\n",
                KnowledgeBase.Kind.transcripts, Int64(1), ["1": 500]
            ),
            (
                "##fileformat=VCFv4.2\n##contig=<ID=1,length=700>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n1\t5\t.\tA\tC\t.\t.\t.\n",
                .variants, 1, ["1": 700]
            ),
            ("format-version: 1.2\n\n[Term]\nid: HP:1\n\n[Term]\nid: HP:2\n", .ontology, 2, [:]),
            ("gene\tdisease\nA\tx\nB\ty\n", .table, 2, [:]),
            ("#made of much\n#gene\tdisease\nA\tx\nB\ty\n", .table, 2, [:]),
            ("#made of much\ngene\tdisease\nA\tx\nB\ty\n", .table, 2, [:]),
            (
                "###PGS CATALOG SCORING FILE\n#pgs_id=PGS1\nrsID\teffect_allele\teffect_weight\nrs1\tA\t0.1\n", .scores,
                1, [:]
            ),
        ])
    func reading(text: String, kind: KnowledgeBase.Kind, records: Int64, contigs: [String: Int]) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "knowledge-\(UUID())").path
        try Data(text.utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try KnowledgeReading(path: path, kind: nil)
        #expect(file.kind == kind && file.records == records && file.contigs == contigs)
    }

    @Test(
        "A damaged file is refused with its place",
        arguments: [
            ("##gff-version 3\n1\tx\texon\t9\t1\t.\t+\t.\tParent=t\n", "9-1"),
            ("##gff-version 3\n1\tx\tgene\t1\t9\t.\t+\t.\tID=g\n", "no exon"),
            ("format-version: 1.2\n\n[Term]\nname: x\n\n[Term]\nid: HP:2\n", "line 6"),
            ("format-version: 1.2\n\n[Term]\nname: x\n", "cut off"),
            ("gene\tdisease\nA\n", "line 2"), ("gene\tdisease\n", "no record"),
            ("###PGS CATALOG SCORING FILE\nrsID\teffect_allele\nrs1\tA\n", "effect_weight"),
        ])
    func refusing(text: String, word: String) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "knowledge-\(UUID())").path
        try Data(text.utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let error = #expect(throws: (any Error).self) { try KnowledgeReading(path: path, kind: nil) }
        #expect(error.map { "\($0)".contains(word) } == true, "\(String(describing: error))")
    }

    @Test(
        "Names and versions stand in reports: blanks, @ and / are refused",
        arguments: ["", "a b", "a@1", "a/b", "ä", String(repeating: "x", count: 65)])
    func words(word: String) { #expect(KnowledgeBase.flaw(inWord: word) != nil) }
}
