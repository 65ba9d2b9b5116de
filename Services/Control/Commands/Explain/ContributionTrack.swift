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
}
