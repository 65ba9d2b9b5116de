import Foundation
import Hashing

/// An act that changes what reports say: who did what to what, and the hash of the act before it.
public struct AuditEntry: Sendable, Codable, Hashable {
    /// From 1, without gaps.
    public var number: Int64
    /// When, to the microsecond.
    public var at: Date
    /// Who.
    public var actor: String
    /// What was done, such as `model.promote`.
    public var act: String
    /// To what, such as `pileup-caller@2`.
    public var subject: String
    /// More of it, as JSON with sorted keys.
    public var details: String
    /// The hash of the entry before; ``none`` of the first.
    public var previous: String
    /// SHA-256 of all of the above, in hexadecimal.
    public var hash: String

    /// What stands for the entry before the first.
    public static let none = String(repeating: "0", count: 64)

    /// Makes the entry that follows one of the hash `previous`.
    public init(
        number: Int64, at: Date, actor: String, act: String, subject: String, details: String, previous: String
    ) {
        self.number = number
        self.at = at
        self.actor = actor
        self.act = act
        self.subject = subject
        self.details = details
        self.previous = previous
        hash = ""
        hash = computedHash
    }

    init(
        _ number: Int64, _ at: Date, _ text: (actor: String, act: String, subject: String, details: String),
        previous: String, hash: String
    ) {
        self.init(
            number: number, at: at, actor: text.actor, act: text.act, subject: text.subject, details: text.details,
            previous: previous)
        self.hash = hash
    }

    /// The hash that the other fields have.
    ///
    /// SHA-256 of each field as its length in bytes, a colon, its UTF-8 bytes and a line end; the time as microseconds since 1970. Anybody can compute it again from the table.
    public var computedHash: String {
        var text: [UInt8] = []
        // A time that no clock has, as somebody may write into the table, is no number of microseconds.
        let microseconds = Int64(exactly: (at.timeIntervalSince1970 * 1e6).rounded())
        for field in ["\(number)", microseconds.map { "\($0)" } ?? "none", actor, act, subject, details, previous] {
            let bytes = Array(field.utf8)
            text += Array("\(bytes.count):".utf8) + bytes + [0x0a]
        }
        return SHA256Digest.hexadecimal(of: text)
    }
}

/// A walk along the chain, entry after entry.
public struct AuditVerification: Sendable, Hashable {
    /// The entries that were right.
    public private(set) var count: Int64 = 0
    /// The hash of the last of them: whoever keeps it elsewhere can tell whether the end of the chain was cut off.
    public private(set) var head = AuditEntry.none
    /// What is wrong with the first entry that is; nil while all are right.
    public private(set) var flaw: String?
    private var last = Date.distantPast

    /// Starts in front of the first entry.
    public init() {}

    /// Looks at the next entry; behind a flaw nothing is looked at.
    public mutating func add(_ entry: AuditEntry) {
        guard flaw == nil else { return }
        if entry.number != count + 1 {
            flaw = "entry \(count + 1) is missing: the next is \(entry.number)"
        } else if entry.previous != head {
            flaw = "entry \(entry.number) does not follow entry \(count): an entry was changed, or put in its place"
        } else if entry.hash != entry.computedHash {
            flaw = "entry \(entry.number) was changed: its hash is another than that of what it says"
        } else if entry.at < last {
            flaw = "entry \(entry.number) is dated before entry \(count)"
        } else {
            (count, head, last) = (entry.number, entry.hash, entry.at)
        }
    }
}
