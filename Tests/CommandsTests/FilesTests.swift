import Commands
import Foundation
import Testing

/// Files that cannot be used, as sentences.
@Suite("Files")
struct FilesTests {
    private let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "files-\(UUID().uuidString)"
        try Files.makeFolder(folder)
    }

    private func sentence(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "nothing was wrong"
        } catch {
            return ErrorText.sentence(error)
        }
    }

    @Test(
        "The folder of a path is what stands before its last part",
        arguments: [
            ("y", "."), ("a/b", "a"), ("no/folder/m", "no/folder"), ("/x", "/"), ("/", "/"), ("a//b/", "a"), ("", "/"),
        ])
    func folders(path: String, folder: String) { #expect(Files.folder(of: path) == folder) }

    @Test("What cannot be read is said with its path, the reason and a remedy")
    func reading() throws {
        #expect(
            sentence { _ = try Files.read("\(folder)/nothing") }
                == "\(folder)/nothing cannot be read: No such file or directory; check the path")
        #expect(sentence { _ = try Files.read(folder) }.hasPrefix("\(folder) cannot be read: Is a directory; "))
        try Data([0xff, 0xfe]).write(to: URL(filePath: "\(folder)/bytes"))
        #expect(
            sentence { _ = try Files.text("\(folder)/bytes") } == "\(folder)/bytes cannot be read: it is no UTF-8 text")
    }

    @Test(
        "A document is said to be wrong at its place",
        arguments: [
            (#"{"a": "#, "it is no valid JSON"), (#"{}"#, #""a" is missing"#),
            (#"{"a": {"b": 3}}"#, "a.b: there should be a list"),
            (#"{"a": {"b": [1, "x"]}}"#, "a.b[1]: there should be a whole number"),
            (#"{"a": null}"#, "a: there is null where an object should be"),
        ])
    func documents(text: String, reason: String) throws {
        let path = "\(folder)/d.json"
        try Files.write(text, to: path)
        let said = sentence { _ = try Files.document(path, as: Document.self) }
        #expect(said == "\(path) is not as it should be: \(reason)")
    }

    private struct Document: Decodable { var a: [String: [Int]] }

    @Test("What cannot be written is said: no folder, a full disk, a file in the folder's place")
    func writing() throws {
        let said = sentence { try Files.write("x", to: "\(folder)/no/file") }
        #expect(
            said
                == "\(folder)/no/file cannot be written: No such file or directory; create the folder \(folder)/no first"
        )
        #expect(sentence { try Files.write("x", to: "/dev/full/x") }.contains("/dev/full/x cannot be written: "))
        try Files.write("x", to: "\(folder)/file")
        #expect(
            sentence { try Files.makeFolder("\(folder)/file") }
                == "\(folder)/file cannot be created: it is a file and no folder; choose another name")
        #expect(
            FileError("m", .write, errno: ENOSPC).description.hasPrefix(
                "m cannot be written: No space left on device; free"))
    }

    @Test("An empty file is empty, and a file that does not say its size is read whole")
    func filesWithoutSize() throws {
        try Files.write("", to: "\(folder)/empty")
        #expect(try Files.read("\(folder)/empty").isEmpty && Files.text("\(folder)/empty") == "")
        #expect(try Files.text("/proc/self/status").hasPrefix("Name:"))
        // Kilobytes of this process, before and after as many empty files.
        func memory() throws -> Int {
            let pages = try Files.text("/proc/self/statm").split(separator: " ").dropFirst().first.flatMap { Int($0) }
            return 4 * (pages ?? 0)
        }
        let before = try memory()
        for _ in 0..<20_000 { _ = try Files.read("\(folder)/empty") }
        #expect(try memory() - before < 20_000)
    }

    @Test("Foundation's own errors lose their dump")
    func foundation() {
        let read = sentence { _ = try Data(contentsOf: URL(filePath: "\(folder)/gone")) }
        #expect(read == "\(folder)/gone cannot be read: No such file or directory; check the path")
        let listed = sentence { _ = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/gone") }
        #expect(listed.hasPrefix("\(folder)/gone cannot be read: No such file or directory"))
        let written = sentence {
            try Data([1]).write(to: URL(filePath: "\(folder)/no/file"), options: .atomic)
        }
        #expect(written.contains("No such file or directory") && !written.contains("NSCocoa"))
        #expect(sentence { throw POSIXError(.EIO) } == "Input/output error")
    }

    @Test("An output is looked at before work begins")
    func outputs() throws {
        func file(_ path: String, force: Bool = false) -> String {
            sentence { try OutputPath.checkFile(path, force: force) }
        }
        let fine = "nothing was wrong"
        #expect(file("\(folder)/new") == fine && file("y-\(UUID())") == fine)
        #expect(
            file("\(folder)/no/m")
                == "--output: the folder \(folder)/no is not there: create it first (mkdir -p \(folder)/no)")
        #expect(file(folder) == "--output: \(folder) is a folder: name a file in it")
        #expect(file("/dev/null", force: true).hasPrefix("--output: /dev/null is no regular file"))
        #expect(file("") == "--output: a file's name is missing")
        try Files.write("x", to: "\(folder)/old")
        #expect(file("\(folder)/old") == "--output: \(folder)/old is there already: name another file, or add --force")
        #expect(file("\(folder)/old", force: true) == fine)
        #expect(file("\(folder)/old/m") == "--output: \(folder)/old is no folder")

        #expect(sentence { try OutputPath.checkFolder("\(folder)/a/b/c") } == fine)
        #expect(sentence { try OutputPath.checkFolder("\(folder)/old") } == "--output: \(folder)/old is no folder")
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/a"), "looking makes nothing")
        let again = sentence { try OutputPath.checkNew(["x", "old"], in: folder, force: false) }
        #expect(again == "--output: \(folder)/old is there already: name another folder, or add --force")
        #expect(sentence { try OutputPath.checkNew(["old"], in: folder, force: true) } == fine)
    }
}
