import Events
import Testing

@testable import helicase_train

/// What the members of a shared training know, message by message.
@Suite("The board of shared steps")
struct StepBoardTests {
    private static let job = Identifier()

    private func row(
        _ member: String, step: Int, shard: Int, piece: Int = 0, of pieces: Int = 1, term: Int = 1
    ) -> TrainingRow {
        TrainingRow(
            job: Self.job, term: term, step: step, shard: shard, piece: piece, pieces: pieces, member: member,
            bytes: [UInt8(shard), UInt8(piece)])
    }

    private func leader(at step: Int = 0) -> StepBoard {
        StepBoard(leader: "leader", of: Self.job, term: 1, step: step)
    }

    /// A leader at step 11 and a helper that it admitted at the checkpoint of 10.
    private func pair() throws -> (leader: StepBoard, helper: StepBoard) {
        var leader = leader(at: 9)
        var helper = StepBoard(helper: "helper", term: 1)
        _ = leader.begin(9)
        leader.receive(TrainingMembership(job: Self.job, member: "helper", wish: .join))
        let plan = leader.change(at: 10, admitting: true)
        helper.receive(try #require(plan))
        _ = leader.begin(11)
        _ = helper.begin(11)
        return (leader, helper)
    }

    @Test("A leader alone computes everything and tells nobody")
    func alone() {
        var board = leader()
        #expect(board.begin(0) == ["leader"])
        #expect(board.shards(of: "leader", 3) == [0, 1, 2])
        #expect(!board.isShared)
        #expect(board.change(at: 1, admitting: false) == nil)
    }

    @Test("Who asks is admitted with a checkpoint only, and from the step after it on")
    func admission() throws {
        var board = leader(at: 9)
        _ = board.begin(9)
        board.receive(TrainingMembership(job: Self.job, member: "helper", wish: .join))
        board.receive(TrainingMembership(job: Self.job, member: "helper", wish: .join))
        #expect(board.joining == ["helper"])
        #expect(board.change(at: 10, admitting: false) == nil)
        let plan = board.change(at: 10, admitting: true)
        #expect(plan == TrainingPlan(job: Self.job, term: 1, step: 11, members: ["leader", "helper"]))
        // The step before is the leader's alone, and its rows are sent, for the helper needs them.
        _ = board.begin(10)
        #expect(board.shards(of: "leader", 3) == [0, 1, 2])
        #expect(board.isShared)
        _ = board.begin(11)
        #expect(board.shards(of: "leader", 3) == [0, 2])
        #expect(board.shards(of: "helper", 3) == [1])
    }

    @Test("A helper keeps the rows that come before its plan and that it will need")
    func rowsBeforeThePlan() {
        var helper = StepBoard(helper: "helper", term: 1)
        for step in 0...500 { helper.receive(row("other", step: step, shard: 0)) }
        helper.receive(TrainingPlan(job: Self.job, term: 1, step: 501, members: ["leader", "other", "helper"]))
        #expect(helper.admission?.step == 501)
        #expect(helper.begin(500) == [])
        #expect(helper.shards(of: "helper", 8) == [])
        #expect(helper.take(0) == [0, 0])
        #expect(helper.begin(501) == ["leader", "other", "helper"])
    }

    @Test("A row counts when all its pieces are there, in any order and however often they come")
    func pieces() throws {
        var board = try pair().leader
        for piece in [2, 0, 2] { board.receive(row("helper", step: 11, shard: 1, piece: piece, of: 3)) }
        #expect(board.take(1) == nil)
        board.receive(row("helper", step: 11, shard: 1, piece: 1, of: 3))
        #expect(board.take(1) == [1, 0, 1, 1, 1, 2])
        #expect(board.take(1) == nil)
    }

    @Test("Rows and plans of another term, of one's own and of steps far away are passed over")
    func strangers() throws {
        var (leader, helper) = try pair()
        leader.receive(row("helper", step: 11, shard: 0, term: 2))
        leader.receive(row("leader", step: 11, shard: 0))
        leader.receive(row("helper", step: 10, shard: 0))
        leader.receive(row("helper", step: 12 + StepBoard.window, shard: 0))
        #expect(leader.take(0) == nil)
        helper.receive(TrainingPlan(job: Self.job, term: 2, step: 20, members: ["usurper"]))
        #expect(helper.begin(20) == ["leader", "helper"])
    }

    @Test("The leader takes over the shards of those who are silent, at once where it knows of them")
    func silence() throws {
        var (leader, helper) = try pair()
        #expect(leader.orphans([1]) == [])
        #expect(leader.giveUp(owing: [1]) == ["helper"])
        #expect(leader.orphans([1]) == [1])
        // The change holds from the step after the next; until then the leader fills in.
        let change = leader.change(at: 12, admitting: false)
        let plan = try #require(change)
        #expect(plan == TrainingPlan(job: Self.job, term: 1, step: 13, members: ["leader"]))
        _ = leader.begin(12)
        #expect(leader.shards(of: "leader", 2) == [0])
        #expect(leader.orphans([1]) == [1])
        _ = leader.begin(13)
        #expect(leader.shards(of: "leader", 2) == [0, 1])
        // The helper learns that it was given up.
        helper.receive(plan)
        #expect(helper.begin(12) == nil)
    }

    @Test("Who leaves is replaced like one who is silent")
    func leaving() throws {
        var leader = try pair().leader
        leader.receive(TrainingMembership(job: Self.job, member: "helper", wish: .leave))
        #expect(leader.orphans([1]) == [1])
        #expect(leader.change(at: 12, admitting: false)?.members == ["leader"])
    }

    @Test("A helper sees that its leader is ahead, and that it is too far ahead")
    func behind() throws {
        var helper = try pair().helper
        helper.receive(row("leader", step: 11, shard: 0))
        #expect(!helper.isLeaderPast)
        helper.receive(row("leader", step: 12, shard: 0))
        #expect(helper.isLeaderPast && !helper.isFarBehind)
        helper.receive(row("leader", step: 12 + StepBoard.window, shard: 0))
        #expect(helper.isFarBehind)
    }

    @Test("Nobody is admitted where a step's rows do not fit the broker")
    func closed() {
        var board = leader()
        board.isOpen = false
        board.receive(TrainingMembership(job: Self.job, member: "helper", wish: .join))
        #expect(board.joining.isEmpty)
    }
}
