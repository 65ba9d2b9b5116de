import CHTSlib
import Foundation
import Synchronization

/// The MD5 of every contig of a reference, and of the reference as a whole.
///
/// A genome is hashed once: the digests are kept in memory and, of large files, in the user's cache folder
/// (`XDG_CACHE_HOME`, else `~/.cache`), for a file of this path, size, inode and times.
struct ReferenceDigest: Codable {
    /// The file they are of.
    let path: String
    let stamp: FileStamp?
    let contigs: [Contig]
    /// Each contig's `M5`.
    let sequences: [String]

    /// A file so small is hashed faster than a cache is asked.
    private static let smallestCached = 4 << 20
    private static let kept = 64
    private static let known = Mutex<[ReferenceDigest]>([])

    /// The digest of names, lengths and all bases.
    var whole: String {
        let lines = zip(contigs, sequences).map { "\($0.name)\t\($0.length)\t\($1)\n" }.joined()
        var hash = MD5()
        hash.update(Array(lines.utf8))
        return hash.hexadecimal
    }

    /// The digests of a file, computed unless they are known.
    static func cached(
        path: String, stamp: FileStamp?, contigs: [Contig], reader: borrowing ReferenceBlocks
    ) throws(GenomicsError) -> ReferenceDigest {
        func isOfThisFile(_ digest: ReferenceDigest) -> Bool {
            digest.path == path && digest.stamp == stamp && digest.contigs == contigs
                && digest.sequences.count == contigs.count
        }
        guard let stamp else { return try compute(path: path, stamp: nil, contigs: contigs, reader: reader) }
        if let found = known.withLock({ $0.first(where: isOfThisFile) }) { return found }
        let isLarge = contigs.reduce(0) { $0 + $1.length } >= smallestCached
        let file = isLarge ? cacheFile(stamp) : nil
        if let file, let data = try? Data(contentsOf: file),
            let stored = try? JSONDecoder().decode(ReferenceDigest.self, from: data), isOfThisFile(stored)
        {
            keep(stored)
            return stored
        }
        let digest = try compute(path: path, stamp: stamp, contigs: contigs, reader: reader)
        // A file that was changed while it was read has no digest that would hold.
        guard FileStamp(path: path) == stamp else {
            throw GenomicsError(.cannotRead, "the file was changed while it was read; try again", file: path)
        }
        keep(digest)
        if let file, let data = try? JSONEncoder().encode(digest) {
            // Without a place for the cache the file is hashed again next time.
            try? FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try? data.write(to: file, options: .atomic)
        }
        return digest
    }

    private static func keep(_ digest: ReferenceDigest) {
        known.withLock { known in
            known.removeAll { $0.path == digest.path }
            if known.count >= kept { known.removeFirst() }
            known.append(digest)
        }
    }

    private static func cacheFile(_ stamp: FileStamp) -> URL? {
        let environment = ProcessInfo.processInfo.environment
        let root =
            environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
            ?? environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 + "/.cache" : nil }
        return root.map {
            URL(fileURLWithPath: $0).appendingPathComponent("helicase/references")
                .appendingPathComponent("\(stamp.device)-\(stamp.inode)-\(stamp.size)-\(stamp.modified).json")
        }
    }

    private static func compute(
        path: String, stamp: FileStamp?, contigs: [Contig], reader: borrowing ReferenceBlocks
    ) throws(GenomicsError) -> ReferenceDigest {
        var sequences: [String] = []
        for (number, contig) in contigs.enumerated() {
            var hash = MD5()
            for start in stride(from: 0, to: contig.length, by: 1 << 20) {
                hash.update(try reader.upperCase(contig: number, start..<min(start + 1 << 20, contig.length)))
            }
            sequences.append(hash.hexadecimal)
        }
        return ReferenceDigest(path: path, stamp: stamp, contigs: contigs, sequences: sequences)
    }
}

/// htslib's MD5.
private struct MD5: ~Copyable {
    private let context: OpaquePointer

    init() {
        guard let context = hts_md5_init() else { preconditionFailure("no memory for an MD5") }
        self.context = context
    }

    deinit { hts_md5_destroy(context) }

    mutating func update(_ bytes: [UInt8]) { hts_md5_update(context, bytes, UInt(bytes.count)) }

    var hexadecimal: String {
        var digest = [UInt8](repeating: 0, count: 16)
        hts_md5_final(&digest, context)
        return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
