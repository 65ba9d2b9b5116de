import Foundation
import NeuralNetwork

extension CallingModel {
    /// The package that comes with the suite, trained on reads simulated from Genome in a Bottle haplotypes; its lineage
    /// holds the command, the data's digests, the seed and the metrics.
    public static func bundledPackage() throws -> ModelPackage {
        try ModelPackage(decoding: Array(bundled(name, "safetensors")))
    }

    /// What the model is for, as the registry takes it: the JSON of a description.
    public static func bundledDescription() throws -> Data { try bundled("\(name).description", "json") }

    private static func bundled(_ name: String, _ type: String) throws -> Data {
        guard let file = Bundle.module.url(forResource: name, withExtension: type, subdirectory: "Models") else {
            throw CallingModelError(
                "the bundled model is missing: the folder helicase_VariantCalling.resources belongs beside the programs"
            )
        }
        return try Data(contentsOf: file)
    }
}
