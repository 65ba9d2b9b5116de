import Genomics
import Interpretation

/// Contributions along a genome: the mean where several records lie over each other.
struct ContributionTrack {
    private var places: [String: [Int: (sum: Double, count: Int)]] = [:]

    init(_ records: [ExplainedRecords.Record]) {
        for record in records {
            guard let place = record.place else { continue }
            for (position, contribution) in record.attribution.contributions.enumerated() {
                let at = place.place(of: position)
                let (sum, count) = places[place.contig, default: [:]][at] ?? (0, 0)
                places[place.contig, default: [:]][at] = (sum + Double(contribution), count + 1)
            }
        }
    }

    var isEmpty: Bool { places.isEmpty }

    /// The track, contigs by their names.
    var bedGraph: String {
        var text = ""
        for (contig, values) in places.sorted(by: { $0.key < $1.key }) {
            for (place, value) in values.sorted(by: { $0.key < $1.key }) {
                text += "\(contig)\t\(place)\t\(place + 1)\t\(Float(value.sum / Double(value.count)))\n"
            }
        }
        return text
    }

    /// Writes the track as bigWig of a reference; throws where a record lies on none of its contigs, or beyond one's end.
    func write(to path: String, reference: ReferenceGenome) throws {
        for (contig, values) in places.sorted(by: { $0.key < $1.key }) {
            guard let index = reference.index(of: contig) else {
                throw ControlError("records are named by places on \(contig), which \(reference.path) does not have")
            }
            if let end = values.keys.max(), end >= reference.contigs[index].length {
                throw ControlError(
                    "a record is named by a place beyond the end of \(contig), which has \(reference.contigs[index].length) bases in "
                        + reference.path)
            }
        }
        let track = try TrackOutput(path: path, contigs: reference.contigs)
        for (index, contig) in reference.contigs.enumerated() {
            for (place, value) in (places[contig.name] ?? [:]).sorted(by: { $0.key < $1.key }) {
                try track.write([Float(value.sum / Double(value.count))], contig: index, start: place)
            }
        }
        try track.finish()
    }
}
