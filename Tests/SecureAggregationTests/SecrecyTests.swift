import Hashing
import Testing

@testable import SecureAggregation

/// What fewer than the threshold's number of sites, together with the coordinator, can tell: nothing.
struct SecrecyTests {
    @Test("Any threshold's number of shares gives the secret, and the field is AES's")
    func recovery() throws {
        let secret = Array("a seed of thirty-two bytes, here".utf8)
        let shares = ShamirSharing.shares(of: secret, threshold: 3, count: 6)
        for a in 0..<6 {
            for b in (a + 1)..<6 {
                for c in (b + 1)..<6 { #expect(ShamirSharing.secret(of: [shares[a], shares[b], shares[c]]) == secret) }
                #expect(ShamirSharing.secret(of: [shares[a], shares[b]]) != secret)
            }
        }
        #expect(ShamirSharing.secret(of: [shares[0], shares[0], shares[1]]) == nil)
        #expect(ShamirSharing.secret(of: []) == nil)
        // FIPS 197, section 4.2: {57} · {83} = {c1}; 4.3: {53} and {ca} are inverse.
        #expect(GaloisField.product(0x57, 0x83) == 0xc1 && GaloisField.inverse(0x53) == 0xca)
        #expect((1...255).allSatisfy { GaloisField.product(UInt8($0), GaloisField.inverse(UInt8($0))) == 1 })
    }

    @Test("With a share less than the threshold every secret is as possible as any other")
    func perfectSecrecy() throws {
        let known = Array(ShamirSharing.shares(of: [0xab], threshold: 4, count: 5).prefix(3))
        // Whatever the secret, there is exactly one value of the missing share that fits what the three know.
        let secrets = (0...255).compactMap { value in
            ShamirSharing.secret(of: known + [.init(point: 9, values: [UInt8(value)])])?.first
        }
        #expect(Set(secrets).count == 256)
    }

    @Test(
        "A coalition below the threshold sees the same whatever two honest sites' updates are, as long as their sum is one"
    )
    func coalition() throws {
        let (seed, secret) = (Sodium.random(32), Sodium.random(32))
        let terms = try AggregationRig(sites: 3, length: 64).terms
        let other = Sodium.publicKey(of: Sodium.random(32))
        let pair = try #require(Masks.pairKey(secret: secret, other: other, terms))
        // What all others' knowledge leaves of two honest sites' messages: update + pair mask, update - pair mask. For any other two updates
        // of the same sum there is one pair mask with which the coalition sees exactly this.
        var (one, two) = ([UInt64](repeating: 5, count: 64), [UInt64](repeating: 7, count: 64))
        Sodium.applyMask(key: pair, adding: true, to: &one)
        Sodium.applyMask(key: pair, adding: false, to: &two)
        #expect(zip(one, two).allSatisfy { $0 &+ $1 == 12 })
        let imagined = one.map { $0 &- 1_000_000 }
        #expect(
            zip(zip(imagined, one), two).allSatisfy { masks, two in
                // Updates 1 000 000 and -999 988 under the imagined mask.
                1_000_000 &+ masks.0 == masks.1 && UInt64(bitPattern: -999_988) &- masks.0 == two
            })
        // And each message looks uniform: bits are set half of the time (4096 bits, five standard deviations are 160).
        var masked = [UInt64](repeating: 1, count: 64)
        Sodium.applyMask(key: Masks.selfKey(seed, terms), adding: true, to: &masked)
        for message in [one, two, masked] {
            let ones = message.reduce(0) { $0 + $1.nonzeroBitCount }
            #expect(abs(ones - 2048) < 160)
        }
    }

    @Test("Streams are ChaCha20's, in pieces as at once, and both ends of a pair have one key")
    func streams() throws {
        var mask = [UInt64](repeating: 0, count: 10_000)
        Sodium.applyMask(key: [UInt8](repeating: 0, count: 32), adding: true, to: &mask)
        // ChaCha20 with a zero key and nonce begins 76 b8 e0 ad a0 f1 3d 90 (RFC 8439, A.1, test vector 1).
        #expect(mask[0].littleEndian == 0x903d_f1a0_ade0_b876)
        #expect(mask[8].littleEndian == 0x7a38_5155_bee7_079f)  // Block 1 (vector 2) begins 9f 07 e7 be 55 51 38 7a.
        let (a, b) = (Sodium.random(32), Sodium.random(32))
        let context: [UInt8] = [1]
        let one = Sodium.agreedKey(secret: a, other: Sodium.publicKey(of: b), purpose: "p", context: context)
        let two = Sodium.agreedKey(secret: b, other: Sodium.publicKey(of: a), purpose: "p", context: context)
        #expect(one == two && one != nil)
        #expect(Sodium.agreedKey(secret: a, other: [UInt8](repeating: 0, count: 32), purpose: "p", context: []) == nil)
        let sealed = Sodium.sealed([1, 2, 3], key: a, context: context)
        #expect(Sodium.opened(sealed, key: a, context: context) == [1, 2, 3])
        #expect(Sodium.opened(sealed, key: a, context: [2]) == nil && Sodium.opened([1], key: a, context: []) == nil)
    }
}
