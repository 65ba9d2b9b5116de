import Commands
import Foundation
import Hashing

/// Keys as files: a private key that only its owner may read, and lines of public keys.
enum SigningKeyFile {
    private static let head = "helicase-ed25519-private-1"
    private static let openHead = "ed25519"

    /// Writes a private key with the mode 0600.
    static func write(_ key: SigningKey, to path: String) throws {
        try PrivateFile.write("\(head)\n\(Data(key.seed).base64EncodedString())\n".utf8, to: path)
    }

    /// Reads a private key; one that others than its owner may read or change is refused.
    static func read(_ path: String) throws -> SigningKey {
        var status = stat()
        guard stat(path, &status) == 0 else { throw FileError(path, .read, errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw StartError(.usage, "--key: \(path) is no file") }
        guard status.st_mode & 0o077 == 0 else {
            throw StartError(
                .usage, "--key: others may use \(path): make a new key, or `chmod 600` it if nobody else has read it")
        }
        let lines = try Files.text(path).split(separator: "\n")
        guard lines.count == 2, lines[0] == head, let seed = Data(base64Encoded: String(lines[1])),
            let key = SigningKey(seed: Array(seed))
        else {
            throw StartError(.usage, "--key: \(path) is no private key of `helicase report key`")
        }
        return key
    }

    /// `ed25519 BASE64 NAME`: what a list of trusted keys has a line of.
    static func line(_ key: PublicKey, signer: String?) -> String {
        "\(openHead) \(Data(key.bytes).base64EncodedString())\(signer.map { " \($0)" } ?? "")\n"
    }

    /// A key that somebody trusts, with the name that its signatures may state; nil of any name.
    struct Trusted: Equatable {
        var key: PublicKey
        var signer: String?
    }

    /// Reads a list of public keys; empty lines and those that begin with `#` say nothing.
    static func trusted(_ path: String) throws -> [Trusted] {
        var keys: [Trusted] = []
        for (place, line) in try Files.text(path).split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        {
            let words = line.split(maxSplits: 2, whereSeparator: \.isWhitespace)
            if words.isEmpty || words[0].hasPrefix("#") { continue }
            guard words.count > 1, words[0] == openHead, let bytes = Data(base64Encoded: String(words[1])),
                let key = PublicKey(bytes: Array(bytes))
            else {
                throw StartError(
                    .usage,
                    "--trusted: \(path), line \(place + 1): there should be \"\(openHead)\", a key in base64 and a name"
                )
            }
            let name = words.count > 2 ? words[2].trimmingCharacters(in: .whitespaces) : ""
            keys.append(Trusted(key: key, signer: name.isEmpty ? nil : name))
        }
        guard !keys.isEmpty else { throw StartError(.usage, "--trusted: \(path) has no key") }
        return keys
    }
}
