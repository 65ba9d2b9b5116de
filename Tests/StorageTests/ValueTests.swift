import Foundation
import TestSupport
import Testing

@testable import Storage

@Suite struct ValueTests {
    /// Sends a value to the server and reads it back, alone and by COPY.
    private func roundTrip<T: DatabaseValue & Equatable>(
        _ values: [T], equal: @Sendable (T, T) -> Bool = { $0 == $1 }, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let database = try await TestDatabase.fresh(maximumConnections: 1)
        let type = T.databaseType.description
        try await database.withConnection { connection in
            try await connection.execute(Statement("CREATE TABLE t (n bigint, v \(type))", []))
            _ = try await connection.copyIn(
                into: "t", columns: ["n", "v"], rows: values.enumerated().map { [$0, $1] })
            for (number, value) in values.enumerated() {
                let rows = try await connection.query(
                    "SELECT \(value) AS bound, v AS copied FROM t WHERE n = \(number)")
                let (bound, copied): (T, T) = (try rows[0].decode("bound"), try rows[0].decode("copied"))
                let (boundIsEqual, copiedIsEqual) = (equal(bound, value), equal(copied, value))
                #expect(boundIsEqual, "\(bound) was \(value)", sourceLocation: sourceLocation)
                #expect(copiedIsEqual, "\(copied) was \(value)", sourceLocation: sourceLocation)
            }
        }
    }

    @Test func `Integers come back at their limits`() async throws {
        try await roundTrip([Int.min, -1, 0, Int.max])
        try await roundTrip([Int32.min, 0, Int32.max])
        try await roundTrip([Int16?.some(.min), nil, .max])
    }

    @Test func `Floating-point numbers come back with NaN and infinity`() async throws {
        try await roundTrip([0.1, -0.0, .infinity, -.infinity, .nan, .greatestFiniteMagnitude, .leastNonzeroMagnitude])
        {
            (a: Double, b: Double) in a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN)
        }
        try await roundTrip([0.1, .infinity, .nan, .leastNonzeroMagnitude]) { (a: Float, b: Float) in
            a == b || (a.isNaN && b.isNaN)
        }
    }

    @Test func `Text is Unicode, and an injection is text`() async throws {
        try await roundTrip([
            "", "'; DROP TABLE t; --", "$1 \\ \" \u{1F9EC} é e\u{301} 中文", String(repeating: "x", count: 100_000),
        ])
        try await roundTrip([String?.none, "NULL"])
    }

    @Test func `Bytes come back, none of them and many megabytes`() async throws {
        try await roundTrip([[], [0, 255, 92], [UInt8](repeating: 0x5A, count: 20_000_000)] as [[UInt8]])
    }

    @Test func `Booleans, UUIDs, dates and JSON come back`() async throws {
        try await roundTrip([true, false])
        try await roundTrip([UUID()])
        try await roundTrip([1_700_000_000.123456, -1e10, 0].map { Date(timeIntervalSince1970: $0) }) {
            abs($0.timeIntervalSince($1)) < 1e-6
        }
        try await roundTrip([JSON(bytes: Array(#"{"a": [1, null, "é"]}"#.utf8))])
    }

    @Test func `Arrays come back, empty, with NULL, and of bytes`() async throws {
        try await roundTrip([[], [1, -2, .max]] as [[Int64]])
        try await roundTrip([[], ["a,b", "", "{\"}"]] as [[String]])
        try await roundTrip([[1.5, -.infinity]] as [[Float]])
        try await roundTrip([[1.5, 1e300]] as [[Double]])
        try await roundTrip([["a", nil], [nil]] as [[String?]])
        try await roundTrip([[[1, 2], []]] as [[[UInt8]]])
        try await roundTrip([[UUID(), UUID()]])
        try await roundTrip([[Int64]?.none])
    }

    @Test func `Codable values pass through jsonb`() async throws {
        struct Model: Codable, Equatable, Sendable {
            var name: String
            var released: Date
        }
        let model = Model(name: "caller", released: Date(timeIntervalSince1970: 1_700_000_000))
        let database = try await TestDatabase.fresh()
        let row = try await database.query("SELECT \(try JSON(encoding: model)) AS document")[0]
        #expect(try row.decode("document", as: JSON.self).decode(Model.self) == model)
    }

    @Test(arguments: [
        ("0", 0), ("12.00", 12), ("-1234567890123456789", -1_234_567_890_123_456_789), ("10000", 10000),
        ("100000000", 100_000_000),
    ])
    func `A numeric, such as a sum of bigint, reads as a whole number`(text: String, value: Int) async throws {
        let database = try await TestDatabase.fresh()
        #expect(try await database.scalar(Statement("SELECT '\(text)'::numeric", [])) == value)
    }

    @Test(arguments: ["0.00012", "-98765.4321", "1e20", "12345678.9", "3"])
    func `A numeric reads as the nearest number`(text: String) async throws {
        let database = try await TestDatabase.fresh()
        #expect(try await database.scalar(Statement("SELECT '\(text)'::numeric", [])) == Double(text))
    }

    @Test func `A wrong type, NULL or name is an error that names the column`() async throws {
        let row = try await TestDatabase.fresh().query(
            """
            SELECT 1::int8 AS number, 'x'::text AS word, NULL::text AS nothing, 70000::int4 AS large,
                'NaN'::numeric AS nan
            """
        )[0]
        #expect(row.columns == ["number", "word", "nothing", "large", "nan"])
        func failure<T: DatabaseValue>(_ column: String, _: T.Type) -> String {
            do { return "\(try row.decode(column, as: T.self))" } catch { return error.message }
        }
        #expect(failure("word", Int.self) == "column \"word\" cannot be read: a Int is no text")
        #expect(failure("number", String.self).contains("\"number\""))
        #expect(failure("nothing", String.self).contains("is NULL, and String is not optional"))
        #expect(failure("large", Int16.self).contains("outside the range of Int16"))
        #expect(failure("nan", Int.self).contains("outside the range of Int"))
        #expect(failure("absent", Int.self).contains("it has number, word, nothing, large, nan"))
        #expect(try row.decode("nothing", as: String?.self) == nil)
        #expect(throws: StorageError.self) { try row.decode(5, as: Int.self) }
    }

    @Test(
        arguments: [
            [], [0, 0, 0], [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 20, 0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1],
            [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 8, 1],
            [0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 20],
        ] as [[UInt8]])
    func `Bytes that are no array are an error`(bytes: [UInt8]) {
        bytes.withUnsafeBytes { buffer in
            _ = #expect(throws: ConversionError.self) { try [Int64].decode(buffer, as: Int64.arrayType) }
        }
    }

    @Test func `Bytes that are no value of their type are an error`() {
        [UInt8]([0xFF, 0xFE, 0xFD]).withUnsafeBytes { buffer in
            #expect(throws: ConversionError.malformed(.text)) { try String.decode(buffer, as: .text) }
            #expect(throws: ConversionError.malformed(.int8)) { try Int.decode(buffer, as: .int8) }
            #expect(throws: ConversionError.malformed(.uuid)) { try UUID.decode(buffer, as: .uuid) }
            #expect(throws: ConversionError.malformed(.numeric)) { try Double.decode(buffer, as: .numeric) }
            #expect(throws: ConversionError.malformed(.jsonb)) { try JSON.decode(buffer, as: .jsonb) }
        }
    }

    @Test func `A date outside PostgreSQL's range cannot be bound`() {
        #expect(throws: StorageError.self) {
            try EncodedStatement("SELECT \(Date(timeIntervalSince1970: .infinity))")
        }
    }
}
