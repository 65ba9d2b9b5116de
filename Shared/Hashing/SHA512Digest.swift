import CSodium

/// SHA-512 (FIPS 180-4) of bytes that come in pieces, by libsodium.
public struct SHA512Digest: Sendable {
    private var state = crypto_hash_sha512_state()

    /// Starts with nothing.
    public init() { crypto_hash_sha512_init(&state) }

    /// Adds bytes.
    public mutating func update(_ bytes: [UInt8]) {
        crypto_hash_sha512_update(&state, bytes, UInt64(bytes.count))
    }

    /// The first 24 bytes of the digest in base64url (RFC 4648, § 5), 32 characters: the GA4GH's `sha512t24u` (Hart and Prlić 2020).
    public var sha512t24u: String {
        var copy = state
        var digest = [UInt8](repeating: 0, count: 64)
        crypto_hash_sha512_final(&copy, &digest)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: 24, by: 3) {
            let bits = UInt32(digest[start]) << 16 | UInt32(digest[start + 1]) << 8 | UInt32(digest[start + 2])
            for shift in [18, 12, 6, 0] { text.append(alphabet[Int(bits >> UInt32(shift) & 63)]) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The GA4GH's digest of bytes, see ``sha512t24u``.
    public static func sha512t24u(of bytes: [UInt8]) -> String {
        var digest = SHA512Digest()
        digest.update(bytes)
        return digest.sha512t24u
    }
}
