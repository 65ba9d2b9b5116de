import Genomics
import Hashing

/// Places of the genome where many reads go wrong in the same way.
///
/// These systematic errors (Meacham et al. 2011) are what remains of false candidates at high coverage. In real short reads
/// their qualities are spread widely, the rest of the affected reads is bad as well, and about half of them show on one strand
/// alone.
struct DifficultPlaces: Sendable {
    /// What happens at a place to a read that is affected.
    struct Place {
        /// The part of the reads that are affected.
        var fraction: Double
        /// By how much the quality falls.
        var drop: Double
        /// What is read instead.
        var error: Failure
    }

    /// What goes wrong; bases are of the forward strand.
    enum Failure: Equatable {
        case substitution(UInt8)
        case insertion(UInt8)
        case deletion
    }

    let model: SystematicErrors
    let seed: UInt64

    /// The place at a position as reads of a strand see it, if it is difficult.
    subscript(position: Int32, isReverse: Bool) -> Place? {
        let draw = SplitMix64.mix(seed &+ SplitMix64.mix(UInt64(UInt32(bitPattern: position)) &+ 0x51ed_270b))
        guard Double(draw >> 11) * 0x1p-53 < model.rate else { return nil }
        var random = SplitMix64(seed: draw)
        // Forward, reverse, or both.
        let side = random.uniformDouble()
        if side < model.oneStrand, (side * 2 < model.oneStrand) == isReverse { return nil }
        let fraction = model.fractions.value(at: random.uniformDouble())
        let drop = model.qualityDrop * random.uniformDouble()
        let kind = random.uniformDouble()
        let base = Nucleotide.letters[random.index(below: 4)]
        let error: Failure =
            kind < model.deletions
            ? .deletion : kind < model.deletions + model.insertions ? .insertion(base) : .substitution(base)
        return Place(fraction: fraction, drop: drop, error: error)
    }
}
