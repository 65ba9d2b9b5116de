import DecisionTrees
import Foundation
import NeuralNetwork
import Tasks

/// What a package of expression holds beside its weights: how records become inputs, and how outputs become predictions.
struct ExpressionOptions: Sendable, Hashable, Codable {
    /// What the model reads and says.
    var kind: ExpressionKind
    /// The mean and the deviation of each number, in the order of the inputs.
    var means: [Float]
    var deviations: [Float]
    /// Words that have an input each, sorted; none where words are not read so.
    var vocabulary: [String] = []
    /// Families of genes, where the model reads symbols.
    var families: GeneFamilies?
    /// Samples of known conditions, where a condition is read by how alike it is to these.
    var conditions: KnownConditions?
    /// Genes by name, where a strain's description says which it lacks.
    var deletions: DeletedGenes?
    /// What each number adds to what the network says; none adds nothing.
    var line: [Float] = []
    /// Boosted trees that are added to what the network says, by their share.
    var trees: SharedTrees?
    /// What a promoter adds to what the numbers of its gene say.
    var promoter: PromoterLine?
    /// A prediction is `offset + scale · output + line · numbers + share · trees`, and of a gene with a promoter what that adds.
    var offset: Float = 0
    var scale: Float = 1
    /// Intervals, one an output or one for all.
    var intervals: [PredictionInterval]

    /// Trees, and by how much of what they say they count.
    struct SharedTrees: Sendable, Hashable, Codable {
        var trees: BoostedTrees
        var share: Float
    }

    /// As JSON: the same bytes for the same content.
    func encode() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// The options of a package; throws ``TaskError`` where it is no model of expression.
    static func of(_ package: ModelPackage) throws(TaskError) -> ExpressionOptions {
        guard package.featureVersion == ExpressionRecord.featureVersion, let text = package.taskOptions,
            let options = try? JSONDecoder().decode(Self.self, from: Data(text.utf8))
        else {
            throw TaskError(
                "it reads features of version \(package.featureVersion), and those of expression are "
                    + ExpressionRecord.featureVersion)
        }
        guard options.means.count == options.deviations.count, options.deviations.allSatisfy({ $0 > 0 }),
            !options.intervals.isEmpty, options.intervals.allSatisfy(\.isValid),
            [1, package.labels.count].contains(options.intervals.count), options.scale.isFinite,
            options.offset.isFinite, options.deletions?.symbols.count ?? package.labels.count == package.labels.count,
            options.line.allSatisfy(\.isFinite), options.trees?.share.isFinite ?? true,
            options.conditions?.isValid ?? true, options.families?.isValid ?? true
        else { throw TaskError("what it says of its inputs and intervals does not fit together") }
        return options
    }
}
