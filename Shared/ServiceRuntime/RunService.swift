import Commands
import Foundation
import Observability

/// Runs a service from its `@main` to the end of the process.
///
/// Parses the configuration, answers `--help` and `--version`, starts the HTTP server and runs `body`, whose task the
/// first SIGTERM or SIGINT cancels: it finishes the unit in hand, or throws `CancellationError`, and the process ends
/// with status 0. An error ends it with 1, a mistake in the configuration with 2, each with one line on standard error.
/// `arguments` are without the program's name. `summary`, `consumes` and `produces` are for `--help`.
public func runService(
    name: String, summary: String = "", consumes: [String] = [], produces: [String] = [],
    keys: [Configuration.Key] = [], arguments: [String] = Array(CommandLine.arguments.dropFirst()),
    environment: [String: String] = ProcessInfo.processInfo.environment,
    _ body: @escaping @Sendable (ServiceContext) async throws -> Void
) async -> Never {
    let flags = arguments.prefix { $0 != "--" }
    if flags.contains("--help") || flags.contains("-h") {
        CommandLineExit(.success, serviceHelp(name, summary, consumes, produces, keys)).exit()
    }
    if flags.contains("--version") {
        CommandLineExit(.success, "helicase-\(name) \(BuildInformation.version)\n").exit()
    }
    do {
        let context = try ServiceContext(name: name, keys: keys, arguments: arguments, environment: environment)
        exit(try await run(context, body).rawValue)
    } catch let error as StartError {
        let hint = error.exitStatus == .usage ? "\nSee `helicase-\(name) --help`." : ""
        CommandLineExit(error.exitStatus, "helicase-\(name): \(error)\(hint)\n").exit()
    } catch {
        CommandLineExit(.failure, "helicase-\(name): \(ErrorText.sentence(error))\n").exit()
    }
}

/// Runs a service whose context is made; throws only what keeps it from starting.
func run(
    _ context: ServiceContext, _ body: @escaping @Sendable (ServiceContext) async throws -> Void
) async throws -> ExitStatus {
    let logger = context.logger
    let address = try context.configuration.string("http-address")
    let timeout = try context.configuration.duration("shutdown-timeout")
    try context.http.start()
    logger.notice(
        "service starts",
        [
            "service.version": .string(BuildInformation.version), "service.instance": .string(context.instance),
            "http.address": .string(address),
            "http.port": .integer(context.http.port),
        ])
    for setting in context.configuration.redacted {
        logger.debug(
            "setting",
            [
                "setting.name": .string(setting.name), "setting.value": .string(setting.value),
                "setting.origin": .string("\(setting.origin)"),
            ])
    }
    for line in context.configuration.unclaimedLines {
        logger.notice("line of the configuration file is not used here", ["configuration.line": .string(line)])
    }

    let failure = await untilShutdown(context, timeout: timeout) { try await body(context) }
    context.health.set("service", ready: false, reason: "stopping")
    context.http.stop()
    if let failure, !(failure is CancellationError && context.shutdown.isRequested) {
        logger.error("service failed", error: failure)
        return (failure as? StartError)?.exitStatus ?? .failure
    }
    logger.notice("service stops")
    return .success
}

/// Runs `body`, cancels it when stopping is asked for, and says what it threw.
private func untilShutdown(
    _ context: ServiceContext, timeout: Duration, _ body: @escaping @Sendable () async throws -> Void
) async -> (any Error)? {
    enum Event: Sendable {
        case signal
        case end((any Error)?)
    }
    return await withTaskGroup(of: Event.self) { group in
        group.addTask {
            do {
                try await body()
                return .end(nil)
            } catch {
                return .end(error)
            }
        }
        group.addTask {
            await context.shutdown.wait()
            return .signal
        }
        var failure: (any Error)?
        while let event = await group.next() {
            switch event {
            case .signal where context.shutdown.isRequested:
                context.logger.notice("stop requested, the unit in hand is finished first")
                context.health.set("service", ready: false, reason: "stopping")
                exitUnlessStopped(within: timeout, context.logger)
            case .signal: break
            case .end(let error): failure = error
            }
            group.cancelAll()
        }
        return failure
    }
}

/// On a dispatch queue, so that it works however busy Swift's thread pool is.
private func exitUnlessStopped(within timeout: Duration, _ logger: Logger) {
    DispatchQueue.global().asyncAfter(deadline: .now() + (timeout / .seconds(1))) {
        logger.error("the unit in hand is not finished in time, it will be done again after the restart")
        _exit(ExitStatus.failure.rawValue)
    }
}
