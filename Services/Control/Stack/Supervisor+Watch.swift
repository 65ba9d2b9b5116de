import Foundation

extension Supervisor {
    /// Looks at what nobody tells of: logs that grow large, processes that hang.
    func look() {
        cutLogs()
        guard !isLooking, !isStopping else { return }
        isLooking = true
        Task {
            defer { isLooking = false }
            await endWhatHangs()
        }
    }

    private func cutLogs() {
        let logs = ["supervisor", postgres?.name, broker?.name].compactMap { $0 } + services.map(\.name)
        for name in logs {
            do {
                try LogFile.rotate("\(options.state)/logs/\(name).log", limit: options.logBytes)
            } catch {
                logger.warning("a log cannot be cut off", ["process": .string(name)], error: error)
            }
        }
    }

    /// A service whose `/health` is silent for too long, or says that its loop stands, is ended; so it is started again.
    ///
    /// PostgreSQL and the broker serve no `/health` and keep data: where one is stopped, it is let go on.
    private func endWhatHangs() async {
        let watched = services.compactMap { process in port(of: process).map { (process: process, port: $0) } }
        let answers = await withTaskGroup(of: (ManagedProcess, Int32, Bool).self) { group in
            for (process, port) in watched where process.pid > 0 {
                let pid = process.pid
                group.addTask { (process, pid, await ServiceProbe.isAlive(port: port)) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        for (process, pid, isAlive) in answers {
            guard let silence = hangs.note(process.name, pid: pid, isAlive: isAlive), process.pid == pid else {
                continue
            }
            logger.error(
                "process hangs and is ended", ["process": .string(process.name), "silence": .string("\(silence)")])
            process.kill()
        }
        for process in [postgres, broker].compactMap({ $0 }) {
            let silence = hangs.note(process.name, pid: process.pid, isAlive: !process.isStopped)
            guard let silence else { continue }
            logger.error(
                "process was stopped and goes on", ["process": .string(process.name), "silence": .string("\(silence)")])
            process.resume()
        }
    }
}
