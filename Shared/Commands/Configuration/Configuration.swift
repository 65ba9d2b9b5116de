/// The settings of a process: flags, then `HELICASE_*` variables, then a file, then defaults.
///
/// One file and one environment serve every service, so a variable or a line that no key of this process claims is
/// not an error; an unknown flag is. An empty variable counts as not set.
public struct Configuration: Sendable {
    /// The environment as it was given.
    public let environment: [String: String]
    /// The arguments that are not flags, in order; everything after `--` is one.
    public let positional: [String]
    /// The lines of the file that no key claims, each with the nearest key when one is near: worth a notice in the log.
    public let unclaimedLines: [String]

    private let entries: [String: Entry]
    private let order: [String]
    private let passedThrough: [String: String]

    struct Entry: Sendable {
        let key: Key
        let value: String?
        let origin: Origin
    }

    /// Reads the settings.
    ///
    /// `arguments` are without the program's name. `--name value` and `--name=value` are the same, the last one wins.
    /// Throws a ``StartError`` for an unknown flag, a flag without its value, or a file that cannot be read.
    public init(keys: [Key], arguments: [String], environment: [String: String]) throws {
        let keys = keys.contains { $0.name == Key.config.name } ? keys : keys + [.config]
        let byFlag = Dictionary(keys.map { ($0.flag, $0) }) { first, second in
            preconditionFailure("the keys \(first.name) and \(second.name) have one flag")
        }

        var flags: [String: String] = [:]
        var positional: [String] = []
        var scanner = ArgumentScanner(arguments)
        while let argument = scanner.next() {
            switch argument {
            case .positional(let word): positional.append(word)
            case .option(let flag, let value):
                guard let key = byFlag[flag] else { throw unknownFlag(flag, among: Array(byFlag.keys)) }
                flags[key.name] = try value ?? (key.isFlag ? "true" : scanner.value(of: flag))
            }
        }

        let path = flags[Key.config.name] ?? environment[Key.config.variable].flatMap { $0.isEmpty ? nil : $0 }
        let file = try path.map { try ConfigurationFile(path: $0) }
        var entries: [String: Entry] = [:]
        for key in keys {
            let (value, origin): (String?, Origin) =
                if let value = flags[key.name] {
                    (value, .flag(key.flag))
                } else if let value = environment[key.variable], !value.isEmpty {
                    (value, .variable(key.variable))
                } else if let file, let line = file.lines[key.name] {
                    (line.value, .file(file.path, line: line.number))
                } else if let value = key.default {
                    (value, .default)
                } else {
                    (nil, .unset)
                }
            entries[key.name] = Entry(key: key, value: value, origin: origin)
        }

        self.environment = environment
        self.positional = positional
        self.entries = entries
        self.order = keys.map(\.name)
        self.passedThrough = file?.kafkaProperties ?? [:]
        self.unclaimedLines = file?.unclaimed(by: keys) ?? []
    }

    /// Every setting in order of declaration, for the log; a secret that has a value reads `***`.
    public var redacted: [(name: String, value: String, origin: Origin)] {
        order.compactMap { entries[$0] }.map { entry in
            (entry.key.name, entry.value.map { entry.key.isSecret ? "***" : $0 } ?? "", entry.origin)
        }
    }

    /// The environment with what flags and file set laid over it under its `HELICASE_*` names.
    ///
    /// Lines `kafka.<property>` of the file appear as `HELICASE_KAFKA_<PROPERTY>` unless the environment has that.
    public var resolvedEnvironment: [String: String] {
        var result = environment.merging(passedThrough) { environment, file in environment.isEmpty ? file : environment
        }
        for entry in entries.values {
            switch entry.origin {
            case .flag, .file: result[entry.key.variable] = entry.value
            case .variable, .default, .unset: break
            }
        }
        return result
    }

    func entry(_ name: String) -> Entry {
        guard let entry = entries[name] else { preconditionFailure("the key \(name) is not declared") }
        return entry
    }
}
