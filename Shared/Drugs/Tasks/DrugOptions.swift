import NeuralNetwork
import Tasks

/// What the tasks of molecules check alike.
enum DrugOptions {
    /// Throws where a request has an option that the task does not know.
    static func check(_ inputs: ItemInputs, known: [String], of task: String) throws(TaskError) {
        if let unknown = inputs.options.keys.filter({ !known.contains($0) }).min() {
            throw TaskError("there is no option \"\(unknown)\" of \(task)")
        }
    }

    /// The path of a file that is read beside the records; throws where none is named.
    static func companion(_ name: String, of inputs: ItemInputs) throws(TaskError) -> String {
        guard let path = inputs.options[name] else {
            throw TaskError("the file of the \(name) is needed beside the pairs")
        }
        return path
    }

    /// Throws unless a model reads the features of its task.
    static func check(_ version: String, is own: String, of task: String) throws(TaskError) {
        guard version == own else {
            throw TaskError(
                "the model reads features of version \(version.isEmpty ? "(none)" : version); those of \(task) are \(own)"
            )
        }
    }

    /// A model of a package; throws ``TaskError`` with what the package says wrong.
    static func opened<Model>(_ open: () throws -> Model) throws(TaskError) -> Model {
        do { return try open() } catch { throw TaskError("\(error)") }
    }
}

extension ItemExamples {
    /// The text of a tensor, a line each.
    func lines(_ name: String) throws(TaskError) -> [String] {
        guard let tensor = self[name], tensor.dtype == .u8 else { throw TaskError("the tensor \(name) is needed") }
        return String(decoding: tensor.bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast().map(String.init)
    }

    /// Pairs of places on two sides of so many.
    func pairs(_ left: Int, _ right: Int) throws(TaskError) -> [(left: Int, right: Int)] {
        guard let tensor = self["pairs"], tensor.dtype == .u32, tensor.shape.count == 2, tensor.shape[1] == 2 else {
            throw TaskError("the tensor pairs is needed")
        }
        let places = tensor.bytes.withUnsafeBytes { raw in
            (0..<raw.count / 4).map {
                Int(UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
            }
        }
        let pairs = stride(from: 0, to: places.count, by: 2).map { (left: places[$0], right: places[$0 + 1]) }
        guard pairs.count == subjects.count(where: { $0.problem == nil }),
            pairs.allSatisfy({ $0.left < left && $0.right < right })
        else { throw TaskError("the pairs are not those of the examples") }
        return pairs
    }

    /// The scores of all examples from those of the usable ones.
    func scores(_ usable: [Score]) -> [Score] {
        var usable = usable[...]
        return subjects.map { subject in
            if let problem = subject.problem { return Score(problem: problem) }
            return usable.popFirst() ?? Score(problem: "the example has no score")
        }
    }
}
