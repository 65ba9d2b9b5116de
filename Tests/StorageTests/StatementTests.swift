import Foundation
import TestSupport
import Testing

@testable import Storage

@Suite struct StatementTests {
    @Test func `Interpolated values become parameters and identifiers are quoted`() {
        let statement: Statement = "SELECT \(identifier: "we\"ird") FROM t WHERE a = \(7) AND b = \("x'; DROP")"
        #expect(statement.text == #"SELECT "we""ird" FROM t WHERE a = $1 AND b = $2"#)
        #expect(statement.parameters.count == 2)
    }

    @Test func `A query answers`() async throws {
        let database = try await TestDatabase.fresh()
        let rows = try await database.query("SELECT \(41) + 1 AS answer")
        #expect(try rows[0].decode("answer", as: Int.self) == 42)
    }
}
