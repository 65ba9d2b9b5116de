import Foundation
import Genomics
import Testing

/// Tables as people's programs write them.
@Suite("Tables")
struct TableFileTests {
    private func file(_ bytes: [UInt8], _ name: String = "t.csv") throws -> TableFile {
        let folder = FileManager.default.temporaryDirectory.appending(path: "table-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appending(path: name)
        try Data(bytes).write(to: path)
        return try TableFile(path: path.path)
    }

    private func file(_ text: String) throws -> TableFile { try file(Array(text.utf8)) }

    private func rows(_ table: TableFile) throws -> [[String]] {
        var rows: [[String]] = []
        while let record = try table.next() {
            #expect(record.number == rows.count)
            rows.append(record.fields)
        }
        return rows
    }

    @Test("CSV: commas, line ends and doubled quotes stand between quotes; lines may end in CR LF")
    func quotes() throws {
        let table = try file("id,\"a, b\",c\r\n1,\"x\r\ny\"\"z\"\"\",\r\n\r\n2, 5 \u{2009}, \"\" \n\"3\",\"\n\n\",é")
        #expect(table.columns == ["id", "a, b", "c"])
        #expect(
            try rows(table) == [["1", "x\ny\"z\"", ""], ["2", "5 \u{2009}", ""], ["3", "\n\n", "é"]])
        #expect(try table.place(of: "a, b") == 1)
    }

    @Test("A header may hold a line end; records know the line where they begin")
    func lines() throws {
        let table = try file("a,\"b\nc\"\n1,\"2\n3\"\n4,5\n")
        #expect(table.columns == ["a", "b\nc"])
        #expect(try table.next()?.line == 3)
        #expect(try table.next()?.line == 5)
        #expect(try table.next() == nil)
    }

    @Test("TSV: quotes around a field are taken away, and one alone is a letter")
    func tabs() throws {
        let table = try file("a\tb\n\"x\"\"y\"\t5\" wide\n \"\t\n")
        #expect(try rows(table) == [["x\"y", "5\" wide"], ["\"", ""]])
    }

    @Test("A byte order mark of UTF-8 is passed over, also in front of a quote; UTF-16 is refused")
    func marks() throws {
        #expect(try file([0xef, 0xbb, 0xbf] + Array("\"a\",b\n1,2\n".utf8)).columns == ["a", "b"])
        let error = #expect(throws: GenomicsError.self) { try file([0xff, 0xfe, 0x61, 0x00, 0x0a, 0x00]) }
        #expect(error?.message.contains("UTF-16") == true)
    }

    @Test(
        "A quote that is not closed, text behind one, and other fields than the header names are said with their line")
    func damage() throws {
        let open = try file("a,b\n1,\"2\n3\n")
        var error = #expect(throws: GenomicsError.self) { try open.next() }
        #expect(error?.code == .truncated && error?.message.contains("the quote of line 2") == true)
        let behind = try file("a,b\n1,\"2\"3\n")
        error = #expect(throws: GenomicsError.self) { try behind.next() }
        #expect(error?.message.contains("line 2: text stands between") == true)
        let short = try file("a,b\n\n1\n")
        error = #expect(throws: GenomicsError.self) { try short.nextWhole() }
        #expect(error?.message == "line 3: the record has 1 fields, and the first line names 2")
    }

    @Test("A column that is missing, or there twice, is refused when it is asked for")
    func columns() throws {
        let table = try file("a,b,b\n")
        #expect(try table.place(of: "a") == 0)
        var error = #expect(throws: GenomicsError.self) { try table.place(of: "c") }
        #expect(error?.message.contains("its first line has a, b, b") == true)
        error = #expect(throws: GenomicsError.self) { try table.place(of: "b") }
        #expect(error?.message.contains("two columns") == true)
        #expect(try file("").columns.isEmpty && file("\n \n").next() == nil)
    }

    @Test("Without a header the first line is a record like all others")
    func headless() throws {
        let table = try file("x,1\ny,2\n")
        table.withoutHeader()
        #expect(try rows(table) == [["x", "1"], ["y", "2"]])
    }
}
