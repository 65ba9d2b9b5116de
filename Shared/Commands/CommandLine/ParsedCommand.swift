/// What a command line asks for, checked against its declaration.
public struct ParsedCommand: Sendable {
    /// The words that called it below the program's name, `["models", "promote"]`.
    public let path: [String]
    /// What was given besides flags, in order.
    public let positional: [String]

    let options: [Command.Option]
    let given: [String: [String]]

    /// The value of a flag: as given, or its default.
    public func value(_ name: String) -> String? { given[name]?.last ?? option(name).default }

    /// Whether the command has a flag of a name, given or not.
    public func declares(_ name: String) -> Bool { options.contains { $0.name == name } }

    /// The values of a flag that may be repeated, in order.
    public func values(_ name: String) -> [String] { given[name] ?? option(name).default.map { [$0] } ?? [] }

    /// Whether a flag that stands alone was given.
    public func flag(_ name: String) -> Bool {
        precondition(option(name).value == nil, "--\(name) takes a value")
        return given[name] != nil
    }

    /// The value of a flag as a whole number in `range`, if it has one.
    public func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = value(name) else { return nil }
        if let number = Int(text), range.contains(number) { return number }
        throw StartError(
            .usage,
            "--\(name): \"\(text)\" is not a whole number from \(range.lowerBound) to \(range.upperBound)")
    }

    /// The configuration under this command line: for each key declared with ``Command/Option/key(_:)`` the flag wins,
    /// then variables, file and default as for a service.
    public func configuration(keys: [Configuration.Key], environment: [String: String]) throws -> Configuration {
        let arguments = keys.flatMap { key in
            given[String(key.flag.dropFirst(2)), default: []].map { key.isFlag ? key.flag : "\(key.flag)=\($0)" }
        }
        return try Configuration(keys: keys, arguments: arguments, environment: environment)
    }

    private func option(_ name: String) -> Command.Option {
        guard let option = options.first(where: { $0.name == name }) else {
            preconditionFailure("\(path.joined(separator: " ")) does not declare --\(name)")
        }
        return option
    }
}
