import Foundation
import ModelRegistry
import NeuralNetwork
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
            _ = try VariantTask().model(package)
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
        let successor = task(of: package)
        if let task = task(of: current) {
            guard successor?.name == task.name else {
                throw ControlError(
                    "\(label) is no version of \(name): \(production.label) is a model of the task \(task.name), and it is not"
                )
            }
            guard Outcome(package) == Outcome(current) else {
                throw ControlError(
                    "\(label) is no version of \(name): it says \(package.labels.joined(separator: ", ")), and \(production.label) "
                        + "says \(current.labels.joined(separator: ", ")); import it under another name")
            }
        }
    }

    /// The task of which a network is one; nil where no service scores with it.
    static func task(of package: ModelPackage) -> (any PredictionTask)? {
        TaskCatalog.suite.all.first { task in
            (try? task.check(
                package.architecture, labels: package.labels, featureVersion: package.featureVersion)) != nil
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

    /// Throws unless a service scores with versions such as this one, so that a trial of it could ever end.
    static func checkServed(_ package: ModelPackage, of label: String, named name: String) throws {
        try check(package, of: label, named: name)
        guard task(of: package) == nil else { return }
        throw ControlError(
            "no service scores with \(label), whose inputs are those of no task, so a trial of it would never end. Compare versions "
                + "of \(name) with `helicase models evaluate`")
    }
}
