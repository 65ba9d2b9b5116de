import Foundation
import Testing

@testable import Genomics

/// A folder that a test writes its files into; it goes with the test.
final class ScratchFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("genomics-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    func write(_ name: String, _ bytes: some Collection<UInt8>) throws -> String {
        try Data(bytes).write(to: url.appendingPathComponent(name))
        return path(name)
    }

    func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }
}

/// Programs of the system that tests hold the module against.
enum Tool {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static func isInstalled(_ name: String) -> Bool {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
        }
    }

    /// Runs a program and returns what it writes; throws when it fails, unless that is wanted.
    @discardableResult
    static func run(_ arguments: String..., mayFail: Bool = false) throws -> [UInt8] {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let bytes = [UInt8](try output.fileHandleForReading.readToEnd() ?? Data())
        process.waitUntilExit()
        guard mayFail || process.terminationStatus == 0 else {
            throw Failure(description: "\(arguments.joined(separator: " ")) ended with \(process.terminationStatus)")
        }
        return bytes
    }
}

/// What a read file delivers, drained.
struct Delivered {
    var fragments: [[BAMRecord]] = []
    var problems: [InputProblem] = []

    init(_ source: ReadSource, reference: ReferenceGenome? = nil) throws {
        let file = try ReadFile(source, readGroup: "rg", reference: reference)
        while let item = try file.next() {
            switch item {
            case .fragment(let records): fragments.append(records)
            case .problem(let problem): problems.append(problem)
            }
        }
        #expect(try file.next() == nil, "the end stays the end")
    }

    /// The names of each fragment's reads: `a`, or `a+a` for mates.
    var names: [String] {
        fragments.map { $0.map { String(decoding: $0.name, as: UTF8.self) }.joined(separator: "+") }
    }
    /// Each problem as `record field`.
    var places: [String] { problems.map { "\($0.record) \($0.field)" } }
}
