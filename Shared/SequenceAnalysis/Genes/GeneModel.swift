import Foundation
import NeuralNetwork
import Tasks

/// The network that judges genes, and the statistics of the genome that it was fitted to, for contigs that say too little of themselves.
///
/// One safetensors file: that of the network's package, with the statistics as a few tensors more.
public struct GeneModel: Sendable {
    /// The network with its lineage.
    public let package: ModelPackage
    let statistics: GenomeStatistics
    let network: InferenceModel

    /// What the network says of a candidate: that a gene ends where it ends, and, of a gene, that it begins where it begins.
    static let labels = ["gene", "start"]

    /// What it reads.
    static let inputs = [
        InputSpecification(name: "features", shape: [GeneCandidates.numbers]),
        InputSpecification(name: "start", kind: .bases, shape: [GeneCandidates.window.count]),
    ]

    init(_ package: ModelPackage, _ statistics: GenomeStatistics) throws {
        guard package.featureVersion == GeneCandidates.version, package.labels == Self.labels,
            package.architecture.inputs == Self.inputs
        else {
            throw TaskError(
                "the model reads features of version \(package.featureVersion), and those of genes are \(GeneCandidates.version)"
            )
        }
        self.package = package
        self.statistics = statistics
        network = try InferenceModel(package)
    }

    /// Reads a file; throws `TaskError` or `NeuralNetworkError` where it is no model of genes.
    public init(decoding file: [UInt8]) throws {
        var content = try Safetensors.decode(file)
        var own: [String: [Float]] = [:]
        for (name, count) in Self.tensors {
            guard let place = content.tensors.firstIndex(where: { $0.name == name }),
                let floats = content.tensors[place].floats, floats.count == count, floats.allSatisfy(\.isFinite)
            else {
                throw TaskError("this is no model of genes: it has no F32 tensor \(name) of \(count) finite numbers")
            }
            own[name] = floats
            content.tensors.remove(at: place)
        }
        try self.init(ModelPackage(decoding: content.encode()), GenomeStatistics(tensors: own))
    }

    /// The model that comes with the suite.
    public static func bundled() throws -> GeneModel {
        guard
            let file = Bundle.module.url(
                forResource: "genes-ecoli", withExtension: "safetensors", subdirectory: "GeneModels")
        else { throw TaskError("the suite's model of genes is not installed beside the program") }
        return try GeneModel(decoding: Array(Data(contentsOf: file)))
    }

    /// Writes the file: the same bytes for the same content.
    public func encode() throws -> [UInt8] {
        var content = try Safetensors.decode(package.encode())
        content.tensors += statistics.tensors
        return content.encode()
    }

    private static let tensors = [
        ("statistics.coding", 3 * CodingStatistics.contexts),
        ("statistics.atypical", 3 * CodingStatistics.contexts),
        ("statistics.starts", 3 + 4 * StartStatistics.offsets.count),
        ("statistics.motif", 4 * RibosomeMotif.width + RibosomeMotif.choices),
        ("statistics.composition", 4),
    ]
}

extension GenomeStatistics {
    fileprivate init(tensors: [String: [Float]]) {
        let starts = tensors["statistics.starts"] ?? []
        let motif = tensors["statistics.motif"] ?? []
        let width = 4 * RibosomeMotif.width
        self.init(
            coding: CodingStatistics(logOdds: tensors["statistics.coding"] ?? []),
            atypical: CodingStatistics(logOdds: tensors["statistics.atypical"] ?? []),
            starts: StartStatistics(
                codons: Array(starts.prefix(3)), context: Array(starts.dropFirst(3)),
                motif: RibosomeMotif(logOdds: Array(motif.prefix(width)), spacings: Array(motif.dropFirst(width)))),
            composition: tensors["statistics.composition"] ?? [])
    }

    fileprivate var tensors: [Safetensors.Tensor] {
        let all = [
            ("coding", coding.logOdds), ("atypical", atypical.logOdds), ("starts", starts.codons + starts.context),
            ("motif", starts.motif.logOdds + starts.motif.spacings), ("composition", composition),
        ]
        return all.map { Safetensors.Tensor(name: "statistics.\($0)", shape: [$1.count], floats: $1) }
    }
}
