import NeuralNetwork

/// The best molecules so far, which an agent is shown again (experience replay, as REINVENT has it).
struct ExperienceMemory {
    struct Entry {
        var tokens: [UInt16]
        var smiles: String
        var reward: Double
        var priorLikelihood: Double
    }

    private(set) var entries: [Entry] = []
    private let capacity: Int
    private var known = Set<String>()

    init(capacity: Int) { self.capacity = capacity }

    /// Takes molecules; of equal rewards the earlier stays.
    mutating func add(_ new: [Entry]) {
        for entry in new where known.insert(entry.smiles).inserted { entries.append(entry) }
        let order = entries.indices.sorted { (entries[$1].reward, $0) < (entries[$0].reward, $1) }
        entries = order.prefix(capacity).map { entries[$0] }
        known = Set(entries.map(\.smiles))
    }

    /// Some of them, each at most once, drawn by their rewards.
    func draw(_ count: Int, _ random: inout SplitMix64) -> [Entry] {
        var rest = Array(entries.indices)
        var drawn: [Entry] = []
        while drawn.count < count, !rest.isEmpty {
            var place = random.uniformDouble() * rest.reduce(0) { $0 + entries[$1].reward }
            let chosen = rest.firstIndex { index in
                place -= entries[index].reward
                return place < 0
            }
            drawn.append(entries[rest.remove(at: chosen ?? rest.count - 1)])
        }
        return drawn
    }
}
