import Foundation
import Genomics
import Tasks

/// The contigs of a FASTA file, one at a time and as often as wanted.
public struct GenomeContigs: Sendable {
    /// A contig.
    public struct Contig: Sendable {
        /// The first word of its header.
        public var name: String
        /// Its letters.
        public var letters: [UInt8]
    }

    private let path: String

    /// Looks at a file; throws where it cannot be read twice.
    public init(path: String) throws {
        self.path = path
        let kind = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        guard kind != nil else { throw TaskError("\(path) cannot be opened") }
        let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let type = try? FileManager.default.attributesOfItem(atPath: real)[.type] as? FileAttributeType
        guard type == .typeRegular else {
            throw TaskError("\(path) is no regular file: it is read twice, so a pipe has to be saved as a file first")
        }
    }

    /// Calls back with each contig; throws where the file is no FASTA of DNA, or has a name twice.
    public func forEach(_ body: (Contig) async throws -> Void) async throws {
        var reader = try Reader(path: path)
        while let contig = try reader.next() { try await body(contig) }
    }

    /// Calls back with each contig.
    func all() throws -> [Contig] {
        var reader = try Reader(path: path)
        var contigs: [Contig] = []
        while let contig = try reader.next() { contigs.append(contig) }
        return contigs
    }

    private struct Reader {
        let path: String
        let file: SequenceFile
        var names: Set<String> = []

        init(path: String) throws {
            self.path = path
            file = try SequenceFile(path: path)
            guard file.isFASTA else { throw TaskError("\(path) is no FASTA: its first line does not begin with >") }
        }

        mutating func next() throws -> Contig? {
            guard let record = try file.next() else {
                if names.isEmpty { throw TaskError("\(path) holds no contig") }
                return nil
            }
            guard !record.name.isEmpty else { throw TaskError("\(path), record \(record.number + 1): it has no name") }
            if let flaw = SequenceSource.flaw(record.letters) {
                throw TaskError("\(path), contig \(record.name): \(flaw)")
            }
            guard names.insert(record.name).inserted else {
                throw TaskError("\(path) has two contigs \"\(record.name)\"; give each a name of its own")
            }
            return Contig(name: record.name, letters: record.letters)
        }
    }
}
