import Commands
import Foundation
import Genomics

/// `helicase check`: holds files against the specifications of their formats.
enum CheckCommand {
    static func run(_ command: ParsedCommand) throws {
        let reference = try command.value("reference").map { try ReferenceGenome(path: $0) }
        guard let limit = Int(command.value("limit") ?? "20"), limit > 0 else {
            throw StartError(.usage, "--limit: a number of 1 or more")
        }
        var bad = 0
        for path in command.positional {
            do {
                let check = try FormatCheck(path: path, reference: reference, limit: limit)
                guard check.count > 0 else {
                    print("\(path): \(check.format), \(Count.of(check.records, "record")), valid")
                    continue
                }
                bad += 1
                for flaw in check.flaws { print("\(path), \(flaw)") }
                if check.count > check.flaws.count { print("\(path): … and \(check.count - check.flaws.count) more") }
            } catch {
                bad += 1
                print("\(error)")
            }
        }
        if bad > 0 {
            throw ControlError("\(bad) of \(Count.of(command.positional.count, "file")) cannot be used as they are")
        }
    }
}
