import Genomics

/// The transcripts around the place that is annotated, each prepared once; one thread at a time.
final class TranscriptTable {
    let transcripts: TranscriptSet
    private let reference: ReferenceLookup
    /// By the transcript's place in the set; rows are looked up so often that the array's own checks would be felt.
    private let models: UnsafeMutableBufferPointer<TranscriptModel?>
    private var kept: [Int] = []
    /// Beyond so many it is looked which ones can go.
    private var most = 512

    init(_ transcripts: TranscriptSet, reference: @escaping ReferenceLookup) {
        self.transcripts = transcripts
        self.reference = reference
        models = .allocate(capacity: transcripts.transcripts.count)
        models.initialize(repeating: nil)
    }

    deinit {
        models.deinitialize()
        models.deallocate()
    }

    /// The transcript of a place in the set.
    subscript(index: Int) -> TranscriptModel {
        precondition(models.indices.contains(index), "transcript \(index) of \(models.count)")
        if let known = models[index] { return known }
        let model = TranscriptModel(transcripts.transcripts[index], reference: reference)
        models[index] = model
        kept.append(index)
        return model
    }

    /// Lets those go, once they are many, that are on another contig than `places` or end before a position.
    func forget(before position: Int, outside places: Range<Int>) {
        if kept.count <= most { return }
        kept.removeAll { index in
            if places.contains(index), let model = models[index], model.last >= position { return false }
            models[index] = nil
            return true
        }
        most = max(512, 2 * kept.count)
    }
}
