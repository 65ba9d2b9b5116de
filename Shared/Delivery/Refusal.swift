import Messaging
import Storage

/// Whose fault an error is: only what is known to be the record's own is ever held against it.
enum Refusal: Error {
    /// The record was examined and rejected, or its values do not fit the database, or its outputs no topic.
    case record(String)
    /// What the record belongs to cannot go on, through no fault of the record's.
    case unit(String)

    /// The verdict on an error; nil for everything that is waited for, known or not: time, room, a right or the operator may
    /// mend it.
    ///
    /// Once the rows that count a record's outputs are stored, it cannot be rejected any more.
    init?(_ error: any Error, rowsAreStored: Bool = false) {
        switch error {
        case let error as RejectedRecord: self = .record(error.description)
        case let error as AbandonedUnit: self = .unit(error.description)
        case let error as StorageError where error.isFaultOfData:
            self = .record("its effects are refused: \(error)")
        case let error as MessagingError where error.code == .recordTooLarge:
            let reason = "its effects are refused: \(error)"
            self = rowsAreStored ? .unit(reason) : .record(reason)
        default: return nil
        }
    }
}
