import Events
import Messaging
import ModelRegistry
import ServiceRuntime
import Storage
import Synchronization
import VariantCalling

/// Holds the version that scores, and exchanges it when `models` tells of another one.
///
/// A batch takes the version once and keeps it to its end, so no batch is scored by two.
final class ModelFollower: Sendable {
    /// A loaded version.
    struct Loaded: Sendable {
        var reference: PredictionBatch.Model
        var model: CallingModel
    }

    private let name: String
    private let registry: ModelRegistry
    private let context: ServiceContext
    private let messaging: MessagingConfiguration
    private let loaded = Mutex<Loaded?>(nil)
    private let swaps: Counter

    init(name: String, registry: ModelRegistry, context: ServiceContext, messaging: MessagingConfiguration) {
        self.name = name
        self.registry = registry
        self.context = context
        self.messaging = messaging
        swaps = context.metrics.counter("helicase_model_swaps_total", "Versions of the model that were loaded.")
    }

    /// The version that scores now; nil before one is promoted.
    var current: Loaded? { loaded.withLock { $0 } }

    /// Loads the production version, and waits for one where none is promoted.
    func loadFirst() async throws {
        var backoff = Backoff()
        while current == nil {
            try Task.checkCancellation()
            try await reload()
            if current == nil {
                context.health.set(
                    "model", ready: false, reason: "no version of \(name) is promoted: `helicase models promote`")
                try await Task.sleep(for: backoff.next())
            }
        }
    }

    /// Reads `models` to the end of time.
    ///
    /// A lost broker is waited for.
    func follow() async throws {
        var backoff = Backoff()
        while !Task.isCancelled {
            do {
                let reader = try TopicReader(messaging, topic: Topics.models, from: .beginning)
                defer { reader.close() }
                while !Task.isCancelled {
                    let record = try await reader.next()
                    guard let value = record.value, let event = try? EventCoding.decode(ModelEvent.self, from: value),
                        event.name == name, event.state == .production
                    else { continue }
                    try await reload()
                }
            } catch is CancellationError {
                return
            } catch {
                context.logger.warning("infer.models.retry", error: error)
                try? await Task.sleep(for: backoff.next())
            }
        }
    }

    private func reload() async throws {
        guard let version = try await registry.production(of: name) else { return }
        let reference = PredictionBatch.Model(name: name, version: version.version, digest: version.digest)
        if current?.reference == reference { return }
        do {
            let package = try await registry.package(name, version: version.version)
            let model = try CallingModel(package)
            loaded.withLock { $0 = Loaded(reference: reference, model: model) }
        } catch let error as CallingModelError {
            // The version in use goes on scoring; one that does not fit must not stop it.
            context.logger.error("infer.model.refused", ["model": .string(version.label)], error: error)
            return
        }
        swaps.increment()
        context.health.set("model", ready: true, reason: version.label)
        context.logger.notice(
            "infer.model.loaded", ["model": .string(version.label), "digest": .string(version.digest)])
    }
}
