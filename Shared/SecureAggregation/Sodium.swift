import CSodium

/// What the protocol needs of libsodium: X25519, XChaCha20-Poly1305, ChaCha20 as a stream, BLAKE2b, the system's random numbers.
enum Sodium {
    private static let status = sodium_init()

    static func random(_ count: Int) -> [UInt8] {
        precondition(status >= 0, "libsodium finds no source of random numbers")
        var bytes = [UInt8](repeating: 0, count: count)
        randombytes_buf(&bytes, count)
        return bytes
    }

    /// The X25519 public key of a secret one (RFC 7748).
    static func publicKey(of secret: [UInt8]) -> [UInt8] {
        precondition(secret.count == 32)
        var open = [UInt8](repeating: 0, count: 32)
        let status = crypto_scalarmult_base(&open, secret)
        precondition(status == 0, "a scalar times the base point is a point")
        return open
    }

    /// A key that two sites agree on without having met: BLAKE2b of the X25519 secret, both public keys, the purpose and the context; nil for a
    /// public key of small order.
    static func agreedKey(secret: [UInt8], other: [UInt8], purpose: String, context: [UInt8]) -> [UInt8]? {
        guard secret.count == 32, other.count == 32 else { return nil }
        var point = [UInt8](repeating: 0, count: 32)
        guard crypto_scalarmult(&point, secret, other) == 0 else { return nil }
        let own = publicKey(of: secret)
        let ordered = own.lexicographicallyPrecedes(other) ? own + other : other + own
        return hash(point + ordered + Array(purpose.utf8) + context)
    }

    /// BLAKE2b, 32 bytes.
    static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        crypto_generichash(&digest, 32, bytes, UInt64(bytes.count), nil, 0)
        return digest
    }

    /// A nonce of 24 random bytes, then the encrypted and authenticated bytes.
    static func sealed(_ bytes: [UInt8], key: [UInt8], context: [UInt8]) -> [UInt8] {
        let nonce = random(24)
        var text = [UInt8](repeating: 0, count: bytes.count + 16)
        crypto_aead_xchacha20poly1305_ietf_encrypt(
            &text, nil, bytes, UInt64(bytes.count), context, UInt64(context.count), nil, nonce, key)
        return nonce + text
    }

    /// What was sealed with the same key and context; nil for anything else.
    static func opened(_ sealed: [UInt8], key: [UInt8], context: [UInt8]) -> [UInt8]? {
        guard sealed.count >= 40 else { return nil }
        let (nonce, text) = (Array(sealed.prefix(24)), Array(sealed.dropFirst(24)))
        var bytes = [UInt8](repeating: 0, count: text.count - 16)
        let status = crypto_aead_xchacha20poly1305_ietf_decrypt(
            &bytes, nil, nil, text, UInt64(text.count), context, UInt64(context.count), nonce, key)
        return status == 0 ? bytes : nil
    }

    /// Adds (or takes away) the ChaCha20 stream of a key as 64-bit little-endian integers, modulo 2^64; memory is flat in the length.
    static func applyMask(key: [UInt8], adding: Bool, to values: inout [UInt64]) {
        precondition(key.count == 32)
        let nonce = [UInt8](repeating: 0, count: 8)
        let piece = 4096
        var stream = [UInt64](repeating: 0, count: piece)
        var start = 0
        while start < values.count {
            let count = min(piece, values.count - start)
            for index in 0..<count { stream[index] = 0 }
            stream.withUnsafeMutableBytes { bytes in
                guard let base = bytes.bindMemory(to: UInt8.self).baseAddress else { return }
                // A block of the stream has 64 bytes, eight integers.
                crypto_stream_chacha20_xor_ic(base, base, UInt64(count * 8), nonce, UInt64(start / 8), key)
            }
            for index in 0..<count {
                let mask = UInt64(littleEndian: stream[index])
                values[start + index] = adding ? values[start + index] &+ mask : values[start + index] &- mask
            }
            start += count
        }
    }
}
