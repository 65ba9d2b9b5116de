/// The working memory of one caller's gradients, and the threads that work for it.
public final class GradientWorkspace {
    private let team: WorkerTeam
    private let lanes: [GradientLane]

    init(_ model: GradientModel, workers: Int) {
        let team = WorkerTeam(workers: workers)
        self.team = team
        lanes = (0..<team.workers).map { _ in GradientLane(model) }
    }

    func lane(_ index: Int) -> GradientLane { lanes[index] }

    /// Does the work in chunks of examples, each from one of the threads.
    func forEachChunk(_ work: some ChunkedWork) {
        guard work.count > 0 else { return }
        let share = (work.count + lanes.count - 1) / lanes.count
        let size = min(lanes[0].capacity, share)
        team.run(min(lanes.count, (work.count + size - 1) / size), Deal(work: work, lanes: lanes, size: size))
    }

    private struct Deal<Work: ChunkedWork>: TeamWork {
        let work: Work
        let lanes: [GradientLane]
        let size: Int
        private var parts: Int { min(lanes.count, (work.count + size - 1) / size) }

        init(work: Work, lanes: [GradientLane], size: Int) {
            self.work = work
            self.lanes = lanes
            self.size = size
        }

        func work(_ part: Int) {
            for first in stride(from: part * size, to: work.count, by: parts * size) {
                work.work(first..<min(work.count, first + size), lanes[part])
            }
        }
    }
}

/// Work on examples that do not touch each other.
protocol ChunkedWork {
    var count: Int { get }
    func work(_ rows: Range<Int>, _ lane: GradientLane)
}
