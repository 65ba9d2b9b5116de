import CSodium

/// A private key of Ed25519 (RFC 8032), by libsodium: whoever has it can sign in the name of its owner.
public struct SigningKey: Sendable {
    /// How many bytes a seed has.
    public static let seedLength = 32

    /// The 32 bytes that the key is made of.
    public let seed: [UInt8]
    /// What signatures of this key are verified with.
    public let publicKey: PublicKey
    private let secret: [UInt8]

    /// A new key, of the system's random numbers.
    public init() {
        Sodium.start()
        var seed = [UInt8](repeating: 0, count: Self.seedLength)
        randombytes_buf(&seed, seed.count)
        self.init(known: seed)
    }

    /// The key of a seed; nil unless it has 32 bytes.
    public init?(seed: [UInt8]) {
        guard seed.count == Self.seedLength else { return nil }
        self.init(known: seed)
    }

    private init(known seed: [UInt8]) {
        Sodium.start()
        var (open, secret) = ([UInt8](repeating: 0, count: 32), [UInt8](repeating: 0, count: 64))
        crypto_sign_ed25519_seed_keypair(&open, &secret, seed)
        (self.seed, self.secret, publicKey) = (seed, secret, PublicKey(known: open))
    }

    /// The 64 bytes of the signature of a message; the same message has the same signature.
    public func signature(of message: [UInt8]) -> [UInt8] {
        var signature = [UInt8](repeating: 0, count: 64)
        crypto_sign_ed25519_detached(&signature, nil, message, UInt64(message.count), secret)
        return signature
    }
}

/// A public key of Ed25519: 32 bytes that say whether a signature is of its owner.
public struct PublicKey: Sendable, Hashable {
    /// Its bytes.
    public let bytes: [UInt8]

    /// The key of 32 bytes; nil of another number.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.init(known: bytes)
    }

    init(known bytes: [UInt8]) { self.bytes = bytes }

    /// The first 16 digits of its SHA-256, by which people tell keys apart.
    public var identifier: String { String(SHA256Digest.hexadecimal(of: bytes).prefix(16)) }

    /// Whether a signature is this key's, of this message; false for anything that is no signature.
    public func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        Sodium.start()
        guard signature.count == 64 else { return false }
        return crypto_sign_ed25519_verify_detached(signature, message, UInt64(message.count), bytes) == 0
    }
}

/// The library's start, which has to come before its random numbers.
private enum Sodium {
    private static let status = sodium_init()

    static func start() { precondition(status >= 0, "libsodium finds no source of random numbers") }
}
