import CMinimap2
import Foundation
import Synchronization

/// Maps reads to a reference with minimap2 (Li 2018, doi:10.1093/bioinformatics/bty191).
///
/// Any number of threads may map at once. A template maps to the same records whatever was mapped before it and on however
/// many threads: minimap2 breaks ties by a hash of the read's name.
public final class ReadMapper: Sendable {
    /// The kind of reads, as minimap2 names it.
    public enum Preset: String, Sendable, Codable {
        /// Illumina and its like, single or in pairs.
        case shortReads = "sr"
        /// PacBio HiFi.
        case hifi = "map-hifi"
        /// Oxford Nanopore.
        case nanopore = "map-ont"
    }

    private let index: MinimapIndex
    private let reference: ReferenceGenome
    private let preset: Preset
    private let idle = Mutex<[Workspace]>([])

    /// Builds the index of the reference in memory: a few seconds for a chromosome, minutes and 12 GB for a human genome.
    public init(reference: ReferenceGenome, preset: Preset) throws(GenomicsError) {
        index = try MinimapIndex(reference: reference, preset: preset)
        self.reference = reference
        self.preset = preset
    }

    /// Maps a template of one read or of two mates.
    ///
    /// Returns the primary record of each read in order, each followed by its supplementary ones; secondary alignments are
    /// left out. A read that does not map is returned unmapped, at its mate's position if that is mapped. The tags of the
    /// input are kept and `NM`, `AS`, `SA` and, for pairs, `MC`, `MQ` and `ms` are set, the last three as
    /// `samtools fixmate -m` does, so that duplicates can be told from either mate alone.
    public func map(_ fragment: [BAMRecord]) throws(GenomicsError) -> [BAMRecord] {
        guard fragment.count <= 2 else {
            throw GenomicsError(
                .malformed, "a template of \(fragment.count) reads; at most two mates can be mapped", field: "QNAME")
        }
        let queries = fragment.map(MapperQuery.init)
        return MappedTemplate(queries: queries, hits: hits(of: queries), contigs: reference.contigs).records()
    }

    private func hits(of queries: [MapperQuery]) -> [[MapperHit]] {
        let workspace = idle.withLock { $0.popLast() } ?? Workspace()
        defer { idle.withLock { $0.append(workspace) } }
        if preset == .shortReads, queries.count == 2, queries.allSatisfy({ !$0.sequence.isEmpty }) {
            return pairedHits(queries[0], queries[1], workspace)
        }
        return queries.map { query in
            query.sequence.withUnsafeBufferPointer { align([$0], name: query.name, workspace)[0] }
        }
    }

    /// Mates face each other, and minimap2 pairs reads that lie on one strand: the second is given reverse-complemented and
    /// its hits are turned back, as minimap2's own `worker_for` does.
    private func pairedHits(_ first: MapperQuery, _ second: MapperQuery, _ workspace: Workspace) -> [[MapperHit]] {
        var hits = first.sequence.withUnsafeBufferPointer { one in
            MapperQuery.reverseComplement(second.sequence).withUnsafeBufferPointer { two in
                align([one, two], name: first.name, workspace)
            }
        }
        for number in hits[1].indices { hits[1][number].turn(queryLength: second.sequence.count) }
        return hits
    }

    private func align(
        _ segments: [UnsafeBufferPointer<UInt8>], name: [CChar], _ workspace: Workspace
    ) -> [[MapperHit]] {
        let lengths = segments.map { Int32($0.count) }
        var sequences = segments.map { UnsafeRawPointer($0.baseAddress)?.assumingMemoryBound(to: CChar.self) }
        var counts = [Int32](repeating: 0, count: segments.count)
        var regions = [UnsafeMutablePointer<mm_reg1_t>?](repeating: nil, count: segments.count)
        withUnsafePointer(to: index.options) { options in
            mm_map_frag(
                index.raw, Int32(segments.count), lengths, &sequences, &counts, &regions, workspace.raw, options, name)
        }
        return zip(counts, regions).map { count, regions in
            let found = UnsafeBufferPointer(start: regions, count: Int(count))
            // minimap2 hands over the regions and each one's CIGAR, both from malloc.
            defer {
                for region in found { free(region.p) }
                free(regions)
            }
            return found.compactMap { MapperHit($0, contigs: index.contigs) }
        }
    }

    /// minimap2's memory for one thread.
    ///
    /// Proof of safety: only the call that took it out of the pool uses it, until it puts it back.
    private final class Workspace: @unchecked Sendable {
        let raw: OpaquePointer? = mm_tbuf_init()
        deinit { mm_tbuf_destroy(raw) }
    }
}
