import Interpretation

/// Where motifs stand, as BED: in the genome where a record is named by its place, else in the record.
struct MotifHits {
    private var hits: [(contig: String, range: Range<Int>, name: String, score: Int, strand: Character)] = []

    init(_ clusters: [MotifCluster], _ seqlets: [Seqlet], _ records: [ExplainedRecords.Record]) {
        for cluster in clusters {
            for member in cluster.members {
                let record = records[seqlets[member.seqlet].sequence]
                // A motif may reach beyond the end of its sequence.
                let start = max(0, member.start)
                let end = min(record.attribution.codes.count, member.start + cluster.motif.length)
                guard start < end else { continue }
                let isReverse = member.isReverse != (record.place?.isReverse ?? false)
                hits.append(
                    (
                        record.place?.contig ?? (record.name.isEmpty ? "record_\(record.number)" : record.name),
                        record.place?.place(of: start..<end) ?? start..<end, cluster.motif.name,
                        Int((1000 * max(0, min(1, member.similarity))).rounded()), isReverse ? "-" : "+"
                    ))
            }
        }
        hits.sort { ($0.contig, $0.range.lowerBound, $0.name) < ($1.contig, $1.range.lowerBound, $1.name) }
    }

    /// The file: the score is how alike a hit is to its motif, at most 1000.
    var bed: String {
        hits.map {
            "\($0.contig)\t\($0.range.lowerBound)\t\($0.range.upperBound)\t\($0.name)\t\($0.score)\t\($0.strand)\n"
        }.joined()
    }
}
