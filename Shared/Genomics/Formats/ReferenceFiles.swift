import CHTSlib
import Foundation

/// A FASTA file and its indexes where htslib looks for them.
///
/// Where the indexes are missing beside the FASTA, they are made in a scratch folder that holds a link to the FASTA and
/// lives as long as this object.
final class ReferenceFiles: Sendable {
    /// The path to give to htslib.
    let path: String
    private let scratch: URL?

    init(path original: String) throws(GenomicsError) {
        _ = HTSLibrary.isQuiet
        let isBlocked = try Self.isBGZF(original)
        let input = try CompressedInput(path: original)
        guard withExtendedLifetime(input, { input.next()?.first == UInt8(ascii: ">") }) else {
            throw GenomicsError(.malformed, "not a FASTA file: it does not start with '>'", file: original)
        }
        let files = FileManager.default
        let suffixes = isBlocked ? [".fai", ".gzi"] : [".fai"]
        if suffixes.allSatisfy({ files.isReadableFile(atPath: original + $0) }) {
            path = original
            scratch = nil
            return
        }
        let folder = files.temporaryDirectory.appendingPathComponent("helicase-reference-\(UUID().uuidString)")
        let link = folder.appendingPathComponent(URL(fileURLWithPath: original).lastPathComponent)
        do {
            try files.createDirectory(at: folder, withIntermediateDirectories: true)
            try files.createSymbolicLink(
                at: link, withDestinationURL: URL(fileURLWithPath: original).standardizedFileURL)
        } catch {
            throw GenomicsError(.cannotWrite, "no place for an index in \(folder.path): \(error)", file: original)
        }
        guard fai_build3(link.path, nil, nil) == 0 else {
            try? files.removeItem(at: folder)
            throw GenomicsError(
                .malformed,
                "cannot be indexed: its lines are of different lengths, or it is damaged; see `samtools faidx`",
                file: original)
        }
        path = link.path
        scratch = folder
    }

    deinit {
        if let scratch { try? FileManager.default.removeItem(at: scratch) }
    }

    /// Whether the file is BGZF; throws for plain gzip, which cannot be read at a position.
    private static func isBGZF(_ path: String) throws(GenomicsError) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw GenomicsError(.cannotRead, "cannot be opened: \(HTSLibrary.systemReason)", file: path)
        }
        defer { try? file.close() }
        let start = [UInt8]((try? file.read(upToCount: 14)) ?? Data())
        guard start.starts(with: [0x1f, 0x8b]) else { return false }
        guard start.count == 14, start[3] & 4 != 0, start[12] == UInt8(ascii: "B"), start[13] == UInt8(ascii: "C")
        else {
            throw GenomicsError(
                .unsupported, "plain gzip cannot be read at a position; recompress it: gunzip, then bgzip", file: path)
        }
        return true
    }
}
