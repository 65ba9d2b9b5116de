import CLibPQ
import Dispatch

/// The right to cancel what a connection runs, even after the connection is gone.
///
/// A cancellation is a connection of its own, and libpq makes it blocking: it has a queue for that.
final class Canceller: Sendable {
    // A PGcancel never changes, and PQcancel may be called from any thread (libpq manual, "Canceling Queries").
    nonisolated(unsafe) private let raw: OpaquePointer?
    private static let queue = DispatchQueue(label: "helicase.storage.cancel", attributes: .concurrent)

    init(_ connection: OpaquePointer) { raw = PQgetCancel(connection) }

    deinit { PQfreeCancel(raw) }

    /// Asks the server to cancel, without waiting.
    func send() { Self.queue.async { self.cancel() } }

    /// Asks the server to cancel, and returns when it has taken the request.
    func deliver() async {
        await withCheckedContinuation { continuation in
            Self.queue.async {
                self.cancel()
                continuation.resume()
            }
        }
    }

    private func cancel() {
        // Whatever goes wrong, the connection's own end tells the server that nobody waits for the result.
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { message in
            _ = PQcancel(raw, message.baseAddress, Int32(message.count))
        }
    }
}
