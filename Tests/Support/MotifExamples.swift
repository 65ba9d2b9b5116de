import NeuralNetwork

/// Sequences of 120 bases, as rows of four, and which of three motifs each holds: what small trainings learn.
public enum MotifExamples {
    /// A file of so many examples; `split` says what they are for.
    public static func file(_ count: Int, split: String? = nil, seed: UInt64 = 3) -> [UInt8] {
        var random = SplitMix64(seed: seed)
        var (inputs, targets) = ([Float](), [UInt8]())
        for _ in 0..<count {
            let (label, place) = (Int(random.next() % 3), Int(random.next() % 100))
            targets.append(UInt8(label))
            for position in 0..<120 {
                let isMotif = (place..<place + 12).contains(position)
                let base = isMotif ? (position - place) * (label + 1) % 4 : Int(random.next() % 4)
                inputs += (0..<4).map { $0 == base ? 1 : 0 }
            }
        }
        return Safetensors.encode(
            tensors: [
                .init(name: "inputs", shape: [count, 120, 4], floats: inputs),
                .init(name: "targets", dtype: .u8, shape: [count], bytes: targets),
            ], metadata: split.map { ["split": $0] } ?? [:])
    }
}
