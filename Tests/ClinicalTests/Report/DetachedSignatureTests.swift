import Foundation
import Hashing
import Testing

@Suite("Signatures")
struct DetachedSignatureTests {
    private static func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = Array(hexadecimal)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }

    private static let key = SigningKey(seed: [UInt8](0..<32))
    private static let time = Date(timeIntervalSince1970: 1_764_000_000)
    private static let digest = SHA256Digest.hexadecimal(of: Array("a report".utf8))

    private func signature() throws -> DetachedSignature {
        try DetachedSignature(
            ofDigest: Self.digest, file: "S.report.json", signer: "A. Ogura, MD", key: #require(Self.key),
            time: Self.time)
    }

    /// RFC 8032, section 7.1, tests 1 and 2.
    @Test(
        "Keys and signatures are those of RFC 8032",
        arguments: [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            ),
            (
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            ),
        ])
    func standard(seed: String, open: String, message: String, expected: String) throws {
        let key = try #require(SigningKey(seed: Self.bytes(seed)))
        #expect(key.publicKey.bytes == Self.bytes(open))
        let signature = key.signature(of: Self.bytes(message))
        #expect(signature == Self.bytes(expected))
        #expect(key.publicKey.verifies(signature, of: Self.bytes(message)))
        #expect(!key.publicKey.verifies(signature, of: Self.bytes(message) + [0]))
        #expect(!key.publicKey.verifies(Array(signature.dropLast()), of: Self.bytes(message)))
    }

    @Test("A signature verifies, as made and as read back from its document")
    func whole() throws {
        let signature = try signature()
        #expect(try signature.verify(digest: Self.digest) == Self.key?.publicKey)
        let read = try JSONDecoder().decode(DetachedSignature.self, from: signature.encoded())
        #expect(read == signature)
        #expect(try read.verify(digest: Self.digest).identifier == signature.key)
        #expect(signature.signedAt == "2025-11-24T16:00:00Z")
    }

    @Test("Whatever is changed afterwards is seen, but the name of the file")
    func changes() throws {
        func problem(_ digest: String = Self.digest, _ change: (inout DetachedSignature) -> Void) throws -> String? {
            var changed = try signature()
            change(&changed)
            let error = #expect(throws: SignatureError.self) { try changed.verify(digest: digest) }
            return error?.description
        }
        let other = SHA256Digest.hexadecimal(of: Array("another report".utf8))
        #expect(try problem(other) { _ in }?.contains("changed after it was signed") == true)
        #expect(try problem(other) { $0.digest = "sha256:\(other)" }?.contains("not of this document") == true)
        #expect(try problem { $0.signer = "B. Ogura, MD" }?.contains("not of this document") == true)
        #expect(try problem { $0.signedAt = "2020-01-01T00:00:00Z" }?.contains("not of this document") == true)
        #expect(try problem { $0.key = "0123456789abcdef" }?.contains("is not that of public_key") == true)
        #expect(try problem { $0.publicKey = "AAAA" }?.contains("no base64 of 32 bytes") == true)
        #expect(try problem { $0.signature = "" }?.contains("not of this document") == true)
        #expect(try problem { $0.algorithm = "none" }?.contains("Ed25519") == true)
        // A signer that holds a line break could move what is signed into another field.
        #expect(try problem { $0.signer = "A. Ogura, MD\nx" }?.contains("line break") == true)
        let key = SigningKey().publicKey
        #expect(
            try problem {
                ($0.publicKey, $0.key) = (Data(key.bytes).base64EncodedString(), key.identifier)
            }?.contains("not of this document") == true)
        var renamed = try signature()
        renamed.file = "T.report.json"
        #expect(try renamed.verify(digest: Self.digest) == Self.key?.publicKey)
    }

    @Test(
        "A signer's name is text of one line",
        arguments: ["", "  ", "A\nB", "A\u{7f}", String(repeating: "a", count: 201)])
    func names(name: String) throws {
        let key = try #require(Self.key)
        #expect(throws: SignatureError.self) {
            try DetachedSignature(ofDigest: Self.digest, file: "f", signer: name, key: key, time: Self.time)
        }
    }

    @Test("New keys differ, and keys are 32 bytes")
    func keys() {
        #expect(SigningKey().publicKey != SigningKey().publicKey)
        #expect(SigningKey(seed: [1, 2, 3]) == nil)
        #expect(PublicKey(bytes: []) == nil)
    }
}
