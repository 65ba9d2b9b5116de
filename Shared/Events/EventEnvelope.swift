import Messaging

/// The parsed headers of a record of a run: what it is and where it belongs.
public struct EventEnvelope: Sendable {
    /// CloudEvents' attributes.
    public var headers: EventHeaders
    /// The type of the event.
    public var type: EventType

    /// Parses a record's headers.
    ///
    /// Throws ``EventError`` when they are no CloudEvent or of a type or major version that this program does not know.
    public init(_ record: IncomingRecord) throws {
        do {
            headers = try EventHeaders(parsing: record.headers)
        } catch {
            throw EventError("no CloudEvents headers: \(error)")
        }
        guard let type = EventType(rawValue: headers.type) else {
            throw EventError("ce_type \(headers.type) is not known to this version of the suite")
        }
        self.type = type
    }

    /// The run of the record.
    public func run() throws -> Identifier {
        guard let run = Identifier(try text(EventExtension.run)) else {
            throw EventError("ce_run is no UUID")
        }
        return run
    }

    /// An extension attribute that must be there.
    public func text(_ name: String) throws -> String {
        guard let value = headers.extensions[name] else { throw EventError("the header ce_\(name) is missing") }
        return value
    }

    /// A whole number in an extension attribute.
    public func integer(_ name: String) throws -> Int {
        guard let value = Int(try text(name)), value >= 0 else { throw EventError("ce_\(name) is no whole number") }
        return value
    }
}
