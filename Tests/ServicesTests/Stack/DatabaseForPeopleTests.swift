import Events
import Foundation
import Schemas
import Storage
import TestSupport
import Testing

/// What somebody finds who looks into the database without the programs.
@Suite("The database for people")
struct DatabaseForPeopleTests {
    @Test("Every table, view and column says what it is")
    func comments() async throws {
        let database = try await migratedDatabase()
        let tables = try await database.query(
            """
            SELECT c.relname::text AS name FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
                AND c.relkind IN ('r', 'v') AND obj_description(c.oid, 'pg_class') IS NULL
            """)
        #expect(try tables.map { try $0.decode("name", as: String.self) } == [])
        let columns = try await database.query(
            """
            SELECT c.relname || '.' || a.attname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v') AND a.attnum > 0
                AND NOT a.attisdropped AND col_description(c.oid, a.attnum) IS NULL
            """)
        #expect(try columns.map { try $0.decode("name", as: String.self) } == [])
        await database.close()
    }

    @Test("The views are numbers and text, and say what the report and the calls say")
    func views() async throws {
        let database = try await migratedDatabase()
        let types = try await database.query(
            """
            SELECT DISTINCT data_type FROM information_schema.columns
            WHERE table_name IN ('report_summary', 'call_table') ORDER BY 1
            """)
        let allowed = ["bigint", "integer", "numeric", "text", "timestamp with time zone", "uuid"]
        #expect(try types.map { try $0.decode("data_type", as: String.self) } == allowed)

        let golden = SchemaFiles.folder.appending(path: "Events/report/golden/full.json")
        let record = Array(try Data(contentsOf: golden))
        let report = try EventCoding.decode(Report.self, from: record)
        let run = try await newRun(in: database)
        try await database.execute(
            """
            INSERT INTO reports (run_id, version, sample, report, record)
            VALUES (\(run), 1, \(report.sample), \(String(decoding: record, as: UTF8.self))::text::jsonb, \(record))
            """)
        let row = try #require(try await database.query("SELECT * FROM report_summary").first)
        #expect(try row.decode("sample", as: String.self) == report.sample)
        #expect(try row.decode("snvs", as: Int.self) == report.calls.snvs)
        #expect(try row.decode("reads", as: Int.self) == report.input.reads)
        #expect(try row.decode("callable_bases", as: Int.self) == report.callability.basesByState["callable"])
        #expect(try row.decode("problems", as: Int.self) == report.problemCount)
        #expect(try row.decode("models", as: String.self) == "pileup-caller@2")
        #expect(try row.decode("vcf", as: String.self) == "HG002.vcf.gz")
        #expect(
            try await database.scalar("SELECT callable_percent::text FROM report_summary", as: String.self) == "99.02")

        let call = """
            {"contig": "chr1", "quality": 48.123, "filters": ["LowQual", "LowDepth"], "genotype": [1, 2],
             "genotypeQuality": 40, "depth": 30, "alleleDepths": [2, 10, 18], "mappingQuality": 59.5}
            """
        try await database.execute(
            "INSERT INTO calls VALUES (\(run), 0, 12, 'A', 'C,G', \(call)::text::jsonb)")
        let line = try #require(
            try await database.query("SELECT *, alternate_percent::text AS percent FROM call_table").first)
        #expect(try line.decode("contig", as: String.self) == "chr1")
        #expect(try line.decode("genotype", as: String.self) == "1/2")
        #expect(try line.decode("filter", as: String.self) == "LowQual;LowDepth")
        #expect(try line.decode("alternate_depth", as: Int.self) == 28)
        #expect(try line.decode("percent", as: String.self) == "93.3")
        await database.close()
    }

    @Test("Runs are found by their sample through an index")
    func index() async throws {
        let database = try await migratedDatabase(connections: 1)
        try await database.execute("SET enable_seqscan = off")
        let plan = try await database.query("EXPLAIN SELECT run_id FROM runs WHERE sample = 'S'")
        let text = try plan.map { try $0.decode(0, as: String.self) }.joined(separator: "\n")
        #expect(text.contains("runs_of_sample"), "\(text)")
        await database.close()
    }
}
