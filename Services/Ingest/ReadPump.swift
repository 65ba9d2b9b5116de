import Genomics
import ServiceRuntime

/// Reads a file on a thread that may block, some items at a time: a slow pipe must not hold up the rest of the process.
///
/// `@unchecked Sendable`: one task at a time asks for the next items and waits for them.
final class ReadPump: @unchecked Sendable {
    /// The header of alignments that have one with contigs; nil for reads that are not aligned.
    let header: AlignmentHeader?
    private let file: ReadFile
    private static let itemsAtOnce = 256

    init(_ source: ReadSource, readGroup: String, reference: ReferenceGenome) async throws {
        let opened = try await BlockingWork.run {
            Opened(file: try ReadFile(source, readGroup: readGroup, reference: reference))
        }
        file = opened.file
        header = file.header.flatMap { $0.contigs.isEmpty ? nil : $0 }
    }

    /// The next items, none at the end of the file.
    func next() async throws -> [ReadFile.Item] {
        try await BlockingWork.run { [self] in
            var items: [ReadFile.Item] = []
            while items.count < Self.itemsAtOnce, let item = try file.next() { items.append(item) }
            return items
        }
    }

    /// `@unchecked Sendable`: handed over once, from the thread that opened the file.
    private struct Opened: @unchecked Sendable {
        let file: ReadFile
    }
}
