import CHTSlib
import Foundation

/// A FASTA file and its indexes where htslib looks for them.
///
/// Where the indexes beside the FASTA are missing, or are of what the file was before, they are made in a scratch folder that holds a link to the FASTA and
/// lives as long as this object.
final class ReferenceFiles: Sendable {
    /// The path to give to htslib.
    let path: String
    /// Whether the FASTA is compressed by bgzip.
    let isBlocked: Bool
    private let scratch: URL?

    init(path original: String) throws(GenomicsError) {
        _ = HTSLibrary.isQuiet
        let isBlocked = try Self.isBGZF(original)
        self.isBlocked = isBlocked
        let input = try CompressedInput(path: original)
        let start = withExtendedLifetime(input) { input.next().map { Array($0.prefix(3)) } ?? [] }
        guard start.first == UInt8(ascii: ">") else {
            throw GenomicsError(
                .malformed, ByteOrderMark.remedy(start) ?? "not a FASTA file: it does not start with '>'",
                file: original)
        }
        if FASTAIndexCheck.isCurrent(original, isBlocked: isBlocked) {
            path = original
            scratch = nil
            return
        }
        let place = FileManager.default.temporaryDirectory
        let folder = place.appendingPathComponent("helicase-reference-\(UUID().uuidString)")
        let link = folder.appendingPathComponent(URL(fileURLWithPath: original).lastPathComponent)
        let target = URL(fileURLWithPath: original).standardizedFileURL.path
        errno = 0
        guard mkdir(folder.path, 0o700) == 0, symlink(target, link.path) == 0 else {
            let reason = HTSLibrary.systemReason
            try? FileManager.default.removeItem(at: folder)
            throw Self.noPlace(place.path, reason, original)
        }
        errno = 0
        guard fai_build3(link.path, nil, nil) == 0 else {
            let isFull = errno == ENOSPC || Self.isFull(place.path)
            try? FileManager.default.removeItem(at: folder)
            if isFull { throw Self.noPlace(place.path, String(cString: strerror(ENOSPC)), original) }
            throw GenomicsError(
                .malformed,
                "cannot be indexed: its lines are of different lengths, or it is damaged; see `samtools faidx`",
                file: original)
        }
        // htslib leaves a second sequence of a name out without a word; then there is a gap in what the index covers.
        if !FASTAIndexCheck.isCurrent(link.path, isBlocked: isBlocked), let name = Self.doubledName(original) {
            try? FileManager.default.removeItem(at: folder)
            throw GenomicsError(
                .malformed, "holds two sequences of the name \"\(name)\"; remove one, or give it a name of its own",
                file: original)
        }
        guard FASTAIndexCheck.hasLines(link.path) else {
            try? FileManager.default.removeItem(at: folder)
            throw GenomicsError(
                .malformed, "cannot be indexed: a sequence has a line without a letter; it is damaged", file: original)
        }
        path = link.path
        scratch = folder
    }

    private static func noPlace(_ place: String, _ reason: String, _ path: String) -> GenomicsError {
        GenomicsError(
            .cannotWrite,
            "its index cannot be made in \(place): \(reason); free some space there, set TMPDIR to another folder, or make "
                + "the index beside the file with `samtools faidx`", file: path)
    }

    /// Whether a folder's file system has no room for an index, which htslib does not say.
    private static func isFull(_ folder: String) -> Bool {
        var status = statvfs()
        return statvfs(folder, &status) == 0 && UInt64(status.f_bavail) * UInt64(status.f_frsize) < 64 << 10
    }

    /// The first name that a second sequence has too.
    private static func doubledName(_ path: String) -> String? {
        guard let input = try? CompressedInput(path: path) else { return nil }
        var (seen, line): (Set<[UInt8]>, [UInt8]) = ([], [])
        var (isHeader, isLineStart) = (false, true)
        while let block = withExtendedLifetime(input, { input.next() }) {
            for byte in block {
                if byte == 0x0a {
                    let name = Array(line.dropFirst().prefix { $0 > 0x20 })
                    if isHeader, !seen.insert(name).inserted { return String(decoding: name, as: UTF8.self) }
                    (isHeader, isLineStart) = (false, true)
                    line.removeAll(keepingCapacity: true)
                    continue
                }
                if isLineStart { isHeader = byte == UInt8(ascii: ">") }
                isLineStart = false
                if isHeader, line.count < 1 << 16 { line.append(byte) }
            }
        }
        return nil
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
