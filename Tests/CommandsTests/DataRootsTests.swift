import Commands
import Foundation
import Testing

/// Which files a request may name.
@Suite("Folders that requests may name")
struct DataRootsTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "roots-\(UUID().uuidString)")
    private let roots: DataRoots

    init() throws {
        for name in ["data/run", "other", "state"] {
            try FileManager.default.createDirectory(
                at: folder.appending(path: name), withIntermediateDirectories: true)
        }
        for name in ["data/run/R1.fastq", "other/secret", "state/stack.json"] {
            try Data("x".utf8).write(to: folder.appending(path: name))
        }
        for (link, target) in [("data/link", "other/secret"), ("data/back", "data/run/R1.fastq")] {
            try FileManager.default.createSymbolicLink(
                at: folder.appending(path: link), withDestinationURL: folder.appending(path: target))
        }
        roots = DataRoots(
            setting: folder.appending(path: "data").path, state: folder.appending(path: "state").path)
    }

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    @Test("What lies below a named folder may be read, wherever the links lead; what does not may not")
    func named() {
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(roots.isExplicit)
        for isVouched in [false, true] {
            for name in ["data/run/R1.fastq", "data/back", "data/not there yet"] {
                #expect(roots.flaw(of: path(name), isVouched: isVouched) == nil, "\(name)")
            }
            for name in [
                "other/secret", "data/link", "data/../other/secret", "data/nowhere/../../other/secret",
                "state/stack.json",
            ] {
                #expect(roots.flaw(of: path(name), isVouched: isVouched) != nil, "\(name)")
            }
        }
        // The folder's name at a path's beginning is not enough.
        #expect(roots.flaw(of: path("data") + "base/x", isVouched: true) != nil)
    }

    @Test(
        "What is no path of a file is refused",
        arguments: [
            "http://example.org/a.bam", "s3://bucket/a.bam", "data:text/plain,x", "file:///etc/passwd", "a.bam", "-",
            "",
            "/tmp/a.bam##idx##http://example.org/a.bai", "/tmp/a\nb", "/tmp/a\0b", "/tmp/http://example.org/x",
            "/tmp/" + String(repeating: "n", count: 5000), "/proc/self/environ", "/etc/shadow", "/dev/zero",
        ])
    func noPath(_ text: String) {
        let open = DataRoots(setting: "/", state: path("state"))
        #expect(open.flaw(of: text, isVouched: true) != nil)
        #expect(open.flaw(of: text, isVouched: false) != nil)
    }

    @Test("Where nobody named folders, those who may write to the database name any file but the stack's own")
    func unnamed() {
        defer { try? FileManager.default.removeItem(at: folder) }
        let usual = DataRoots(setting: nil, state: path("state"))
        #expect(!usual.isExplicit)
        #expect(usual.flaw(of: "/usr/share/dict/words", isVouched: true) == nil)
        #expect(usual.flaw(of: "/usr/share/dict/words", isVouched: false) != nil)
        #expect(usual.flaw(of: "/tmp/reads.fastq", isVouched: false) == nil)
        #expect(usual.flaw(of: "/tmp/.hidden/key", isVouched: false) != nil)
        for isVouched in [false, true] {
            #expect(usual.flaw(of: path("state/stack.json"), isVouched: isVouched) != nil)
            #expect(usual.flaw(of: path("state"), isVouched: isVouched) != nil)
        }
    }
}
