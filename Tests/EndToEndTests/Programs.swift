import Foundation
import Genomics
import NeuralNetwork
import VariantCalling

/// The programs of the suite: those in `HELICASE_BIN`, or those that were built with the tests.
enum Programs {
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["HELICASE_BIN"] { return URL(filePath: path) }
        return URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
    }()

    /// The path of a program.
    static func path(_ name: String) -> String { folder.appending(path: name).path }

    /// Makes sure that the programs are there; throws a message that says what to do.
    static func prepare() async throws {
        guard FileManager.default.isExecutableFile(atPath: path("helicase")) else {
            throw StackError("there is no helicase in \(folder.path): build it, or set HELICASE_BIN")
        }
    }

    /// A calling network with random weights that prefers heterozygous calls: it calls nonsense, but always the same.
    static func randomModel(seed: UInt64) throws -> ModelPackage {
        var package = ModelPackage(
            try Network(CallingNetwork.architecture, seed: seed), featureVersion: PileupEncoder.featureVersion,
            labels: CallingModel.packageLabels)
        // The last parameters are the biases of the second head's classes; the first is never sure.
        package.weights.replaceSubrange((package.weights.count - CallingModel.labels.count)..., with: [0, 1, 0.5])
        return package
    }
}
