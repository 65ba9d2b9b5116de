import Audit
import Commands
import Foundation
import Hashing
import Storage

/// `helicase report key`, `sign` and `verify`.
enum ReportSigning {
    static func makeKey(_ command: ParsedCommand) throws {
        let path = command.value("output") ?? ""
        let signer = try command.value("signer").map(checkedSigner)
        for file in [path, "\(path).pub"] { try OutputPath.checkFile(file, force: command.flag("force")) }
        let key = SigningKey()
        try SigningKeyFile.write(key, to: path)
        try Files.write(SigningKeyFile.line(key.publicKey, signer: signer), to: "\(path).pub")
        print("wrote \(path), which nobody else may read, and \(path).pub; the key is \(key.publicKey.identifier)")
    }

    static func sign(_ command: ParsedCommand) async throws {
        let path = command.positional[0]
        let output = command.value("output") ?? "\(path).sig"
        try OutputPath.checkFile(output, force: command.flag("force"))
        guard
            URL(fileURLWithPath: output).resolvingSymlinksInPath()
                != URL(fileURLWithPath: path).resolvingSymlinksInPath()
        else { throw StartError(.usage, "--output: the signature would replace the file that it is of") }
        let signer = try checkedSigner(command.value("signer") ?? "")
        let key = try SigningKeyFile.read(command.value("key") ?? "")
        let signature = try DetachedSignature(
            ofDigest: digest(of: path), file: URL(fileURLWithPath: path).lastPathComponent, signer: signer, key: key,
            time: Date())
        if command.flag("audit") {
            try await Endpoints(command).withDatabase { database in
                try await database.transaction { connection in
                    // The name of a file may say who the patient is, so the digest names it.
                    try await AuditChain.append(
                        act: "report.sign", subject: signature.digest,
                        details: ["signer": signature.signer, "key": signature.key, "signed_at": signature.signedAt],
                        actor: ModelCommands.actor, on: connection)
                    try Files.write(signature.encoded(), to: output)
                }
            }
        } else {
            try Files.write(signature.encoded(), to: output)
        }
        print("wrote \(output): \(signature.signer) signed \(signature.digest) with the key \(signature.key)")
    }

    static func verify(_ command: ParsedCommand) throws {
        let path = command.positional[0]
        let file = command.value("signature") ?? "\(path).sig"
        let trusted = try command.value("trusted").map(SigningKeyFile.trusted)
        let signature = try Files.document(file, as: DetachedSignature.self)
        do {
            let key = try signature.verify(digest: digest(of: path))
            if let trusted { try check(signature, of: key, trusted: trusted) }
        } catch let error as SignatureError {
            throw ControlError("\(path) is not verified: \(error)")
        }
        if command.flag("json") {
            print(try Timestamp.json(Verification(signature: signature, isTrusted: trusted != nil)))
        } else {
            print("\(path) is as \(signature.signer) signed it at \(signature.signedAt) with the key \(signature.key)")
        }
        if trusted == nil {
            throw UnknownSigner(
                "the file is whole, but whose key \(signature.key) is was not checked, so anybody may have signed it: name the "
                    + "keys that you trust with --trusted")
        }
    }

    /// What `verify --json` says.
    private struct Verification: Encodable {
        var signature: DetachedSignature
        var isTrusted: Bool

        enum CodingKeys: String, CodingKey {
            case signature
            case isTrusted = "trusted"
        }
    }

    /// A file that is as somebody signed it, and nobody said whose keys are trusted: no failure, and no success either.
    struct UnknownSigner: Error, CustomStringConvertible {
        /// Between a file that is verified (0) and one that is not (1).
        static let status: Int32 = 3
        let description: String

        init(_ description: String) { self.description = description }
    }

    private static func check(
        _ signature: DetachedSignature, of key: PublicKey, trusted: [SigningKeyFile.Trusted]
    ) throws {
        let known = trusted.filter { $0.key == key }
        guard !known.isEmpty else { throw ControlError("the key \(signature.key) is none of those that are trusted") }
        guard known.contains(where: { $0.signer == nil || $0.signer == signature.signer }) else {
            let names = known.compactMap(\.signer).joined(separator: ", ")
            throw ControlError("the key \(signature.key) is of \(names), and the signature states \(signature.signer)")
        }
    }

    /// The digest of a regular file.
    private static func digest(of path: String) throws -> String {
        var status = stat()
        guard stat(path, &status) == 0 else { throw FileError(path, .read, errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw StartError(.usage, "\(path) is no file") }
        return try Files.act(path, .read) { try SHA256Digest.hexadecimal(ofFile: path) }
    }

    /// The name as signatures and lists of keys have it.
    private static func checkedSigner(_ name: String) throws -> String {
        let name = name.trimmingCharacters(in: .whitespaces)
        guard !name.isEmpty, !name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f }) else {
            throw StartError(.usage, "--signer: a name in one line")
        }
        return name
    }
}
