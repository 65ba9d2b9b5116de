import Foundation
import TestSupport
import Testing

@testable import Genomics

/// Files that commands write.
@Suite struct OutputFileTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "output-\(UUID())")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    private var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?.sorted() ?? [] }

    private func refusal(_ path: String) -> String? {
        do throws(GenomicsError) {
            try OutputFile.check(path)
            return nil
        } catch {
            return error.message
        }
    }

    private func write(_ text: String, _ file: OutputFile) throws {
        try Data(text.utf8).write(to: URL(filePath: file.draft), options: [])
    }

    @Test func `A file is there when it is committed, whole, and not before`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        for text in ["first", "second"] {
            let file = try OutputFile(path: path("a"))
            let before = names
            try write(text, file)
            #expect(names == before)
            try file.commit()
            #expect(try String(contentsOfFile: path("a"), encoding: .utf8) == text)
            #expect(names == ["a"])
        }
        _ = try OutputFile(path: path("b"))
        #expect(names == ["a"])
    }

    @Test func `The file that a link leads to is replaced, not the link`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("old".utf8).write(to: URL(filePath: path("real")))
        try FileManager.default.createSymbolicLink(atPath: path("link"), withDestinationPath: path("real"))
        let file = try OutputFile(path: path("link"))
        try write("new", file)
        try file.commit()
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path("link")) == path("real"))
        #expect(try String(contentsOfFile: path("real"), encoding: .utf8) == "new")
    }

    @Test func `What is no regular file is refused and stays what it is`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(mkfifo(path("pipe"), 0o600) == 0)
        try FileManager.default.createSymbolicLink(atPath: path("null"), withDestinationPath: "/dev/null")
        try FileManager.default.createSymbolicLink(atPath: path("nowhere"), withDestinationPath: path("missing"))
        try Data().write(to: URL(filePath: path("file")))
        #expect(refusal("")?.contains("empty") == true)
        #expect(refusal(folder.path)?.contains("is a folder") == true)
        #expect(refusal("/dev/null")?.contains("is a device") == true)
        #expect(refusal("/dev/full")?.contains("is a device") == true)
        #expect(refusal(path("null"))?.contains("is a device") == true)
        #expect(refusal(path("pipe"))?.contains("is a pipe") == true)
        #expect(refusal(path("nowhere"))?.contains("link to a file that does not exist") == true)
        #expect(refusal(path("missing/a.vcf.gz"))?.contains("create it first") == true)
        #expect(refusal(path("file/a.vcf.gz")) != nil)
        #expect(refusal(path("file")) == nil && refusal(path("new")) == nil)
        #expect(throws: GenomicsError.self) { _ = try OutputFile(path: "/dev/null") }
        var status = stat()
        #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    }

    @Test func `Folders that cannot hold files are refused`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data().write(to: URL(filePath: path("file")))
        func refusal(_ path: String) -> String? {
            do throws(GenomicsError) {
                try OutputFile.checkFolder(path)
                return nil
            } catch {
                return error.message
            }
        }
        #expect(refusal(path("new/and/deeper")) == nil && refusal(folder.path) == nil && refusal(".") == nil)
        #expect(refusal(path("file"))?.contains("this is a file") == true)
        #expect(refusal(path("file/in"))?.isEmpty == false)
        #expect(refusal("/dev/null")?.contains("this is a device") == true)
        #expect(refusal("")?.contains("empty") == true)
        #expect(refusal("/proc/no/such")?.isEmpty == false)
    }

    @Test(.enabled(if: getuid() == 0, "mounting needs root"))
    func `A full disk is refused before anything is written`() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let mount = try await Program.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder.path])
        if mount.status != 0 { try Test.cancel("nothing can be mounted here: \(mount.errors)") }
        #expect(refusal(path("a")) == nil)
        try Data(count: 250 << 10).write(to: URL(filePath: path("filler")))
        #expect(refusal(path("a"))?.contains("no room") == true)
        #expect(names == ["filler"])
        #expect(try await Program.run(["umount", folder.path]).status == 0)
    }

    @Test func `An index is TBI, or CSI where a contig is beyond 512 Mb`() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        func write(_ length: Int, at position: Int) throws {
            let header = VCFHeader(contigs: [Contig(name: "c", length: length)], sample: nil)
            var writer = try VCFWriter(path: path("a.vcf.gz"), header: header)
            try writer.write(Variant(contig: "c", position: position, reference: "A", alternates: ["C"]))
            try writer.finish()
        }
        try write(1 << 29, at: 1000)
        #expect(names == ["a.vcf.gz", "a.vcf.gz.tbi"])
        // An index of before would be found first.
        try write(600_000_000, at: 550_000_000)
        #expect(names == ["a.vcf.gz", "a.vcf.gz.csi"])
        guard Tool.isInstalled("bcftools") else { return }
        let found = try Tool.run("bcftools", "view", "-H", path("a.vcf.gz"), "c:549999990-550000010")
        #expect(String(decoding: found, as: UTF8.self).hasPrefix("c\t550000000\t"))
        try write(0, at: 550_000_000)
        #expect(names == ["a.vcf.gz", "a.vcf.gz.csi"])
    }

    @Test func `A BED file joins stretches that touch`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let writer = try BEDWriter(path: path("a.bed.gz"))
        for (contig, range) in [("a", 0..<5), ("a", 5..<9), ("a", 9..<9), ("a", 10..<12), ("b", 12..<13)] {
            try writer.write(contig, range)
        }
        #expect(names == [])
        try writer.finish()
        #expect(try BED(path: path("a.bed.gz")).ranges == ["a": [0..<9, 10..<12], "b": [12..<13]])
    }

    @Test(arguments: ["", ".a", "a b", "a\tb", "a/b", "Ä", "a\n", String(repeating: "x", count: 201)])
    func `A sample's name is refused`(_ name: String) {
        #expect(!SampleName.isValid(name))
    }

    @Test(arguments: ["S", "NA12878", "a.b-c_d:1", String(repeating: "x", count: 200)])
    func `A sample's name is taken`(_ name: String) {
        #expect(SampleName.isValid(name))
    }
}
