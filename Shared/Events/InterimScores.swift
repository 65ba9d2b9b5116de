/// What the model said of a part of a shard as it was at a mark (`predictions`).
public struct InterimScores: JSONEvent, Hashable {
    /// The event's type.
    public static var type: EventType { .interimScores }

    /// The number of the mark.
    public var number: Int
    /// The shard (`GenomeBins.Shard`).
    public var shard: String
    /// How many parts the shard has at this mark.
    public var parts: Int
    /// The scores.
    public var scores: ScoreBatch

    /// Makes the scores of a part.
    public init(number: Int, shard: String, parts: Int, scores: ScoreBatch) {
        self.number = number
        self.shard = shard
        self.parts = parts
        self.scores = scores
    }
}
