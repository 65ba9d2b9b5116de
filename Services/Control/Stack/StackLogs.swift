import Commands
import Foundation

/// `helicase stack logs`: the end of the logs, and what comes after.
struct StackLogs {
    private let names: [String]
    private let folder: String
    private let lines: Int
    private let follows: Bool

    init(_ command: ParsedCommand) throws {
        folder = StackCommands.folder(command) + "/logs"
        lines = try command.integer("lines", in: 0...1_000_000) ?? 20
        follows = command.flag("follow")
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let all = files.filter { $0.hasSuffix(".log") }.map { String($0.dropLast(4)) }.sorted()
        guard !all.isEmpty else { throw ControlError("there are no logs in \(folder): no stack was ever up there") }
        guard let wanted = command.positional.first else {
            names = all
            return
        }
        names = all.filter { $0 == wanted || $0.split(separator: "-").dropLast().joined(separator: "-") == wanted }
        guard !names.isEmpty else {
            throw ControlError("there is no log of \(wanted); there are \(all.joined(separator: ", "))")
        }
    }

    func run() async throws {
        var readers = try names.map { try LogReader("\(folder)/\($0).log", name: names.count > 1 ? $0 : nil) }
        for index in readers.indices { try show(readers[index].tail(lines)) }
        while follows {
            try await Task.sleep(for: .milliseconds(200))
            for index in readers.indices { try show(readers[index].news()) }
        }
    }

    private func show(_ lines: [String]) throws {
        guard !lines.isEmpty else { return }
        try FileHandle.standardOutput.write(contentsOf: Data(lines.map { $0 + "\n" }.joined().utf8))
    }
}

/// A log that is read as it grows, and from its beginning when it was cut off.
struct LogReader {
    private let path: String
    private let prefix: String
    private var offset: UInt64 = 0
    private var rest: [UInt8] = []

    init(_ path: String, name: String?) throws {
        self.path = path
        prefix = name.map { "\($0): " } ?? ""
    }

    /// The last lines; reading goes on behind them.
    mutating func tail(_ count: Int) throws -> [String] {
        let size = try size()
        // Enough for so many lines; a longer one is shown from where it is cut.
        offset = size > Self.window ? size - Self.window : 0
        return try Array(news().suffix(count))
    }

    /// The lines that came since.
    mutating func news() throws -> [String] {
        let size = try size()
        if size < offset { (offset, rest) = (0, []) }
        guard size > offset else { return [] }
        let handle = try Files.act(path, .read) { try FileHandle(forReadingFrom: URL(fileURLWithPath: path)) }
        defer { try? handle.close() }
        try handle.seek(toOffset: offset)
        let data = try handle.read(upToCount: Int(size - offset)) ?? Data()
        offset += UInt64(data.count)
        rest += data
        guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        let text = String(decoding: rest[..<end], as: UTF8.self)
        rest.removeSubrange(...end)
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { prefix + $0 }
    }

    private func size() throws -> UInt64 {
        var status = stat()
        guard stat(path, &status) == 0 else { throw FileError(path, .read, errno: errno) }
        return UInt64(status.st_size)
    }

    private static let window: UInt64 = 4 << 20
}
