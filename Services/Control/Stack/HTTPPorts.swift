import Commands

/// Where the services of a stack serve their metrics: any free port each, or fixed ones that a scraper can be told.
struct HTTPPorts: Sendable, Equatable {
    /// How many ports a stage has to itself where one number stands for all stages.
    static let block = 10
    /// The stages in the order of their blocks.
    static let order = ["ingest", "align", "encode", "infer", "report", "train"]

    /// The first port of each stage that has fixed ones.
    private(set) var first: [String: Int] = [:]

    /// Ports that are not fixed.
    init() {}

    /// Reads `9100`, a block of ten ports a stage from there on, or `align=9200,infer=9300`.
    init(_ text: String) throws {
        if let base = Int(text) {
            guard (1...65535 - Self.order.count * Self.block + 1).contains(base) else {
                throw Self.mistake("\(base) leaves no room for \(Self.order.count * Self.block) ports")
            }
            for (index, stage) in Self.order.enumerated() { first[stage] = base + index * Self.block }
            return
        }
        for (stage, port) in try StageCounts.pairs(text, option: "--http-ports") {
            guard (1...65535).contains(port) else { throw Self.mistake("\(port) is no port") }
            first[stage] = port
        }
    }

    /// The port of the process `number` of a stage; nil for any free one.
    func port(_ stage: String, _ number: Int) throws -> Int? {
        guard let first = first[stage] else { return nil }
        let port = first + number - 1
        guard port <= 65535 else { throw Self.mistake("\(stage)-\(number) would have port \(port)") }
        if let other = self.first.first(where: { $0.key != stage && $0.value > first && $0.value <= port }) {
            throw Self.mistake(
                "\(stage)-\(number) would have port \(port), and those from \(other.value) on are those of \(other.key)"
            )
        }
        return port
    }

    private static func mistake(_ reason: String) -> StartError {
        StartError(.usage, "--http-ports: \(reason); give a first port, such as 9100, or STAGE=PORT,…")
    }
}
