import Foundation

/// Notices the end of the process that started this one, however it ends: the writing end of a pipe closes with it.
final class ParentWatch: Sendable {
    private let descriptor: Int32

    /// Watches the reading end of a pipe that this process inherited.
    init(descriptor: Int32) { self.descriptor = descriptor }

    /// Whether the other end is closed.
    var isGone: Bool { Self.hasHungUp(descriptor, within: 0) }

    /// Returns when the other end closes, or the task is cancelled.
    func waitUntilGone() async {
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        let descriptor = descriptor
        Thread.detachNewThread {
            while !Self.hasHungUp(descriptor, within: 60_000) {}
            end.finish()
        }
        for await _ in ends {}
    }

    /// Nothing is ever written to the pipe, so that all that can happen is its end.
    private static func hasHungUp(_ descriptor: Int32, within milliseconds: Int32) -> Bool {
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&event, 1, milliseconds) > 0
    }
}
