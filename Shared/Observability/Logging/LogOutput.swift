import Foundation
import Synchronization

/// Where log lines go, shared by every logger that writes there.
///
/// Lines never mix. A pipe that nobody empties holds a writer up for at most 100 ms once; lines are then dropped and
/// counted until there is room again, and the next line says how many.
public final class LogOutput: Sendable {
    /// The process's standard error.
    public static let standardError = LogOutput(fileDescriptor: STDERR_FILENO)

    private enum Destination: Sendable {
        case descriptor(Int32)
        case closure(@Sendable (String) -> Void)
    }

    private struct State {
        var isStalled = false
        var isLineOpen = false
        var unreported = 0
        var dropped = 0
        var status = ""
    }

    private let destination: Destination
    private let state = Mutex(State())

    /// Writes to a file descriptor, which stays the caller's.
    public init(fileDescriptor: Int32) { destination = .descriptor(fileDescriptor) }

    /// Hands each line, without its line feed, to `receive`: for tests.
    public init(_ receive: @escaping @Sendable (String) -> Void) { destination = .closure(receive) }

    /// How many lines were dropped because nobody read them in time.
    public var droppedLines: Int { state.withLock(\.dropped) }

    /// Whether people look at it.
    var isTerminal: Bool {
        if case .descriptor(let descriptor) = destination { isatty(descriptor) == 1 } else { false }
    }

    /// The width of the terminal, if it is one.
    var columns: Int? {
        guard case .descriptor(let descriptor) = destination else { return nil }
        var size = winsize()
        return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
    }

    /// Writes one line; `notice` makes the line that tells of dropped ones.
    func write(_ line: String, notice: (_ dropped: Int) -> String) {
        switch destination {
        case .closure(let receive): receive(line)
        case .descriptor(let descriptor):
            state.withLock { state in
                var text = state.isLineOpen ? "\n" : ""
                if !state.status.isEmpty { text += Self.eraseLine }
                if state.unreported > 0 { text += notice(state.unreported) + "\n" }
                text += line + "\n" + state.status
                if put(text, descriptor, &state) {
                    state.unreported = 0
                } else {
                    state.unreported += 1
                    state.dropped += 1
                }
            }
        }
    }

    /// Keeps `status` as the terminal's last line, below the log, until it is replaced or made empty.
    func show(status: String) {
        guard case .descriptor(let descriptor) = destination else { return }
        state.withLock { state in
            guard status != state.status else { return }
            state.status = status
            _ = put(Self.eraseLine + status, descriptor, &state)
        }
    }

    private static let eraseLine = "\r\u{1B}[K"

    /// Writes all of `text`; false when there was no room for some of it.
    private func put(_ text: String, _ descriptor: Int32, _ state: inout State) -> Bool {
        var text = text
        let (count, written) = text.withUTF8 { bytes in
            (bytes.count, Self.put(UnsafeRawBufferPointer(bytes), descriptor, patience: state.isStalled ? 0 : 100))
        }
        state.isStalled = written < count
        if written > 0 { state.isLineOpen = written < count }
        return written == count
    }

    /// Writes what there is room for, and says how much that was.
    ///
    /// A pipe that polls as writable takes `PIPE_BUF` = 4096 bytes at once and unbroken.
    private static func put(_ bytes: UnsafeRawBufferPointer, _ descriptor: Int32, patience milliseconds: Int32) -> Int {
        var written = 0
        while written < bytes.count {
            var event = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            let ready = poll(&event, 1, milliseconds)
            if ready < 0, errno == EINTR { continue }
            if ready <= 0 { break }
            let chunk = UnsafeRawBufferPointer(rebasing: bytes[written..<min(written + 4096, bytes.count)])
            let count = Foundation.write(descriptor, chunk.baseAddress, chunk.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            written += count
        }
        return written
    }
}
