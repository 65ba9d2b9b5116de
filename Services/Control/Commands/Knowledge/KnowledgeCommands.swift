import Commands
import Events
import Foundation
import Genomics
import Hashing
import Knowledge
import Observability

/// `helicase knowledge add`, `list` and `check`.
enum KnowledgeCommands {
    static func run(_ verb: String, _ command: ParsedCommand) async throws {
        switch verb {
        case "add": try await add(command)
        case "list": try await list(command)
        case "check": try await check(command)
        default: preconditionFailure("knowledge \(verb) is declared and not handled")
        }
    }

    private static func add(_ command: ParsedCommand) async throws {
        let (name, version) = (command.positional[0], command.value("version") ?? "")
        for word in [name, version] {
            if let flaw = KnowledgeBase.flaw(inWord: word) { throw StartError(.usage, flaw) }
        }
        let kind = try command.value("kind").map { word in
            guard let kind = KnowledgeBase.Kind(rawValue: word) else {
                let kinds = KnowledgeBase.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                throw StartError(.usage, "--kind: \"\(word)\" is none of \(kinds)")
            }
            return kind
        }
        let path = URL(fileURLWithPath: command.positional[1]).standardizedFileURL.path
        let file = try KnowledgeReading(path: path, kind: kind)
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber
        let base = KnowledgeBase(
            name: name, version: version, kind: file.kind, path: path, bytes: size?.int64Value ?? 0,
            digest: try SHA256Digest.hexadecimal(ofFile: path), licence: command.value("licence"),
            records: file.records,
            contigs: file.contigs, actor: ModelCommands.actor)
        try await Endpoints(command).withDatabase { database in
            let isNew = try await KnowledgeRegistry(database).add(base)
            print(
                "\(base.label): \(file.words) of \(path), SHA-256 \(base.digest)\(isNew ? "" : "; it was there already")"
            )
        }
        if base.licence == nil {
            Remark.say("nobody said on what terms \(base.label) may be used: --licence keeps it for reports")
        }
    }

    private static func list(_ command: ParsedCommand) async throws {
        try await Endpoints(command).withDatabase { database in
            let all = try await KnowledgeRegistry(database).all()
            if command.flag("json") {
                print(String(decoding: try EventCoding.encode(all), as: UTF8.self))
                return
            }
            let rows = all.map {
                [
                    $0.label, $0.kind.rawValue, "\($0.records)", $0.licence ?? "not said", String($0.digest.prefix(12)),
                    $0.addedAt.formatted(.iso8601), $0.path,
                ]
            }
            let header = ["knowledge", "kind", "records", "licence", "SHA-256", "added", "file"]
            print(TextTable.lines(header, rows).joined(separator: "\n"))
        }
    }

    private static func check(_ command: ParsedCommand) async throws {
        let named = Set(command.positional)
        try await Endpoints(command).withDatabase { database in
            let all = try await KnowledgeRegistry(database).all()
            let unknown = named.subtracting(all.flatMap { [$0.name, $0.label] })
            if let name = unknown.min() { throw ControlError("there is no knowledge base \(name)") }
            let chosen = all.filter { named.isEmpty || named.contains($0.name) || named.contains($0.label) }
            var bad = 0
            for base in chosen {
                if let flaw = flaw(of: base) {
                    bad += 1
                    print("\(base.label): \(flaw)")
                } else {
                    print("\(base.label): as it was added")
                }
            }
            if bad > 0 { throw ControlError("\(bad) of \(Count.of(chosen.count, "knowledge base")) cannot be used") }
        }
    }

    /// What became of a file since it was added; nil where it is the same.
    private static func flaw(of base: KnowledgeBase) -> String? {
        guard FileManager.default.fileExists(atPath: base.path) else { return "\(base.path) is not there any more" }
        do {
            return try SHA256Digest.hexadecimal(ofFile: base.path) == base.digest
                ? nil : "\(base.path) has another content than when it was added: add it as another version"
        } catch {
            return "\(error)"
        }
    }
}
