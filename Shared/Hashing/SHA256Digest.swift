import CSodium
import Foundation

/// SHA-256 (FIPS 180-4) of bytes that come in pieces, by libsodium.
public struct SHA256Digest: Sendable {
    private var state = crypto_hash_sha256_state()

    /// Starts with nothing.
    public init() { crypto_hash_sha256_init(&state) }

    /// Adds bytes.
    public mutating func update(_ bytes: [UInt8]) {
        crypto_hash_sha256_update(&state, bytes, UInt64(bytes.count))
    }

    /// The digest of what was added, in lower-case hexadecimal.
    public var hexadecimal: String {
        var copy = state
        var digest = [UInt8](repeating: 0, count: 32)
        crypto_hash_sha256_final(&copy, &digest)
        return digest.map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0" + text : text
        }.joined()
    }

    /// The digest of bytes, in lower-case hexadecimal.
    public static func hexadecimal(of bytes: [UInt8]) -> String {
        var digest = SHA256Digest()
        digest.update(bytes)
        return digest.hexadecimal
    }

    /// The digest of a file, in lower-case hexadecimal; memory is flat in its size.
    public static func hexadecimal(ofFile path: String) throws -> String {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? file.close() }
        var digest = SHA256Digest()
        while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty { digest.update(Array(piece)) }
        return digest.hexadecimal
    }
}
