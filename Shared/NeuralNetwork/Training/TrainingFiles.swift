import Hashing

/// The files of a training: each named once, on one side, and the same from the beginning to the end.
struct TrainingFiles: Sendable {
    var training: [SafetensorsFile]
    var validation: [SafetensorsFile]

    private var all: [SafetensorsFile] { training + validation }

    /// The digests of what is read, for a lineage: by path, or those of all files together under the name of a data set.
    ///
    /// Throws where a file is not the one that was `expected` at its path, or has the bytes of another: examples that are
    /// read twice count twice, and those that train cannot validate.
    func digests(
        expected: [String: String], dataset: String?
    ) throws(NeuralNetworkError) -> [String: String] {
        var (digests, paths) = (expected, [String: String]())
        for (index, file) in all.enumerated() {
            let digest = try file.digest()
            if let known = expected[file.path], known != digest {
                throw NeuralNetworkError(
                    .mismatch, "the file is another than when the training was asked for", place: file.path)
            }
            if dataset == nil { digests[file.path] = digest }
            guard let earlier = paths.updateValue(file.path, forKey: digest) else { continue }
            let isSame = earlier == file.path
            let crosses = index >= training.count && training.contains { $0.path == earlier }
            // Shards without examples may be alike.
            if try FileExamples.isEmpty(file) { continue }
            throw NeuralNetworkError(
                .mismatch,
                (isSame ? "the file is named twice" : "the file has the very bytes of \(earlier)")
                    + (crosses
                        ? ": examples that train cannot validate; name a file of others, or set validationShare"
                        : ": its examples would count twice"),
                place: file.path)
        }
        if let dataset {
            var whole = SHA256Digest()
            for file in all { whole.update(Array(try file.digest().utf8)) }
            digests[dataset] = whole.hexadecimal
        }
        return digests
    }

    /// A session that ends with the first epoch in which a file was changed.
    func watching(_ session: TrainingSession) -> TrainingSession {
        var watching = session
        watching.progress = { step in
            if step.finished != nil { for file in all { try file.checkUnchanged() } }
            try session.progress?(step)
        }
        return watching
    }

    /// Throws where a file's bytes are no longer those of its digest; reads all files.
    func checkDigests() throws(NeuralNetworkError) {
        for file in all { try file.checkDigest() }
    }
}
