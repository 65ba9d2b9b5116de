import Genomics
import NeuralNetwork
import Tasks

/// A sequence with the numbers of the tracks beside it, a number a base each.
struct SequenceExample {
    /// Base codes.
    var codes: [UInt8]
    /// In the order of the model's tracks.
    var tracks: [[Float]] = []
}

/// Where a network of sequences has its inputs: one of bases, and beside it tracks, numbers of the same positions.
///
/// An input of the shape `(L)` or `(L, 1)` is the track of its name; one of `(L, C)` is C tracks, which are called by the package
/// (``SequenceOptions/tracks``), else `name.1` to `name.C`.
struct SequenceLayout: Sendable {
    private enum Slot: Sendable {
        case bases
        /// The first of its tracks, and how many.
        case tracks(first: Int, count: Int, turns: Bool)
    }

    /// Bases of an example.
    let length: Int
    /// The names of all tracks.
    let tracks: [String]
    private let slots: [Slot]

    /// Throws `TaskError` where the inputs are others, or, of a model that reads both strands, where one does not say what becomes of it
    /// on the other strand.
    init(_ architecture: Architecture, readsBothStrands: Bool, names: [String: [String]]? = nil) throws(TaskError) {
        let bases = architecture.inputs.filter { $0.kind == .bases }
        guard bases.count == 1, bases[0].shape.count == 1 else {
            throw TaskError("the model does not read one sequence of bases, as models of sequences do")
        }
        length = bases[0].shape[0]
        var (tracks, slots): ([String], [Slot]) = ([], [])
        for input in architecture.inputs {
            if input.kind == .bases {
                slots.append(.bases)
                continue
            }
            guard input.kind == .numbers, (1...2).contains(input.shape.count), input.shape[0] == length else {
                throw TaskError(
                    "the input \(input.name) is no track: those beside bases are numbers of \(length) positions")
            }
            let count = input.shape.count == 2 ? input.shape[1] : 1
            guard !readsBothStrands || input.strand == .reversed || input.strand == .unaffected else {
                throw TaskError(
                    "the model reads both strands, and its input \(input.name) does not say whether it is reversed or unaffected"
                )
            }
            let own = names?[input.name] ?? (count == 1 ? [input.name] : (1...count).map { "\(input.name).\($0)" })
            guard own.count == count else {
                throw TaskError("the input \(input.name) has \(count) channels and \(own.count) names of tracks")
            }
            slots.append(.tracks(first: tracks.count, count: count, turns: input.strand == .reversed))
            tracks += own
        }
        guard Set(tracks).count == tracks.count else { throw TaskError("two tracks of the model have one name") }
        (self.tracks, self.slots) = (tracks, slots)
    }

    /// Appends the floats of an example as the network reads them, or those of the other strand.
    func append(_ example: SequenceExample, isReverse: Bool = false, to inputs: inout [Float]) {
        for slot in slots {
            switch slot {
            case .bases where isReverse:
                inputs += example.codes.reversed().lazy.map { Float(BaseCode.complementCode($0)) }
            case .bases: inputs += example.codes.lazy.map(Float.init)
            case .tracks(let first, let count, let turns):
                for position in 0..<length {
                    let place = isReverse && turns ? length - 1 - position : position
                    for track in first..<(first + count) { inputs.append(example.tracks[track][place]) }
                }
            }
        }
    }
}
