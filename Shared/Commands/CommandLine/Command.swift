/// A command of the operator's command line, with the commands below it.
public struct Command: Sendable {
    /// The word that calls it.
    public var name: String
    /// What it does, in one line.
    public var summary: String
    /// What one should know before using it; paragraphs are separated by line feeds.
    public var discussion: String
    /// Command lines that work, with what each does.
    public var examples: [Example]
    /// Its flags; the commands below it take them too.
    public var options: [Option]
    /// What it takes besides flags, in order.
    public var arguments: [Argument]
    /// The commands below it; one that has any does nothing by itself.
    public var subcommands: [Command]
    /// Flags of the commands above it that change nothing here: its help, and that of the commands below it, is without them.
    public var ignoredOptions: [String]

    /// Declares a command.
    public init(
        name: String, summary: String, discussion: String = "", examples: [Example] = [], options: [Option] = [],
        arguments: [Argument] = [], ignoredOptions: [String] = [], subcommands: [Command] = []
    ) {
        precondition(arguments.isEmpty || subcommands.isEmpty, "\(name): a command takes arguments or subcommands")
        precondition(
            arguments.dropLast().allSatisfy { !$0.isRepeatable && $0.isRequired },
            "\(name): only the last argument may be optional or repeated")
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.examples = examples
        self.options = options
        self.arguments = arguments
        self.subcommands = subcommands
        self.ignoredOptions = ignoredOptions
    }

    /// A flag of a command.
    public struct Option: Sendable, Hashable {
        /// Its name without dashes.
        public let name: String
        /// What stands for the value in the help, or `nil` for a flag that stands alone.
        public let value: String?
        /// What it does.
        public let help: String
        /// The value when it is not given.
        public let `default`: String?
        /// Whether the command needs it.
        public let isRequired: Bool
        /// Whether it may be given more than once.
        public let isRepeatable: Bool

        /// A flag with a value, `--sample NAME`.
        public static func option(
            _ name: String, _ value: String, help: String, default: String? = nil, isRequired: Bool = false,
            isRepeatable: Bool = false
        ) -> Option {
            Option(
                name: name, value: value, help: help, default: `default`, isRequired: isRequired,
                isRepeatable: isRepeatable)
        }

        /// A flag that stands alone, `--json`.
        public static func flag(_ name: String, help: String) -> Option {
            Option(name: name, value: nil, help: help, default: nil, isRequired: false, isRepeatable: false)
        }

        /// The flag of a configuration key; see ``ParsedCommand/configuration(keys:environment:)``.
        public static func key(_ key: Configuration.Key) -> Option {
            let words = key.isFlag ? nil : (key.flag.split(separator: "-").last ?? "value").uppercased()
            return Option(
                name: String(key.flag.dropFirst(2)), value: words, help: key.help, default: nil, isRequired: false,
                isRepeatable: false)
        }
    }

    /// What a command takes besides flags.
    public struct Argument: Sendable, Hashable {
        /// What stands for it in the help.
        public let name: String
        /// What it is.
        public let help: String
        /// Whether the command needs it.
        public let isRequired: Bool
        /// Whether there may be more than one.
        public let isRepeatable: Bool

        /// Declares an argument.
        public init(_ name: String, help: String, isRequired: Bool = true, isRepeatable: Bool = false) {
            self.name = name
            self.help = help
            self.isRequired = isRequired
            self.isRepeatable = isRepeatable
        }
    }

    /// A command line that works.
    public struct Example: Sendable, Hashable {
        /// The line to type.
        public let line: String
        /// What it does.
        public let explanation: String

        /// Makes an example.
        public init(_ line: String, _ explanation: String) {
            self.line = line
            self.explanation = explanation
        }
    }
}
