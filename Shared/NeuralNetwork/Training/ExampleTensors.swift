/// The tensors of one file that are examples, with types and shapes checked: the one reading of such files for training and
/// evaluation.
///
/// - `inputs`: F32 (examples, then the shape of the input), of base codes and tokens U8 too. Of several inputs (examples,
///   all their floats), or a tensor each, `inputs.NAME`.
/// - `targets`: F32, U8 or I64, (examples) or (examples, targets of each), of an output with several dimensions (examples, all
///   of them), without that of classes. Of heads a tensor each, `targets.HEAD`. What is not a number is missing.
/// - `groups`, which may be missing: I64, I32 or U8 (examples), the same number for examples that are not independent of each
///   other, such as those of one locus, gene or drug; across files too.
/// - `folds`, which may be missing and only trainings on folds read: likewise, the fold of each example.
struct ExampleTensors: Sendable {
    struct Column: Sendable {
        var place: SafetensorsFile.Place
        /// Values of an example.
        var width: Int
    }

    let file: SafetensorsFile
    /// Examples in the file.
    let count: Int
    let inputs: [Column]
    let targets: [Column]
    let groups: Column?
    let folds: Column?

    /// Finds the tensors; `specifications` are those of the network, nil where none is known yet.
    init(
        _ file: SafetensorsFile, inputs: String, targets: String, of specifications: [InputSpecification]?,
        shapes: [TargetShape]? = nil
    ) throws(NeuralNetworkError) {
        self.file = file
        let named = (specifications ?? []).map { "\(inputs).\($0.name)" }
        let isDivided = named.count > 1 && !file.has(inputs)
        let places = try (isDivided ? named : [inputs]).map { name throws(NeuralNetworkError) in
            try file.place(of: name)
        }
        let heads = (shapes ?? []).compactMap(\.head)
        let to = try (heads.isEmpty ? [targets] : heads.map { "\(targets).\($0)" }).map {
            name throws(NeuralNetworkError) in try file.place(of: name)
        }
        let isOfOneDimension = shapes?.allSatisfy { $0.shape.count <= 1 } ?? true
        guard let examples = places[0].shape.first, places.allSatisfy({ $0.shape.first == examples }),
            to.allSatisfy({
                $0.shape.first == examples && (!isOfOneDimension || $0.shape.count <= 2)
                    && [.f32, .u8, .i64].contains($0.dtype)
            })
        else {
            throw NeuralNetworkError(
                .mismatch,
                "\(inputs) must be (examples, …) and \(targets) F32, U8 or I64 (examples) or (examples, targets of each), "
                    + "with as many examples, and they are \(Self.shown(places)) and \(Self.shown(to))",
                place: file.path)
        }
        count = examples
        for (index, place) in places.enumerated() {
            let read = specifications.map { isDivided ? [$0[index]] : $0 }
            try Self.check(place, isDivided ? named[index] : inputs, reads: read, in: file)
        }
        for (shape, place) in zip(shapes ?? [], to) { try Self.check(place, targets, holds: shape, in: file) }
        func column(_ place: SafetensorsFile.Place) -> Column {
            Column(place: place, width: examples == 0 ? 0 : place.byteCount / examples / place.dtype.size)
        }
        self.inputs = places.map(column)
        self.targets = to.map(column)
        func numbers(_ name: String) throws(NeuralNetworkError) -> Column? {
            guard file.has(name) else { return nil }
            let place = try file.place(of: name)
            guard [.i64, .i32, .u8].contains(place.dtype), place.shape == [examples] else {
                throw NeuralNetworkError(
                    .mismatch,
                    "\(name) must be I64, I32 or U8, a number an example, [\(examples)], and it is "
                        + Self.shown([place]), place: file.path)
            }
            return column(place)
        }
        groups = try numbers(Self.groupsName)
        folds = try numbers(Self.foldsName)
    }

    static let groupsName = "groups"
    static let foldsName = "folds"

