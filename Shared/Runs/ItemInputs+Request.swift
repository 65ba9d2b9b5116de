import Events
import Genomics
import Tasks

extension ItemInputs {
    /// The inputs of a request, with its reference where it names one.
    public init(_ request: IngestRequest, reference: ReferenceGenome?) {
        let files = (request.task?.files ?? []).map { ($0.name, $0.path) }
        self.init(
            paths: request.inputs.map(\.path), options: (request.task?.options ?? [:]).merging(files) { $1 },
            tracks: (request.task?.tracks ?? []).map { ItemTrack(name: $0.name, path: $0.path) }, reference: reference)
    }
}

extension TaskRequest {
    /// The model as it was asked for: `name`, or `name@version`.
    public var modelLabel: String { version.map { "\(model)@\($0)" } ?? model }
}
