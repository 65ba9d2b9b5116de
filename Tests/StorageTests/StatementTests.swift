import Testing

@testable import Storage

@Suite struct StatementTests {
    @Test func `Interpolated values become parameters and names are quoted`() {
        let statement: Statement = "SELECT \(identifier: "we\"ird") FROM t WHERE a = \(7) AND b = \("x'; DROP")"
        #expect(statement.text == #"SELECT "we""ird" FROM t WHERE a = $1 AND b = $2"#)
        #expect(statement.parameters.count == 2)
        #expect(statement.parameters[0] as? Int == 7)
    }

    @Test func `An optional is bound as its value or NULL`() {
        let (absent, present): (String?, Int?) = (nil, 3)
        let statement: Statement = "VALUES (\(absent), \(present))"
        #expect(statement.parameters.map(\.isNull) == [true, false])
    }

    @Test func `SQL with a NUL and too many values are refused before they are sent`() throws {
        #expect(throws: StorageError.self) { try EncodedStatement(Statement("SELECT 1\0; DROP TABLE t")) }
        let values = [any DatabaseValue](repeating: 1, count: 65536)
        let error = #expect(throws: StorageError.self) { try EncodedStatement(Statement("SELECT 1", values)) }
        #expect(error?.code == .invalidStatement)
    }

    @Test func `A statement is prepared at its sixth use and the oldest gives way`() {
        var statements = PreparedStatements(usesBeforePreparing: 5, limit: 2)
        func prepare(_ text: String) -> PreparedStatements.Action {
            for _ in 0..<5 { #expect(statements.use(text, []) == .runDirectly) }
            return statements.use(text, [])
        }
        #expect(prepare("a") == .prepare(name: "helicase_6", dropping: nil))
        #expect(statements.use("a", []) == .run(name: "helicase_6"))
        #expect(statements.use("a", [23]) == .runDirectly, "other types are another statement")
        #expect(prepare("b") == .prepare(name: "helicase_14", dropping: nil))
        #expect(statements.use("a", []) == .run(name: "helicase_6"))
        #expect(prepare("c") == .prepare(name: "helicase_21", dropping: "helicase_14"))
        #expect(statements.name(of: "b", []) == nil)
        statements.forget("a", [])
        #expect(statements.use("a", []) == .runDirectly)
    }

    @Test func `Statements that are used once do not pile up`() {
        var statements = PreparedStatements(usesBeforePreparing: 5, limit: 3)
        for number in 0..<1000 { #expect(statements.use("SELECT \(number)", []) == .runDirectly) }
        for _ in 0..<4 { #expect(statements.use("SELECT 999", []) == .runDirectly) }
        #expect(statements.use("SELECT 999", []) == .prepare(name: "helicase_1005", dropping: nil))
    }
}
