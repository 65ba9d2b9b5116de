import CMinimap2
import Foundation

/// A minimap2 index of a reference in memory with the options of a preset; read-only once it is built.
final class MinimapIndex: Sendable {
    /// The mapping options, fitted to the index.
    ///
    /// Proof of safety: numbers that do not change; the one pointer in them, `split_prefix`, stays null.
    nonisolated(unsafe) let options: mm_mapopt_t
    /// The contig of the reference for each sequence of the index.
    let contigs: [Int]
    /// The index itself.
    ///
    /// Proof of safety: minimap2 only reads an index while it maps, and only `deinit` frees it.
    nonisolated(unsafe) let raw: UnsafeMutablePointer<mm_idx_t>

    /// Builds the index; a few seconds for a chromosome, minutes for a human genome.
    init(reference: ReferenceGenome, preset: ReadMapper.Preset) throws(GenomicsError) {
        mm_silence()
        var indexing = mm_idxopt_t()
        var mapping = mm_mapopt_t()
        mm_set_opt(nil, &indexing, &mapping)
        precondition(mm_set_opt(preset.rawValue, &indexing, &mapping) == 0, "minimap2 knows \(preset.rawValue)")
        mapping.flag |= Int64(MM_F_CIGAR | MM_F_OUT_SAM)
        indexing.batch_size = 1 << 60  // one index, whatever the size of the genome
        guard let reader = mm_idx_reader_open(reference.path, &indexing, nil) else {
            throw GenomicsError(.cannotRead, "minimap2 cannot open the reference", file: reference.path)
        }
        defer { mm_idx_reader_close(reader) }
        let threads = Int32(min(3, ProcessInfo.processInfo.activeProcessorCount))
        guard let raw = mm_idx_reader_read(reader, threads) else {
            throw GenomicsError(.malformed, "minimap2 finds no sequence in the reference", file: reference.path)
        }
        do throws(GenomicsError) {
            contigs = try Self.contigs(raw.pointee, reference)
        } catch {
            mm_idx_destroy(raw)
            throw error
        }
        mm_mapopt_update(&mapping, raw)
        options = mapping
        self.raw = raw
    }

    deinit { mm_idx_destroy(raw) }

    /// Holds what minimap2 read against the FASTA index, which also finds an index of another file.
    private static func contigs(_ index: mm_idx_t, _ reference: ReferenceGenome) throws(GenomicsError) -> [Int] {
        var numbers: [Int] = []
        for sequence in UnsafeBufferPointer(start: index.seq, count: Int(index.n_seq)) {
            let name = String(cString: sequence.name)
            guard let number = reference.index(of: name), reference.contigs[number].length == Int(sequence.len) else {
                throw GenomicsError(
                    .referenceMismatch,
                    "the FASTA file and its .fai index disagree on \(name); make the index again with `samtools faidx`",
                    file: reference.path)
            }
            numbers.append(number)
        }
        guard numbers.count == reference.contigs.count else {
            throw GenomicsError(
                .referenceMismatch,
                "the FASTA file holds \(numbers.count) sequences, its .fai index \(reference.contigs.count); "
                    + "make the index again with `samtools faidx`", file: reference.path)
        }
        return numbers
    }
}
