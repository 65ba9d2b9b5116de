import Events

/// What a process that shares a training knows of its steps: who computes what, which rows have come, who asks to join.
///
/// All of it arrives in one order, the same for every member, for a job's records are in one partition. A plan holds from
/// the step after the next, and its leader sends a row in every step: whoever has that step's rows knows the plan.
struct StepBoard: Sendable {
    /// How many steps ahead rows are kept; a member that is further behind must start again from a checkpoint.
    static let window = 8

    private struct Row {
        var pieces: [[UInt8]?]
        var isComplete: Bool { pieces.allSatisfy { $0 != nil } }
    }

    let member: String
    let term: Int
    let isLeader: Bool
    /// Whether sharing is worth its while and a step's rows fit the broker; without that, nobody may join.
    var isOpen = true
    /// The step in hand, from 0; before a helper is admitted, the first whose rows it may need.
    private(set) var step: Int
    /// Processes that ask the leader to join.
    private(set) var joining: [String] = []
    private var plans: [TrainingPlan]
    private var rows: [Int: [Int: Row]] = [:]
    private var lost: Set<String> = []
    /// Those who were admitted and have not sent a row yet: they still load the checkpoint.
    private var newcomers: Set<String> = []
    private var leaderStep = 0

    /// The board of a job's leader, which is alone at first.
    init(leader: String, of job: Identifier, term: Int, step: Int) {
        member = leader
        self.term = term
        self.step = step
        isLeader = true
        plans = [TrainingPlan(job: job, term: term, step: 0, members: [leader])]
    }

    /// The board of a process that asks to join.
    init(helper: String, term: Int) {
        member = helper
        self.term = term
        step = 0
        isLeader = false
        plans = []
    }

    // MARK: What arrives

    /// Takes what the leader says of who shares the steps.
    mutating func receive(_ plan: TrainingPlan) {
        guard !isLeader, plan.term == term, plan.step > plans.last?.step ?? -1 else { return }
        plans.append(plan)
        forgetOldPlans()
    }

    /// Takes the wish of a process.
    mutating func receive(_ membership: TrainingMembership) {
        guard isLeader, membership.member != member else { return }
        switch membership.wish {
        case .join:
            guard isOpen, !joining.contains(membership.member), !newest.contains(membership.member) else { return }
            joining.append(membership.member)
        case .leave:
            joining.removeAll { $0 == membership.member }
            lost.insert(membership.member)
        }
    }

    /// Takes a piece of a row that another member computed.
    mutating func receive(_ row: TrainingRow) {
        guard row.term == term, row.member != member else { return }
        newcomers.remove(row.member)
        if row.member == newest.first { leaderStep = max(leaderStep, row.step) }
        if !isLeader, admission == nil { step = max(step, row.step - 1) }
        guard row.step >= step, row.step <= step + Self.window else { return }
        var kept = rows[row.step]?[row.shard] ?? Row(pieces: Array(repeating: nil, count: row.pieces))
        guard kept.pieces.indices.contains(row.piece) else { return }
        kept.pieces[row.piece] = row.bytes
        rows[row.step, default: [:]][row.shard] = kept
        forgetOldRows()
    }

    // MARK: The step in hand

    /// Turns to a step, and returns who shares it; nil where the leader has given this member up.
    mutating func begin(_ step: Int) -> [String]? {
        self.step = step
        forgetOldRows()
        forgetOldPlans()
        return newest.contains(member) ? members : nil
    }

    /// Those who share the step in hand; none where it comes before the first plan that a helper knows.
    var members: [String] { plans.last { $0.step <= step }?.members ?? [] }

    /// Whether anybody waits for this member's rows.
    var isShared: Bool { newest.count > 1 }

    /// The shards of the step that a member computes.
    func shards(of member: String, _ count: Int) -> [Int] {
        guard let place = members.firstIndex(of: member) else { return [] }
        return Array(stride(from: place, to: count, by: members.count))
    }

    /// Takes a row of the step that is complete.
    mutating func take(_ shard: Int) -> [UInt8]? {
        guard let row = rows[step]?[shard], row.isComplete else { return nil }
        rows[step]?[shard] = nil
        return row.pieces.count == 1 ? row.pieces[0] : row.pieces.flatMap { $0 ?? [] }
    }

    /// Those of the missing shards whose members will not send them.
    func orphans(_ missing: Set<Int>) -> [Int] {
        let members = members
        return missing.filter { lost.contains(members[$0 % members.count]) }.sorted()
    }

    /// Whether a member of the step is one who has only just been admitted.
    var hasNewcomers: Bool { members.contains { newcomers.contains($0) && !lost.contains($0) } }

    /// Gives up those who owe the missing shards, and returns them.
    mutating func giveUp(owing missing: Set<Int>) -> [String] {
        let members = members
        let silent = Set(missing.map { members[$0 % members.count] }).subtracting([member])
        lost.formUnion(silent)
        return silent.sorted()
    }

    /// The leader is at a later step: all rows of this one that there will be are here.
    var isLeaderPast: Bool { leaderStep > step }

    /// The leader is so far ahead that rows were passed over.
    var isFarBehind: Bool { leaderStep > step + Self.window }

    // MARK: Who shares the next steps

    /// Who shares from the step after `step` on, where that changes: without those who are lost and, where there is a
    /// checkpoint of `step` for them, with those who ask.
    mutating func change(at step: Int, admitting: Bool) -> TrainingPlan? {
        guard let last = plans.last else { return nil }
        var next = last
        next.step = step + 1
        next.members.removeAll(where: lost.contains)
        if admitting {
            let admitted = joining.filter { !lost.contains($0) }
            next.members += admitted
            newcomers.formUnion(admitted)
            joining = []
        }
        guard next.members != last.members else { return nil }
        plans.append(next)
        return next
    }

    /// The plan that admits this helper: from the step before it on it needs the rows.
    var admission: TrainingPlan? { plans.first { $0.members.contains(member) } }

    private var newest: [String] { plans.last?.members ?? [] }

    private mutating func forgetOldRows() {
        for old in rows.keys where old < step { rows[old] = nil }
    }

    private mutating func forgetOldPlans() {
        while plans.count > 1, plans[1].step <= step { plans.removeFirst() }
    }
}
