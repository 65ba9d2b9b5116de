import Commands
import Foundation

/// How commands ask a running supervisor for something: a file a wish in the state folder, and SIGHUP to say that there is one.
///
/// A wish is answered by a file beside it. Both are private, and so is the folder: whoever may not look into it may not ask.
struct StackControl: Sendable {
    /// What a supervisor can be asked for.
    enum Wish: Codable, Sendable, Equatable {
        /// So many processes of these stages.
        case scale([String: Int])
        /// Ends a process, or all of a stage, and starts it again.
        case restart(String)
    }

    /// What came of a wish.
    struct Answer: Codable, Sendable {
        var message: String
        var isDone: Bool
    }

    private let folder: String

    init(state: String) { folder = state + "/control" }

    // The command's side.

    /// Asks the supervisor and waits for its answer; throws it where the wish was not met.
    func ask(_ wish: Wish, of supervisor: Int32, within limit: Duration = .seconds(120)) async throws -> String {
        let name = "\(folder)/\(UUID().uuidString)"
        try PrivateFile.write(JSONEncoder().encode(wish), to: name + Self.wishEnd)
        defer { for end in [Self.wishEnd, Self.answerEnd] { try? FileManager.default.removeItem(atPath: name + end) } }
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            // Said again and again: a supervisor that is busy or just starting may have missed it.
            guard kill(supervisor, SIGHUP) == 0 else { throw ControlError("the supervisor has ended; see the logs") }
            for _ in 0..<20 {
                if let data = FileManager.default.contents(atPath: name + Self.answerEnd) {
                    let answer = try JSONDecoder().decode(Answer.self, from: data)
                    guard answer.isDone else { throw ControlError(answer.message) }
                    return answer.message
                }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        throw ControlError("the supervisor (process \(supervisor)) has not answered within \(limit); see its log")
    }

    // The supervisor's side.

    /// Makes the folder, empty.
    func open() throws {
        try? FileManager.default.removeItem(atPath: folder)
        try Files.makeFolder(folder)
        guard chmod(folder, 0o700) == 0 else { throw FileError(folder, .write, errno: errno) }
    }

    /// The wishes that are not answered, each once.
    func take() -> [(id: String, wish: Wish?)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(Self.wishEnd) }.sorted().compactMap { name in
            let path = "\(folder)/\(name)"
            guard let data = FileManager.default.contents(atPath: path), unlink(path) == 0 else { return nil }
            return (String(name.dropLast(Self.wishEnd.count)), try? JSONDecoder().decode(Wish.self, from: data))
        }
    }

    /// Answers a wish.
    func answer(_ id: String, _ answer: Answer) throws {
        try PrivateFile.write(JSONEncoder().encode(answer), to: "\(folder)/\(id)\(Self.answerEnd)")
    }

    private static let wishEnd = ".wish.json"
    private static let answerEnd = ".answer.json"
}