    /// Throws unless a tensor has the type and the very shape of what reads it: numbers of a transposed array are as many.
    private static func check(
        _ place: SafetensorsFile.Place, _ name: String, reads specifications: [InputSpecification]?,
        in file: SafetensorsFile
    ) throws(NeuralNetworkError) {
        let mayBeBytes = specifications?.allSatisfy { $0.kind != .numbers } ?? true
        guard place.dtype == .f32 || mayBeBytes && place.dtype == .u8 else {
            throw NeuralNetworkError(
                .mismatch, "\(name) must be F32\(mayBeBytes ? " or U8" : ""), and it is \(shown([place]))",
                place: file.path)
        }
        guard let specifications, place.shape[0] > 0 else { return }
        let shape = specifications.count == 1 ? specifications[0].shape : [specifications.reduce(0) { $0 + $1.count }]
        let own = Array(place.shape.dropFirst())
        guard own == shape || own.isEmpty && shape == [1] else {
            throw NeuralNetworkError(
                .mismatch,
                "an example of \(name) has the shape \(own), and the network reads \(shape); reshape the tensor to "
                    + "\([place.shape[0]] + shape), transposed where its axes are in another order", place: file.path)
        }
    }

    /// Throws unless targets of several dimensions, or of a head, have their shape; others are compared as they are read.
    private static func check(
        _ place: SafetensorsFile.Place, _ name: String, holds shape: TargetShape, in file: SafetensorsFile
    ) throws(NeuralNetworkError) {
        guard place.shape[0] > 0, shape.head != nil || shape.shape.count > 1 else { return }
        let own = Array(place.shape.dropFirst())
        guard own == shape.shape || shape.count == 1 && own.allSatisfy({ $0 == 1 }) else {
            throw NeuralNetworkError(
                .mismatch,
                "an example of \(shape.head.map { "\(name).\($0)" } ?? name) has the shape \(own), and the network's output "
                    + "asks for \(shape.shape)", place: file.path)
        }
    }

    private static func shown(_ places: [SafetensorsFile.Place]) -> String {
        places.map { "\($0.dtype.rawValue) \($0.shape)" }.joined(separator: ", ")
    }

    // MARK: Reading

    /// Floats of an example's inputs.
    var inputCount: Int { inputs.reduce(0) { $0 + $1.width } }

    /// Floats of an example's targets.
    var targetCount: Int { targets.reduce(0) { $0 + $1.width } }

    /// Reads one example's targets, one head after the other.
    func readTargets(row: Int, into target: UnsafeMutableBufferPointer<Float>) throws(NeuralNetworkError) {
        var first = 0
        for column in targets {
            try read(column, row: row, into: .init(rebasing: target[first..<first + column.width]))
            first += column.width
        }
    }

    /// Reads one example's inputs, one after the other.
    func readInputs(row: Int, into example: UnsafeMutableBufferPointer<Float>) throws(NeuralNetworkError) {
        var first = 0
        for column in inputs {
            try read(column, row: row, into: .init(rebasing: example[first..<first + column.width]))
            first += column.width
        }
    }

    /// Reads one example's values of a tensor as floats; allocates nothing.
    func read(
        _ column: Column, row: Int, into values: UnsafeMutableBufferPointer<Float>
    ) throws(NeuralNetworkError) {
        let size = column.place.dtype.size
        let offset = column.place.offset + row * column.width * size
        let bytes = UnsafeMutableRawBufferPointer(values)
        switch column.place.dtype {
        case .u8:
            // Read to the end of the floats' own memory: a byte is taken before a float is written over it.
            let narrow = UnsafeMutableRawBufferPointer(rebasing: bytes[(bytes.count - column.width)...])
            try file.read(offset: offset, into: narrow)
            for i in 0..<column.width { values[i] = Float(narrow[i]) }
        case .i64:
            // A class or a few numbers: on the stack.
            try withUnsafeTemporaryAllocation(byteCount: column.width * size, alignment: size) {
                wide throws(NeuralNetworkError) in
                try file.read(offset: offset, into: wide)
                for i in values.indices {
                    values[i] = Float(wide.loadUnaligned(fromByteOffset: i * size, as: Int64.self))
                }
            }
        default: try file.read(offset: offset, into: bytes)
        }
    }

    /// A whole number of each example; nil where the file has none.
    func readNumbers(_ column: Column?) throws(NeuralNetworkError) -> [Int64]? {
        guard let column else { return nil }
        var bytes = [UInt8](repeating: 0, count: column.place.byteCount)
        var failure: NeuralNetworkError?
        bytes.withUnsafeMutableBytes { buffer in
            do throws(NeuralNetworkError) {
                try file.read(offset: column.place.offset, into: buffer)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        let size = column.place.dtype.size
        return bytes.withUnsafeBytes { buffer in
            (0..<count).map { row in
                switch size {
                case 1: Int64(buffer[row])
                case 4: Int64(buffer.loadUnaligned(fromByteOffset: 4 * row, as: Int32.self))
                default: buffer.loadUnaligned(fromByteOffset: 8 * row, as: Int64.self)
                }
            }
        }
    }
}
