import NeuralNetwork
import VariantCalling

extension FuzzEntry {
    /// A safetensors file, in memory and piece by piece from disk: both read the same or neither does.
    static let safetensors = FuzzEntry("safetensors", longest: 1024) { input in
        let file = InputFile.forThisThread
        file.hold(input)
        let content: Safetensors
        do {
            content = try Safetensors.decode(input)
        } catch {
            let isRead = (try? SafetensorsFile(path: file.path)) != nil
            try FuzzFinding.unless(!isRead, "read from disk and refused in memory: \(error)")
            throw error
        }
        let onDisk = try mustNotThrow("the same file on disk") { try SafetensorsFile(path: file.path) }
        try FuzzFinding.unless(onDisk.metadata == content.metadata, "other metadata on disk")
        let size = content.tensors.reduce(0) { $0 + $1.bytes.count }
        try FuzzFinding.unless(size <= input.count, "\(size) bytes of tensors in \(input.count)")
        let written = content.encode()
        let again = try mustNotThrow("what was written") { try Safetensors.decode(written) }
        try FuzzFinding.unless(
            Set(again.tensors) == Set(content.tensors) && again.metadata == content.metadata,
            "another file after writing it")
        try FuzzFinding.unless(again.encode() == written, "written twice and not the same")
    }

    /// A batch of model inputs.
    static let examples = FuzzEntry("examples", longest: 16384) { input in
        let batch = try ExampleBatch(decoding: input)
        for candidate in batch.candidates { use(candidate) }
        let written = try mustNotThrow("writing it") { try batch.encode() }
        let again = try mustNotThrow("what was written") { try ExampleBatch(decoding: written) }
        try FuzzFinding.unless(again == batch, "another batch after writing it")
    }

    /// A training under way.
    static let checkpoint = FuzzEntry("checkpoint", longest: 4096) { input in
        let checkpoint = try TrainingCheckpoint(decoding: input)
        let written = try mustNotThrow("writing it") { try checkpoint.encode() }
        let again = try mustNotThrow("what was written") { try TrainingCheckpoint(decoding: written) }
        // Losses may be NaN, which is not equal to itself; bytes are.
        try FuzzFinding.unless(try again.encode() == written, "another checkpoint after writing it")
    }
}
