import Foundation
import NeuralNetwork
import ServiceRuntime
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
