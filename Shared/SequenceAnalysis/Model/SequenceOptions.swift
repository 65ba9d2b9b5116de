import Foundation
import NeuralNetwork
import Tasks

/// What a package says of how its model of sequences is used, beside its layers; packages that say nothing have none.
public struct SequenceOptions: Sendable, Hashable, Codable {
    /// How the effect of a variant is read; by the window around it if nil.
    public var effect: SiteReading?
    /// Whether windows around variants may leave the contig: beyond its ends the model was trained to read padding.
    public var padded: Bool?
    /// The names of the tracks that an input's channels are, by the input; see ``SequenceTask/check(_:labels:featureVersion:)``.
    public var tracks: [String: [String]]?

    /// Describes a use.
    public init(effect: SiteReading? = nil, padded: Bool? = nil, tracks: [String: [String]]? = nil) {
        self.effect = effect
        self.padded = padded
        self.tracks = tracks
    }

    /// The options of a package; nil where it has none.
    ///
    /// Throws `TaskError` where they do not fit its labels.
    static func of(_ package: ModelPackage) throws -> SequenceOptions? {
        guard let text = package.taskOptions else { return nil }
        do {
            let options = try JSONDecoder().decode(SequenceOptions.self, from: Data(text.utf8))
            guard options != SequenceOptions() else {
                throw TaskError("the options of the model say nothing that is known: \(text)")
            }
            try options.effect?.check(labels: package.labels)
            return options
        } catch let error as DecodingError {
            throw TaskError("the options of the model are not those of a model of sequences: \(error)")
        }
    }

    /// The document that a package carries: the same bytes for the same options.
    func encode() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

/// The effect of a variant on sites around it, such as splice sites, each of which the model judges in the middle of its window.
///
/// The window is laid over every place from which it sees the variant, on both strands, and the effect is that of the site which changes
/// most. A site's score is ln((p + floor) / (1 - p + floor)): between probabilities that are below the floor there is hardly a difference.
public struct SiteReading: Sendable, Hashable, Codable {
    /// The classes that are sites; the others are none.
    public var classes: [String]
    /// Below it, a probability is as good as 0, and as good as 1 where it lacks less than that.
    public var floor: Float
    /// What counts of the change of a site that becomes stronger, 0 to 1: it still has to win against the sites that are there.
    public var gain: Float
    /// Bases of the window in front of the site; half of them if nil.
    public var site: Int?

    /// A reading.
    public init(classes: [String], floor: Float, gain: Float = 1, site: Int? = nil) {
        self.classes = classes
        self.floor = floor
        self.gain = gain
        self.site = site
    }

    /// Throws `TaskError` where it cannot be used with a model of these labels.
    func check(labels: [String]) throws(TaskError) {
        guard !classes.isEmpty, classes.allSatisfy(labels.contains) else {
            throw TaskError(
                "the sites \(classes.joined(separator: ", ")) are not all among \(labels.joined(separator: ", "))")
        }
        guard floor > 0, floor < 1, (0...1).contains(gain), site.map({ $0 >= 0 }) ?? true else {
            throw TaskError("a site's floor is between 0 and 1, its gain 0 to 1, and its place not below 0")
        }
    }

    /// The score of a probability.
    func score(_ probability: Float) -> Float {
        let p = Double(probability)
        return Float(PortableMath.log((p + Double(floor)) / (1 - p + Double(floor))))
    }
}
