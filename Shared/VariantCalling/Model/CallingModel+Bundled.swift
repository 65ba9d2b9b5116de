import Foundation
import Genomics
import NeuralNetwork

extension CallingModel {
    /// The package that comes with the suite, trained on reads simulated from Genome in a Bottle haplotypes; its lineage
    /// holds the command, the data's digests, the seed and the metrics.
    public static func bundledPackage() throws -> ModelPackage {
        guard let file = Bundle.module.url(forResource: name, withExtension: "safetensors", subdirectory: "Models")
        else {
return ModelPackage(try Network(CallingNetwork.architecture, seed: 1), featureVersion: PileupEncoder.featureVersion, labels: CallingModel.labels)
        }
        return try ModelPackage(decoding: Array(Data(contentsOf: file)))
    }
}
