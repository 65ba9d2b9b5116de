extension Configuration {
    /// A declared setting.
    ///
    /// Its name gives all its spellings: `align.workers` is `--align-workers`, `HELICASE_ALIGN_WORKERS`, and
    /// `align.workers = 4` in the configuration file.
    public struct Key: Sendable, Hashable {
        /// Lower-case words joined by `.` and `-`.
        public let name: String
        /// What the setting does, its unit and its range, for `--help`.
        public let help: String
        /// The value when nothing sets it.
        public let `default`: String?
        /// Whether the value must never be printed.
        public let isSecret: Bool
        /// Whether the flag stands alone, `--name` meaning `true`.
        public let isFlag: Bool

        /// Declares a setting.
        public init(
            _ name: String, help: String, default: String? = nil, isSecret: Bool = false, isFlag: Bool = false
        ) {
            precondition(
                name.utf8.allSatisfy { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") || isLowerAlphanumeric($0) },
                "the key \(name) is not lower-case words joined by . and -")
            self.name = name
            self.help = help
            self.default = `default`
            self.isSecret = isSecret
            self.isFlag = isFlag
        }

        /// The flag, `--align-workers`.
        public var flag: String { "--" + name.replacing(".", with: "-") }

        /// The environment variable, `HELICASE_ALIGN_WORKERS`.
        public var variable: String { Self.variable(name) }

        /// Where the configuration file is; every configuration has this key.
        public static let config = Key(
            "config", help: "A file of `key = value` lines; flags and variables win over it.")

        static func variable(_ name: String) -> String {
            "HELICASE_" + name.uppercased().replacing(".", with: "_").replacing("-", with: "_")
        }
    }

    /// Where a value comes from.
    public enum Origin: Sendable, Hashable, CustomStringConvertible {
        /// The command line.
        case flag(String)
        /// The environment.
        case variable(String)
        /// The configuration file, lines counted from 1.
        case file(String, line: Int)
        /// The key's default.
        case `default`
        /// Nowhere: the setting has no value.
        case unset

        /// The origin as an error message names it.
        public var description: String {
            switch self {
            case .flag(let name), .variable(let name): name
            case .file(let path, let line): "\(path):\(line)"
            case .default: "default"
            case .unset: "unset"
            }
        }
    }
}

private func isLowerAlphanumeric(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}
