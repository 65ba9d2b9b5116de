import Foundation

/// A signature that lies beside the file that it is of: who signed which bytes when, as a small JSON document.
///
/// What is signed is not the file but ``statement``, which has its digest, so neither the signer's name nor the time can be changed afterwards.
public struct DetachedSignature: Sendable, Hashable, Codable {
    /// The form of this document.
    public var format: Int
    /// `Ed25519`.
    public var algorithm: String
    /// The public key's identifier (``PublicKey/identifier``).
    public var key: String
    /// The public key in base64.
    public var publicKey: String
    /// The signed file's name, without a folder; it is no part of what is signed, for files are renamed.
    public var file: String
    /// `sha256:` and the digest of the signed file.
    public var digest: String
    /// When it was signed: ISO 8601 in UTC, to the second.
    public var signedAt: String
    /// Who signed, in their own words.
    public var signer: String
    /// The signature of ``statement``, in base64.
    public var signature: String

    private enum CodingKeys: String, CodingKey {
        case format, algorithm, key, file, digest, signer, signature
        case publicKey = "public_key"
        case signedAt = "signed_at"
    }

    /// Signs a file by its digest.
    ///
    /// - Parameters:
    ///   - digest: SHA-256 in lower-case hexadecimal.
    ///   - file: The file's name, without a folder.
    ///   - signer: Who signs; must not be empty, and have no control characters.
    ///   - key: Whose key.
    ///   - time: When.
    /// - Throws: ``SignatureError`` for a name of a signer that cannot be used.
    public init(
        ofDigest digest: String, file: String, signer: String, key: SigningKey, time: Date
    ) throws(SignatureError) {
        let isPlain = signer.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) }
        guard isPlain, signer.contains(where: { !$0.isWhitespace }), signer.utf8.count <= 200 else {
            throw SignatureError("the signer's name must be 1 to 200 bytes of text in one line")
        }
        format = 1
        algorithm = "Ed25519"
        self.key = key.publicKey.identifier
        publicKey = Data(key.publicKey.bytes).base64EncodedString()
        self.file = file
        self.digest = "sha256:\(digest)"
        signedAt = time.formatted(.iso8601)
        self.signer = signer
        signature = ""
        signature = Data(key.signature(of: statement)).base64EncodedString()
    }

    /// The signed bytes: five lines with the digest, the time, the key and the signer.
    public var statement: [UInt8] {
        Array("helicase signature \(format)\n\(digest)\n\(signedAt)\n\(key)\n\(signer)\n".utf8)
    }

    /// The document in UTF-8, keys in order.
    public func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self) + Data("\n".utf8)
    }

    /// Checks that a file with this digest was signed by the owner of the key that the document names, and returns that key.
    ///
    /// Whose key it is no document can say of itself: compare it with keys that are trusted.
    public func verify(digest: String) throws(SignatureError) -> PublicKey {
        guard format == 1, algorithm == "Ed25519" else {
            throw SignatureError(
                "it is of the form \(format) and of the algorithm \(algorithm.debugDescription); this version knows form 1 and Ed25519"
            )
        }
        guard let bytes = Data(base64Encoded: publicKey), let open = PublicKey(bytes: Array(bytes)) else {
            throw SignatureError("public_key is no base64 of 32 bytes")
        }
        guard open.identifier == key else {
            throw SignatureError("the key \(key) is not that of public_key, which is \(open.identifier)")
        }
        guard !statementHasBreaks else { throw SignatureError("a field has a line break") }
        guard let signature = Data(base64Encoded: signature), open.verifies(Array(signature), of: statement) else {
            throw SignatureError("the signature is not of this document: it was changed, or signed with another key")
        }
        guard self.digest == "sha256:\(digest)" else {
            throw SignatureError(
                "the file was changed after it was signed: its SHA-256 is \(digest), and \(self.digest) was signed")
        }
        return open
    }

    private var statementHasBreaks: Bool {
        [digest, signedAt, key, signer].contains { $0.unicodeScalars.contains("\n") }
    }
}

/// Why a signature is none, as a sentence.
public struct SignatureError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    public var description: String

    init(_ description: String) { self.description = description }
}
