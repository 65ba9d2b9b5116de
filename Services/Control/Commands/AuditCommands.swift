import Audit
import Commands
import Events
import Foundation
import Observability

/// `helicase audit list` and `verify`.
enum AuditCommands {
    static func run(_ verb: String, _ command: ParsedCommand) async throws {
        try await Endpoints(command).withDatabase { database in
            switch verb {
            case "list":
                try await AuditChain.forEach(in: database) { entry in
                    if command.flag("json") {
                        print(String(decoding: try EventCoding.encode(entry), as: UTF8.self))
                    } else {
                        let details = entry.details == "{}" ? "" : " \(entry.details)"
                        print(
                            "\(entry.number)  \(entry.at.formatted(.iso8601))  \(entry.actor)  \(entry.act)  \(entry.subject)\(details)"
                        )
                    }
                }
            case "verify":
                var isKnown = command.value("head") == nil || command.value("head") == AuditEntry.none
                var verification = AuditVerification()
                try await AuditChain.forEach(in: database) { entry in
                    verification.add(entry)
                    if entry.hash == command.value("head") { isKnown = true }
                }
                if let flaw = verification.flaw { throw ControlError("the audit chain is broken: \(flaw)") }
                guard isKnown else {
                    throw ControlError(
                        "the audit chain was cut off, or is another one: no entry has the hash of --head")
                }
                print(
                    "\(Count.of(Int(verification.count), "entry", "entries")), each as it was written; the last has the hash \(verification.head)"
                )
            default: preconditionFailure("audit \(verb) is declared and not handled")
            }
        }
    }
}
