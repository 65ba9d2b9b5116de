import Commands
import Foundation

extension Supervisor {
    /// Meets what was asked for, one wish after another, while processes go on being started again.
    func meetWishes() {
        guard !isMeetingWishes else { return }
        isMeetingWishes = true
        Task {
            defer { isMeetingWishes = false }
            // What comes while one is met is found by the next look.
            while case let wishes = control.take(), !wishes.isEmpty, !isStopping {
                for (id, wish) in wishes { await answer(id, wish) }
            }
        }
    }

    private func answer(_ id: String, _ wish: StackControl.Wish?) async {
        let answer: StackControl.Answer
        do {
            guard !isReplacing else { throw ControlError("the embedded broker is being replaced; ask again") }
            switch wish {
            case .scale(let counts): answer = .init(message: try await scale(counts), isDone: true)
            case .restart(let name): answer = .init(message: try await restart(named: name), isDone: true)
            case nil: throw ControlError("the supervisor is of another version and does not know this wish")
            }
        } catch {
            answer = .init(message: ErrorText.sentence(error), isDone: false)
        }
        logger.notice("asked", ["answer": .string(answer.message), "done": .string("\(answer.isDone)")])
        do {
            try control.answer(id, answer)
        } catch {
            logger.error("the answer cannot be written", error: error)
        }
    }

    /// Starts and ends processes until there are so many of each named stage.
    private func scale(_ counts: [String: Int]) async throws -> String {
        for (stage, count) in counts {
            guard StackSetUp.stages.contains(stage), StageCounts.range.contains(count) else {
                throw ControlError("\(stage)=\(count) cannot be had")
            }
            if count > 0 { _ = try options.ports.port(stage, count) }
        }
        var changes: [String] = []
        for (stage, count) in counts.sorted(by: { $0.key < $1.key }) {
            let present = services.filter { $0.stage == stage }
            let surplus = present.filter { $0.number > count }
            // Given up before they end: nobody starts them again.
            services.removeAll { process in surplus.contains { $0 === process } }
            await withTaskGroup(of: Void.self) { group in
                for process in surplus { group.addTask { await process.stop(grace: .seconds(30)) } }
            }
            let numbers = Set(present.map(\.number))
            let missing = count == 0 ? [] : (1...count).filter { !numbers.contains($0) }
            for number in missing { try startService(stage, number) }
            changes += missing.map { "\(stage)-\($0) starts" } + surplus.map { "\($0.name) has ended" }
            try remember([stage: count])
        }
        return changes.isEmpty ? "Nothing had to change." : changes.joined(separator: ", ") + "."
    }

    /// Ends a process, or all of a stage; what ends is started again.
    private func restart(named name: String) async throws -> String {
        let chosen = services.filter { $0.name == name || $0.stage == name }
        guard !chosen.isEmpty else {
            if [postgres, broker].contains(where: { $0?.name == name }) {
                throw ControlError("\(name) keeps the stack's data: `helicase stack down` and `up` start it again")
            }
            throw ControlError(
                "the stack has no process and no stage \(name); there are "
                    + services.map(\.name).sorted().joined(separator: ", "))
        }
        for process in chosen {
            let old = process.pid
            await process.stop(grace: .seconds(30))
            let deadline = ContinuousClock.now + .seconds(30)
            while process.pid == 0 || process.pid == old {
                guard ContinuousClock.now < deadline, !isStopping else {
                    throw ControlError(
                        "\(process.name) has ended and does not start: \(LogFile.complaint(process.log))")
                }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        return chosen.map { "\($0.name) is started again as process \($0.pid)" }.joined(separator: ", ") + "."
    }
}

extension ManagedProcess {
    /// `align` of `align-2`.
    var stage: String { name.split(separator: "-").dropLast().joined(separator: "-") }
    /// 2 of `align-2`.
    var number: Int { name.split(separator: "-").last.flatMap { Int($0) } ?? 0 }
}
