import Foundation
import ModelRegistry
import NeuralNetwork
import ServiceRuntime
import TaskCatalog
import Tasks
import VariantCalling

/// The models that a service scores with, each with what its versions must be.
enum ServedModels {
    /// The names that `infer` processes score with: the suite's own, and the one that the configuration names instead.
    static var names: [String] {
        let configured = ProcessInfo.processInfo.environment["HELICASE_INFER_MODEL"] ?? ""
        return [CallingModel.name] + (configured.isEmpty || configured == CallingModel.name ? [] : [configured])
    }

    /// Throws unless the package could score under this name, exactly as the service would refuse it.
    static func check(_ package: ModelPackage, of label: String, named name: String) throws {
        guard names.contains(name) else { return }
        do {
            _ = try CallingModel(package)
        } catch {
            throw ControlError("\(label) is no version of \(name): \(error)")
        }
    }

    /// Throws where runs that name this model could not be scored any more: the package is of another task than the version in
    /// production, or says other things.
    static func checkSuccessor(
        _ package: ModelPackage, of label: String, named name: String, _ registry: ModelRegistry
    ) async throws {
        try check(package, of: label, named: name)
        guard let production = try await registry.production(of: name),
            let current = try? await registry.package(name, version: production.version)
        else { return }
        func fits(_ task: any PredictionTask, _ package: ModelPackage) -> Bool {
            let (architecture, features) = (package.architecture, package.featureVersion)
            return (try? task.check(architecture, labels: package.labels, featureVersion: features)) != nil
        }
        for task in TaskCatalog.all where fits(task, current) {
            guard fits(task, package) else {
                throw ControlError(
                    "\(label) is no version of \(name): \(production.label) is a model of the task \(task.name), and it is not"
                )
            }
            guard package.labels == current.labels else {
                throw ControlError(
                    "\(label) is no version of \(name): it says \(package.labels.joined(separator: ", ")), and \(production.label) "
                        + "says \(current.labels.joined(separator: ", ")); import it under another name")
            }
        }
    }

    /// Throws unless a network of this description could score under this name, before it is trained.
    static func check(_ architecture: Architecture, labels: [String], features: String, named name: String) throws {
        guard names.contains(name) else { return }
        do {
            try CallingModel.check(architecture, labels: labels, featureVersion: features)
        } catch {
            throw ControlError(
                "a network of this architecture is no version of \(name): \(error); choose another --model")
        }
    }

    /// Throws unless a service scores with versions of the model, so that a trial of one could ever end.
    static func checkServed(_ name: String) throws {
        guard !names.contains(name) else { return }
        throw ControlError(
            "no service scores with \(name), so a trial of it would never end; \(names.joined(separator: ", ")) can be "
                + "tried (HELICASE_INFER_MODEL names another). Compare versions of \(name) with `helicase models evaluate`"
        )
    }
}
