import Foundation
import FuzzEntries
import Testing

/// The inputs in `Tests/Fuzz/Corpus`, each through its parser once, without a fuzzer.
@Suite struct CorpusTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../Fuzz/Corpus").standardizedFileURL

    @Test("Every input of a parser's corpus is taken or refused as it must be", arguments: FuzzEntry.all.map(\.name))
    func corpus(_ name: String) throws {
        let entry = try #require(FuzzEntry.named(name))
        let files = try FileManager.default.contentsOfDirectory(
            at: Self.folder.appending(path: name), includingPropertiesForKeys: nil)
        #expect(!files.isEmpty, "a parser without inputs is fuzzed from nothing")
        for file in files.sorted(by: { $0.path < $1.path }) {
            let input = [UInt8](try Data(contentsOf: file))
            #expect(throws: Never.self, "\(file.path)") { try entry.check(input) }
        }
    }
}
