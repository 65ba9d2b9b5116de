import Delivery
import Foundation
import Genomics

/// Reads an input on a thread of its own, a few chunks ahead: inflating and parsing goes on while batches are sent, and a
/// slow pipe holds up nothing else.
final class ReadPump: Sendable {
    /// The header of alignments; nil for reads none of which is mapped.
    let header: AlignmentHeader?
    /// The sample's read groups of alignments.
    let readGroups: [ReadGroup]
    /// The size of the files; nil where one is a pipe.
    let totalBytes: Int64?
    private let queue = ChunkQueue(capacity: 4)

    private static let itemsAtOnce = 256

    /// Opens an input and goes on behind what `lane` says was taken of it; a chunk holds about `chunkBytes` of records.
    ///
    /// Where a chunk ends follows from the input alone.
    init(
        _ source: ReadSource, sample: SampleQuery, reference: ReferenceGenome, from lane: ResumePoint.Lane,
        chunkBytes: Int
    ) async throws {
        let opened = try await BlockingWork.run {
            Opened(file: try ReadFile(source, readGroup: sample.name ?? "", reference: reference, sample: sample))
        }
        header = opened.file.isMapped ? opened.file.header : nil
        readGroups = opened.file.readGroups
        totalBytes = opened.file.totalBytes
        let queue = queue
        Thread.detachNewThread { Self.read(opened.file, from: lane, chunkBytes: chunkBytes, into: queue) }
    }

    deinit { queue.stop() }

    /// The next chunk, if there is one within the limit.
    func next(within limit: Duration?) async throws -> ChunkQueue.Taken { try await queue.take(within: limit) }

    private static func read(
        _ file: ReadFile, from lane: ResumePoint.Lane, chunkBytes: Int, into queue: ChunkQueue
    ) {
        do {
            // What cannot be gone to is read again, and not sent.
            if let position = lane.position {
                guard file.resume(at: position) else { throw InputChanged() }
            } else {
                for _ in 0..<lane.items { _ = try file.next() }
            }
            while true {
                var chunk = Chunk(items: [], bytesRead: 0)
                var bytes = 0
                while chunk.items.count < itemsAtOnce, bytes < chunkBytes, let item = try file.next() {
                    chunk.items.append(item)
                    if case .fragment(let records) = item { bytes += records.reduce(0) { $0 + $1.bytes.count } }
                }
                guard !chunk.items.isEmpty else { break }
                chunk.position = file.position
                chunk.bytesRead = file.bytesRead
                guard queue.put(.success(chunk)) else { return }
            }
            _ = queue.put(.success(nil))
        } catch {
            _ = queue.put(.failure(error))
        }
    }

    /// `@unchecked Sendable`: handed over once, from the thread that opened the file to the one that reads it.
    private struct Opened: @unchecked Sendable {
        let file: ReadFile
    }
}

/// An input that a run was begun with is shorter now.
struct InputChanged: Error, CustomStringConvertible {
    let description =
        "an input is not the file that it was when the run was begun; leave the files in place and run the sample again"
}
