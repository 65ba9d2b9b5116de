extension TraceContext {
    /// Runs `body` in a child span and logs its duration at debug level, whether it returns or throws.
    public func span<Result, Failure: Error>(
        _ name: String, logger: Logger, metadata: [String: LogValue] = [:],
        isolation: isolated (any Actor)? = #isolation,
        _ body: (TraceContext) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        let child = child()
        let start = ContinuousClock.now
        do {
            let result = try await body(child)
            child.log(name, logger, metadata, parent: self, start: start, error: nil)
            return result
        } catch {
            child.log(name, logger, metadata, parent: self, start: start, error: error)
            throw error
        }
    }

    private func log(
        _ name: String, _ logger: Logger, _ metadata: [String: LogValue], parent: TraceContext,
        start: ContinuousClock.Instant, error: (any Error)?
    ) {
        guard logger.level <= .debug else { return }
        let span: [String: LogValue] = [
            "span.name": .string(name), "span.id": .string(spanIDText), "span.parent": .string(parent.spanIDText),
            "trace.id": .string(traceIDText), "span.duration.seconds": .seconds(.now - start),
        ]
        logger.debug("span", span.merging(metadata) { own, _ in own }, error: error)
    }
}
