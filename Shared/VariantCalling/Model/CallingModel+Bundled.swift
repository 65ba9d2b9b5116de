import Foundation
import NeuralNetwork

extension CallingModel {
    /// The package that comes with the suite, trained on reads simulated from Genome in a Bottle haplotypes; its lineage
    /// holds the command, the data's digests, the seed and the metrics.
    public static func bundledPackage() throws -> ModelPackage {
        guard let file = Bundle.module.url(forResource: name, withExtension: "safetensors", subdirectory: "Models")
        else {
            throw CallingModelError(
                "the bundled model is missing: the folder helicase_VariantCalling.resources belongs beside the programs"
            )
        }
        return try ModelPackage(decoding: Array(Data(contentsOf: file)))
    }
}
