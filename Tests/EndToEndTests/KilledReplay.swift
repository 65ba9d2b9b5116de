import Events
import Foundation
import Messaging
import Runs
import Storage
import Synchronization
import TestSupport
import Testing

/// A replay of dead letters whose program is killed again and again.
struct KilledReplay {
    let stack: Stack
    /// Records that `infer` cannot use.
    let count = 40

    /// Sends the records, and waits until all of them are dead letters.
    func prepare() async throws -> Set<String> {
        let messaging = try stack.messaging
        let producer = try await Producer(messaging, topics: [])
        for number in 0..<count {
            try await producer.send(
                EventCoding.record(
                    Array("no examples".utf8), type: .examples, contentType: ContentType.safetensors,
                    topic: Topics.examples, key: "replayed/\(number)", id: "replayed/\(number)", source: Stage.encode))
        }
        await producer.close()
        let isRejected = try await eventually { try await letters().count == count }
        let logs = try stack.logs()
        try #require(isRejected, "\(logs)")
        return try await Set(letters())
    }

    /// The marks of the letters that stem from the records, sent again or not.
    private func letters() async throws -> [String] {
        try await stack.records(Topics.deadLetters)
            .map { DeadLetterEntry($0) }
            .filter {
                $0.record.header(DeadLetterReplay.header) == nil
                    && $0.record.header("ce_id")?.hasPrefix("replayed/") == true
            }
            .map { "\($0.place)/\($0.place.time)" }
    }

    /// Replays, and kills the program with `kill -9` once so many letters more have been begun.
    func replay(killedAfter begun: Int?) async throws -> Int32 {
        let before = try await rows()
        let id = Mutex<Int32>(0)
        let ended = Mutex(false)
        async let program = {
            defer { ended.withLock { $0 = true } }
            return try await stack.helicase(
                ["dead-letters", "replay", "--origin", Topics.examples, "--rate", "40/s"],
                onStart: { process in id.withLock { $0 = process } })
        }()
        if let begun {
            let isMet = try await eventually { try await rows() >= before + begun }
            #expect(isMet && !ended.withLock { $0 })
            kill(id.withLock { $0 }, SIGKILL)
        }
        return try await program.status
    }

    private func rows() async throws -> Int {
        try await stack.database.scalar("SELECT count(*) FROM dead_letter_replays")
    }

    /// The marks of the replayed records that lie in the topic now.
    func marks() async throws -> [String] {
        let reader = try TopicReader(stack.messaging, topic: Topics.examples, from: .beginning)
        defer { reader.close() }
        return try await reader.readToEnd().compactMap { $0.header(DeadLetterReplay.header) }
    }
}
