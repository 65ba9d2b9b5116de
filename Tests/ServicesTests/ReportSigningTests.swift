import Audit
import Commands
import Foundation
import Hashing
import Schemas
import Storage
import TestSupport
import Testing

@testable import helicase

/// `helicase report key`, `sign` and `verify`, as they are typed.
@Suite("Signing of reports")
struct ReportSigningTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "signing-\(UUID().uuidString)").path

    private func inFolder(_ body: (String) async throws -> Void) async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Files.write("{\"status\": \"final\"}\n", to: "\(folder)/S.report.json")
        try await body("\(folder)/S.report.json")
    }

    private func run(_ words: [String]) async throws {
        let command = try CommandLineParser(CommandTree.root).parse(["report"] + words)
        switch words[0] {
        case "key": try ReportSigning.makeKey(command)
        case "sign": try await ReportSigning.sign(command)
        default: try ReportSigning.verify(command)
        }
    }

    private func problem(_ words: [String]) async -> String {
        do {
            try await run(words)
            return ""
        } catch { return ErrorText.sentence(error) }
    }

    @Test("What one person signs another verifies with the public key")
    func whole() async throws {
        try await inFolder { report in
            let key = "\(folder)/K"
            try await run(["key", "--output", key, "--signer", "A. Ogura, MD"])
            let mode = try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? NSNumber
            #expect(mode?.intValue == 0o600)
            try await run(["sign", report, "--key", key, "--signer", "A. Ogura, MD"])
            try await run(["verify", report, "--trusted", "\(key).pub"])
            // A second signature is not written over the first one.
            let same = ["sign", report, "--key", key, "--signer", "A", "--output", report, "--force"]
            #expect(await problem(same).contains("would replace the file"))
            let again = await problem(["sign", report, "--key", key, "--signer", "A. Ogura, MD"])
            #expect(again.contains("is there already"))
            try Files.write("{\"status\": \"incomplete\"}\n", to: report)
            #expect(await problem(["verify", report]).contains("changed after it was signed"))
        }
    }

    @Test("A signature that is to be audited is an entry of the chain, and there is none without the entry")
    func audit() async throws {
        let url = try await TestDatabase.shared().freshURL()
        try await inFolder { report in
            try await run(["key", "--output", "\(folder)/K"])
            let sign = ["sign", report, "--key", "\(folder)/K", "--signer", "A", "--audit", "--database", url]
            #expect(await problem(sign).contains("database migrate"))
            #expect(!FileManager.default.fileExists(atPath: "\(report).sig"))
            let database = Database(DatabaseConfiguration(url: url, maximumConnections: 2))
            _ = try await Migrator(database, migrations: SchemaFiles.migrations()).migrate()
            try await run(sign)
            let signature = try Files.document("\(report).sig", as: DetachedSignature.self)
            var entries: [AuditEntry] = []
            try await AuditChain.forEach(in: database) { entries.append($0) }
            #expect(entries.map(\.act) == ["report.sign"])
            #expect(entries.first?.subject == signature.digest)
            await database.close()
        }
    }

    @Test("A file that is whole and whose signer nobody knows is neither verified nor refused")
    func unknownSigner() async throws {
        try await inFolder { report in
            try await run(["key", "--output", "\(folder)/A"])
            try await run(["sign", report, "--key", "\(folder)/A", "--signer", "A"])
            let error = await #expect(throws: ReportSigning.UnknownSigner.self) { try await run(["verify", report]) }
            #expect(error?.description.contains("anybody may have signed it") == true)
            #expect(ReportSigning.UnknownSigner.status == 3)
        }
    }

    @Test("A key that nobody trusts is refused, and so is the name of somebody else")
    func trust() async throws {
        try await inFolder { report in
            for name in ["A", "B"] { try await run(["key", "--output", "\(folder)/\(name)", "--signer", name]) }
            try await run(["sign", report, "--key", "\(folder)/A", "--signer", "B"])
            #expect(await problem(["verify", report, "--trusted", "\(folder)/B.pub"]).contains("none of those"))
            #expect(await problem(["verify", report, "--trusted", "\(folder)/A.pub"]).contains("is of A"))
            let open = try Files.text("\(folder)/A.pub").split(separator: " ").prefix(2).joined(separator: " ")
            try Files.write("# keys\n\n\(open)\n", to: "\(folder)/any.pub")
            try await run(["verify", report, "--trusted", "\(folder)/any.pub"])
            try Files.write("ed25519 AAAA\n", to: "\(folder)/bad.pub")
            #expect(await problem(["verify", report, "--trusted", "\(folder)/bad.pub"]).contains("line 1"))
        }
    }

    @Test("A key that others may read is refused, and so is what is none")
    func keys() async throws {
        try await inFolder { report in
            let key = "\(folder)/K"
            try await run(["key", "--output", key])
            #expect(await problem(["key", "--output", key]).contains("is there already"))
            chmod(key, 0o640)
            #expect(await problem(["sign", report, "--key", key, "--signer", "A"]).contains("others may use"))
            chmod(key, 0o600)
            try await run(["sign", report, "--key", key, "--signer", "A", "--output", "\(folder)/x.sig"])
            try await run(["verify", report, "--signature", "\(folder)/x.sig", "--trusted", "\(key).pub"])
            try Files.write("no key", to: "\(folder)/none")
            chmod("\(folder)/none", 0o600)
            #expect(
                await problem(["sign", report, "--key", "\(folder)/none", "--signer", "A"]).contains(
                    "is no private key"))
            #expect(await problem(["sign", "\(folder)", "--key", key, "--signer", "A"]).contains("is no file"))
            #expect(await problem(["verify", report]).contains("S.report.json.sig cannot be read"))
        }
    }
}
