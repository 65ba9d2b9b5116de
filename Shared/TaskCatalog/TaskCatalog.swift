import SequenceAnalysis
import Tasks
import VariantCalling

/// The tasks of the suite: to add one is to add its module, and a line here.
public enum TaskCatalog {
    /// Every task.
    public static let all: [any PredictionTask] = [
        VariantTask(),
        SequenceTask(),
    ]

    /// The task of records that name none, as earlier versions of the suite wrote them.
    public static let unnamed: any PredictionTask = VariantTask()

    /// The task of a name.
    public static func task(_ name: String) -> (any PredictionTask)? { all.first { $0.name == name } }

    /// The task of a name whose inputs are records of files.
    public static func itemTask(_ name: String) -> (any ItemTask)? { task(name) as? any ItemTask }

    /// The names of the tasks whose inputs are records of files.
    public static var itemTasks: [String] { all.compactMap { ($0 as? any ItemTask)?.name } }
}
