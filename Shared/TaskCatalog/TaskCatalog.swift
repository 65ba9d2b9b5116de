import Drugs
import GeneExpression
import SequenceAnalysis
import Tasks
import VariantCalling

/// The tasks that a process knows.
public struct TaskCatalog: Sendable {
    /// The tasks of the suite: to add one is to add its module, and a line here.
    public static let suite = TaskCatalog([
        VariantTask(),
        SequenceTask(),
        ExpressionTask(),
        PropertyTask(),
        AffinityTask(),
        ResponseTask(),
    ])

    /// The task of records that name none, as earlier versions of the suite wrote them.
    public static let unnamed: any PredictionTask = VariantTask()

    /// Every task.
    public let all: [any PredictionTask]

    /// Makes a list of tasks, whose names differ.
    public init(_ all: [any PredictionTask]) { self.all = all }

    /// The task of a name.
    public func task(_ name: String) -> (any PredictionTask)? { all.first { $0.name == name } }

    /// The task of a name whose inputs are records of files.
    public func itemTask(_ name: String) -> (any ItemTask)? { task(name) as? any ItemTask }

    /// The names of the tasks whose inputs are records of files.
    public var itemTasks: [String] { all.compactMap { ($0 as? any ItemTask)?.name } }
}
