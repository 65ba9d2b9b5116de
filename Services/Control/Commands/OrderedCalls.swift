import Foundation
import Genomics
import VariantCalling

/// Calls as they come from a file, written in the order of the reference.
///
/// Where the file lists its contigs in another order, each contig's calls wait in a file of their own in a scratch folder.
final class OrderedCalls {
    private var writer: CallSetWriter
    private let make: (_ path: String) throws -> CallSetWriter
    private let contigs: [Contig]
    private let scratch: URL?
    private var open: (contig: String, writer: CallSetFile)?
    private var waiting: Set<String> = []
    /// Whether calls are written as they come, in the order of the reference's contigs.
    var isInOrder: Bool { scratch == nil }
    /// The calls written.
    private(set) var count = 0

    init(
        path: String, sample: String, header: AlignmentHeader, reference: ReferenceGenome, origin: CallSetOrigin,
        content: CallSetWriter.Content = .calls
    ) throws {
        make = { [contigs = reference.contigs] path in
            try CallSetWriter(path: path, sample: sample, contigs: contigs, origin: origin, content: content)
        }
        writer = try make(path)
        contigs = reference.contigs
        let places = header.contigs.compactMap { reference.index(of: $0.name) }
        if places == places.sorted() {
            scratch = nil
        } else {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("helicase-calls-\(UUID())")
            guard mkdir(folder.path, 0o700) == 0 else {
                throw ControlError("\(folder.path) cannot be created: \(String(cString: strerror(errno)))")
            }
            scratch = folder
        }
    }

    deinit {
        if let scratch { try? FileManager.default.removeItem(at: scratch) }
    }

    /// Takes the next record; the records of a contig follow each other in their order.
    func write(_ call: Variant) throws {
        count += 1
        guard let scratch else { return try writer.write(call) }
        if open?.contig != call.contig {
            try closeOpen()
            guard let number = contigs.firstIndex(where: { $0.name == call.contig }) else {
                preconditionFailure("a call on \(call.contig), which is no contig of the reference")
            }
            let path = scratch.appendingPathComponent("\(number).vcf.gz").path
            open = (call.contig, try CallSetFile(make(path)))
            precondition(waiting.insert(call.contig).inserted, "the calls of \(call.contig) came in two parts")
        }
        try open?.writer.write(call)
    }

    /// Brings the calls together and closes the file.
    func finish() throws {
        try closeOpen()
        if let scratch {
            for (number, contig) in contigs.enumerated() where waiting.contains(contig.name) {
                var reader = try VCFReader(path: scratch.appendingPathComponent("\(number).vcf.gz").path)
                while let variant = try reader.next() { try writer.write(variant) }
            }
        }
        try writer.finish()
    }

    private func closeOpen() throws {
        try open?.writer.finish()
        open = nil
    }

    /// A writer that an optional can hold.
    private final class CallSetFile {
        private var writer: CallSetWriter

        init(_ writer: consuming CallSetWriter) { self.writer = writer }

        func write(_ call: Variant) throws { try writer.write(call) }
        func finish() throws { try writer.finish() }
    }
}
