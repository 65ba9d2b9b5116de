import Commands
import Events
import Foundation
import Messaging
import Observability
import Runs
import Storage

/// Starts a stack's processes in order, starts again what dies, and stops them in reverse.
actor Supervisor {
    /// What the supervisor reacts to.
    enum Event: Sendable {
        case exited(ManagedProcess)
        case asked
        case tick
    }

    let options: Options
    private let environment: [String: String]
    let logger: Logger
    let control: StackControl
    private(set) var record: StackState
    private(set) var postgres: ManagedProcess?
    private(set) var broker: ManagedProcess?
    private var embedded: EmbeddedBrokerProcess?
    var services: [ManagedProcess] = []
    private var ports: [String: Int] = [:]
    private(set) var isStopping = false
    /// The embedded broker is being replaced: services are not started again one by one.
    private(set) var isReplacing = false
    /// Wishes are met one after another.
    var isMeetingWishes = false
    var hangs: HangWatch
    var isLooking = false
    private let events: AsyncStream<Event>
    private let happened: AsyncStream<Event>.Continuation

    init(_ options: Options, environment: [String: String], logger: Logger) {
        self.options = options
        self.environment = environment
        self.logger = logger
        control = StackControl(state: options.state)
        hangs = HangWatch(limit: options.hangLimit)
        (events, happened) = AsyncStream.makeStream()
        let known = StackState.load(from: options.state)
        record = StackState(
            id: known?.id ?? String(UUID().uuidString.prefix(8).lowercased()), supervisor: getpid(),
            broker: .external, kafka: "", topicPrefix: options.topicPrefix, partitions: options.partitions,
            database: "")
        record.processes = options.processes
    }

    /// From now on SIGHUP says that there is a wish in the state folder; until the source is cancelled.
    nonisolated func listenForWishes() -> any DispatchSourceSignal {
        signal(SIGHUP, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: .global())
        source.setEventHandler { [happened] in happened.yield(.asked) }
        source.resume()
        return source
    }

    /// Brings the stack up, keeps it up until the task is cancelled, and takes it down.
    func run() async throws {
        do {
            try await bringUp()
        } catch {
            record.failure = ErrorText.sentence(error)
            try? record.save(to: options.state)
            await takeDown()
            throw error
        }
        record.isReady = true
        try save()
        logger.notice("stack is up", ["kafka": .string(record.kafka), "processes": .integer(services.count)])
        let clock = DispatchSource.makeTimerSource(queue: .global())
        clock.schedule(deadline: .now() + 1, repeating: 1)
        clock.setEventHandler { [happened] in happened.yield(.tick) }
        clock.resume()
        defer { clock.cancel() }
        await withTaskCancellationHandler {
            for await event in events {
                if Task.isCancelled { break }
                switch event {
                case .exited(let process): await restart(process)
                case .asked: meetWishes()
                case .tick: look()
                }
            }
        } onCancel: {
            happened.finish()
        }
        await takeDown()
    }

    // Up, in order.

    private func bringUp() async throws {
        try StackFolder.prepare(options.state)
        try control.open()
        try checkPorts()
        try save()
        try await startDatabase()
        try await startBroker()
        try await StackSetUp(
            kafka: record.kafka, topicPrefix: options.topicPrefix, database: record.database,
            environment: environment, partitions: record.partitions, logger: logger
        ).run()
        for stage in StackSetUp.stages {
            for number in 1...max(1, options.processes[stage] ?? 1) where options.processes[stage] != 0 {
                try startService(stage, number)
            }
        }
        try save()
    }

    private func startDatabase() async throws {
        if let url = options.database {
            record.database = url
            let database = Database(try DatabaseConfiguration(environment: ["HELICASE_DATABASE": url]))
            do {
                try await database.waitUntilReachable(deadline: .seconds(30))
            } catch {
                throw ControlError(
                    "the database \(DatabaseConfiguration(url: url)) does not answer: \(error); check --database or "
                        + "HELICASE_DATABASE, and that it runs")
            }
            return await database.close()
        }
        logger.notice("PostgreSQL starts")
        let cluster = try PostgresCluster(state: options.state)
        let process = ManagedProcess(
            name: "postgres", log: options.state + "/logs/postgres.log",
            launch: cluster.launch(environment: environment))
        postgres = process
        record.database = cluster.url
        try process.start(onExit: onExit)
        try await process.whileRunning { try await cluster.provision() }
    }

    private func startBroker() async throws {
        if let kafka = options.kafka {
            record.broker = .external
            record.kafka = kafka
        } else if let home = environment["KAFKA_HOME"], !home.isEmpty {
            logger.notice("Apache Kafka starts", ["home": .string(home)])
            let node = try KafkaNode(home: home, state: options.state)
            record.broker = .apacheKafka
            record.kafka = node.address
            let process = ManagedProcess(
                name: "kafka", log: options.state + "/logs/kafka.log", launch: node.launch(environment: environment))
            broker = process
            try process.start(onExit: onExit)
        } else {
            try await startEmbeddedBroker()
        }
        var reachable = environment
        reachable["HELICASE_KAFKA"] = record.kafka
        let messaging = try MessagingConfiguration(environment: reachable)
        let wait: @Sendable () async throws -> Void = {
            try await Admin.waitUntilReachable(messaging, deadline: .now + .seconds(60))
        }
        do {
            if let broker { try await broker.whileRunning(wait) } else { try await wait() }
        } catch let error as MessagingError {
            let origin = options.kafka == nil ? "" : "; check --kafka or HELICASE_KAFKA, and that it runs"
            throw ControlError("the broker at \(record.kafka) does not answer: \(error)\(origin)")
        }
    }

    private func startEmbeddedBroker() async throws {
        logger.notice("the embedded broker starts: it keeps everything in memory and is for trying the suite out")
        let process = EmbeddedBrokerProcess(state: options.state, topicPrefix: options.topicPrefix)
        embedded = process
        record.broker = .embedded
        record.partitions = EmbeddedBrokerProcess.partitions
        broker = process.managed
        record.kafka = try await process.start(onExit: onExit)
    }

    private func service(_ stage: String, name: String) -> ManagedProcess {
        var environment = environment
        environment["HELICASE_KAFKA"] = record.kafka
        environment["HELICASE_TOPIC_PREFIX"] = options.topicPrefix
        environment["HELICASE_DATABASE"] = record.database
        environment["HELICASE_STATE"] = options.state
        environment["HELICASE_INSTANCE"] = "\(record.id)-\(name)"
        environment["HELICASE_HTTP_PORT"] = String(ports[name] ?? 0)
        return ManagedProcess(
            name: name, log: "\(options.state)/logs/\(name).log",
            launch: .init(
                executable: Executables.path(of: "helicase-\(stage)"), environment: environment, folder: options.state))
    }

    /// Before anything is started: a port that is taken keeps the stack from coming up.
    private func checkPorts() throws {
        for stage in StackSetUp.stages {
            for number in 1...max(1, options.processes[stage] ?? 1) where options.processes[stage] != 0 {
                guard let port = try options.ports.port(stage, number), !FreePort.isFree(port) else { continue }
                throw takenPort(port, "\(stage)-\(number)")
            }
        }
    }

    private func takenPort(_ port: Int, _ name: String) -> ControlError {
        ControlError(
            "another program listens on port \(port), which --http-ports gives to \(name): end it, or choose others")
    }

    /// Where a service serves `/health`.
    func port(of process: ManagedProcess) -> Int? { ports[process.name] }

    /// Starts the process `number` of a stage, on its fixed port or any.
    func startService(_ stage: String, _ number: Int) throws {
        let name = "\(stage)-\(number)"
        if let port = try options.ports.port(stage, number) {
            guard FreePort.isFree(port) else { throw takenPort(port, name) }
            ports[name] = port
        } else if ports[name].map(FreePort.isFree) != true {
            ports[name] = try unusedPort()
        }
        try start(service(stage, name: name))
    }

    /// A port that is free and no other service's: one that only starts does not listen yet.
    private func unusedPort() throws -> Int {
        while true {
            let port = try FreePort.find()
            if !ports.values.contains(port) { return port }
        }
    }

    /// Gives a service another port where something else listens on its own; one that was asked for stays.
    private func movePort(of process: ManagedProcess) throws {
        let parts = process.name.split(separator: "-")
        guard let port = ports[process.name], !FreePort.isFree(port), parts.count == 2, let number = Int(parts[1]),
            try options.ports.port(String(parts[0]), number) == nil
        else { return }
        let free = try unusedPort()
        ports[process.name] = free
        process.set("HELICASE_HTTP_PORT", to: String(free))
    }

    private func start(_ process: ManagedProcess) throws {
        try process.start(onExit: onExit)
        services.append(process)
    }

    private nonisolated var onExit: @Sendable (ManagedProcess) -> Void {
        { [happened] process in happened.yield(.exited(process)) }
    }

    // What dies is started again.

    private func restart(_ process: ManagedProcess) async {
        guard !isStopping, isOurs(process) else { return }
        logger.warning(
            "process ended and is started again",
            ["process": .string(process.name), "restarts": .integer(process.restarts + 1)])
        // A process that dies at once is tried less and less often.
        let isShortLived = Date().timeIntervalSince(process.startedAt) < 5
        let wait: Duration = isShortLived ? min(.seconds(10), .milliseconds(250 * (1 + process.restarts))) : .zero
        Task {
            try? await Task.sleep(for: wait)
            await startAgain(process)
        }
    }

    private func startAgain(_ process: ManagedProcess) async {
        guard !isStopping, process.pid == 0 else { return }
        do {
            if embedded != nil, process.name == broker?.name {
                // An attempt that failed half-way has another process in the broker's place, which does not run.
                if broker?.pid == 0 { try await replaceEmbeddedBroker() }
            } else if isReplacing {
                return
            } else if isOurs(process) {
                try movePort(of: process)
                try process.start(onExit: onExit)
            }
            try save()
        } catch {
            logger.error("process cannot be started again", ["process": .string(process.name)], error: error)
            happened.yield(.exited(process))
        }
    }

    /// Whether it is part of the stack still, and not one that was given up.
    private func isOurs(_ process: ManagedProcess) -> Bool {
        process === postgres || process === broker || services.contains { $0 === process }
    }

    /// An embedded broker comes back empty and elsewhere: what was in it is lost, so open runs end with a word about it,
    /// and every service is started against the new address.
    private func replaceEmbeddedBroker() async throws {
        isReplacing = true
        defer { isReplacing = false }
        // The list stays until its successors run, so that an attempt that fails is made again with all of them.
        let stale = services
        for process in stale { await process.stop(grace: .seconds(2)) }
        try await startEmbeddedBroker()
        if isStopping {
            await broker?.stop(grace: .seconds(5))
            return
        }
        // Told where the new broker is before the runs end: whoever starts one again finds it.
        try save()
        let database = Database(try DatabaseConfiguration(environment: ["HELICASE_DATABASE": record.database]))
        try await RunFailure.failOpenRuns(
            reason: "the embedded broker stopped and came back empty; run the sample again", in: database)
        await database.close()
        logger.error("the embedded broker stopped: its records are lost, open runs are given up")
        services = []
        for process in stale {
            let stage = String(process.name.split(separator: "-")[0])
            try start(service(stage, name: process.name))
        }
    }

    // Down, in reverse.

    private func takeDown() async {
        isStopping = true
        happened.finish()
        logger.notice("stack goes down")
        await withTaskGroup(of: Void.self) { group in
            for process in services { group.addTask { await process.stop(grace: .seconds(30)) } }
        }
        await broker?.stop(grace: .seconds(20))
        // SIGINT is PostgreSQL's fast shutdown: clients are disconnected, nothing is lost.
        await postgres?.stop(signal: SIGINT, grace: .seconds(20))
        record.members = []
        record.isReady = false
        record.supervisor = 0
        try? record.save(to: options.state)
    }

    /// Notes how many processes of some stages are wished for.
    func remember(_ counts: [String: Int]) throws {
        record.processes = (record.processes ?? [:]).merging(counts) { $1 }
        try save()
    }

    func save() throws {
        record.members = ([postgres, broker].compactMap { $0 } + services).map { process in
            StackState.Member(
                name: process.name, pid: process.pid, restarts: process.restarts, startedAt: process.startedAt,
                httpPort: ports[process.name], log: process.log)
        }
        try record.save(to: options.state)
        try ScrapeFiles(state: options.state).write(record.members)
    }
}
