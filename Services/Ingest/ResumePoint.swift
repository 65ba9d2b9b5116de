import Events
import Genomics

/// A point of a run at which nothing is gathered: all records before it can be in their topics, and a process that takes
/// over reads on from here.
struct ResumePoint: Codable, Sendable {
    /// How far an input is read.
    struct Lane: Codable, Sendable {
        /// Templates, records and problems taken.
        var items = 0
        /// Bytes of its files that were read.
        var bytesRead: Int64 = 0
        /// Where its files are; nil where they have to be read again up to here.
        var position: ReadPosition?
    }

    /// The inputs by their number.
    var lanes: [Int: Lane] = [:]
    /// The inputs that are read side by side, in their order.
    var open: [Int] = []
    /// Whose turn it is of them.
    var turn = 0
    /// The first input that is not begun.
    var next = 0
    /// How many are read side by side.
    var width = 1

    /// Records of the run that were made.
    var made = 0
    var counts = RunCounts()
    var problems = ProblemTally()
    /// Marks for interim reports that were sent.
    var marks: Int?
    /// Batches of unaligned reads.
    var batches = 0
    var aligned: AlignmentBatcher.Point?
    /// What the index of the last input that was opened said of being aligned; nil before the first.
    var isAligned: Bool?
}
