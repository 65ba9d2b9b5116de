import Foundation

/// What Prometheus needs to find the services of a stack: its configuration, and the targets that it reads again whenever
/// they change.
struct ScrapeFiles {
    private struct Group: Encodable {
        var targets: [String]
        var labels: [String: String]
    }

    private let folder: String

    init(state folder: String) { self.folder = folder }

    /// The configuration: `prometheus --config.file` takes it.
    var configuration: String { folder + "/prometheus.yml" }
    private var targets: String { folder + "/prometheus-targets.json" }

    /// Writes both files; the targets are replaced in one step.
    func write(_ members: [StackState.Member]) throws {
        let groups = members.compactMap { member in
            member.httpPort.map { port in
                Group(
                    targets: ["127.0.0.1:\(port)"],
                    labels: [
                        "service": member.name.split(separator: "-").dropLast().joined(separator: "-"),
                        "process": member.name,
                    ])
            }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try PrivateFile.write(encoder.encode(groups), to: targets)
        let text = """
            # Written by the stack's supervisor: prometheus --config.file=\(configuration)
            scrape_configs:
              - job_name: helicase
                scrape_interval: 5s
                file_sd_configs:
                  - files: ['prometheus-targets.json']

            """
        try PrivateFile.write(Array(text.utf8), to: configuration)
    }
}
