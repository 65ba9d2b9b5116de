import Messaging

/// A record or a piece of input that could not be used, kept as it was with the reason in its headers.
public enum DeadLetter {
    /// The header that says why.
    public static let reasonHeader = "helicase_reason"
    /// The header that says where it came from: `topic/partition/offset`, or a file and a record number.
    public static let originHeader = "helicase_origin"

    /// The header of a letter that had no room for the record's value, which is left where it came from: its bytes.
    public static let omittedHeader = "helicase_omitted_bytes"

    /// The longest reason that is kept.
    static let reasonLimit = 2000

    /// Makes the record.
    public static func record(
        topic: String, key: [UInt8]?, value: [UInt8]?, headers: [(name: String, value: String)] = [],
        reason: String, origin: String
    ) -> OutgoingRecord {
        OutgoingRecord(
            topic: topic, key: key, value: value,
            headers: headers + [
                (name: reasonHeader, value: String(reason.prefix(reasonLimit))), (name: originHeader, value: origin),
            ])
    }

    /// A record as it was read, with the reason; without its value where that is not kept.
    static func record(_ record: IncomingRecord, topic: String, reason: String, keepsValue: Bool) -> OutgoingRecord {
        let omitted = keepsValue ? [] : [(name: omittedHeader, value: String(record.value?.count ?? 0))]
        return Self.record(
            topic: topic, key: record.key, value: keepsValue ? record.value : nil, headers: record.headers + omitted,
            reason: reason, origin: "\(record.topic)/\(record.partition)/\(record.offset)")
    }
}
