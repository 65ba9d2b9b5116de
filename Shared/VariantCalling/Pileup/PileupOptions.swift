import Foundation
import NeuralNetwork

/// Which reads count, and how much evidence makes a candidate: every threshold of the pileup in one place.
///
/// A model is trained for one set of options, which its package carries; a package that carries none is one of the defaults.
public struct PileupOptions: Sendable, Hashable, Codable {
    /// Reads with a lower MAPQ are not counted as evidence.
    public var minimumMappingQuality: UInt8 = 5
    /// Bases of a lower quality neither support an allele nor count in its denominator.
    public var minimumBaseQuality: UInt8 = 10
    /// The fewest reads that propose an allele.
    public var minimumSupport = 2
    /// The least fraction of the informative reads that propose a substitution.
    public var minimumSubstitutionFraction = 0.10
    /// The least fraction of the informative reads that propose an insertion or deletion.
    public var minimumIndelFraction = 0.08
    /// The longest insertion or deletion in bases.
    public var maximumIndelLength = 50
    /// The depth above which reads are left out by a hash of their name.
    public var maximumDepth = 200
    /// The fewest reads that make a position callable.
    public var minimumCallableDepth = 5

    /// The defaults.
    public init() {}

    /// The same for a mixture of molecules, of which an allele may be on few: deeper, with alleles of two of a hundred reads proposed, and only
    /// bases of which one in a hundred is wrong at most.
    var ofMixtures: PileupOptions {
        var options = self
        options.minimumBaseQuality = max(20, minimumBaseQuality)
        options.minimumSubstitutionFraction = 0.02
        options.minimumIndelFraction = 0.02
        options.maximumDepth = max(4000, maximumDepth)
        return options
    }
}

extension PileupOptions {
    /// The metadata of a file of examples that were made with other options than the defaults.
    static let key = "pileup_options"

    /// Those of a package.
    ///
    /// Throws ``ExampleError`` where what it carries are none.
    public init(of package: ModelPackage) throws(ExampleError) { try self.init(document: package.taskOptions) }

    /// Reads a document; the defaults where there is none.
    init(document: String?) throws(ExampleError) {
        self.init()
        guard let document else { return }
        do {
            self = try JSONDecoder().decode(PileupOptions.self, from: Data(document.utf8))
        } catch {
            throw ExampleError("\(document.prefix(200)) are no options of pileups: \(error)")
        }
        guard minimumSupport > 0, maximumIndelLength > 0, maximumDepth > 0, minimumCallableDepth > 0,
            (0...1).contains(minimumSubstitutionFraction), (0...1).contains(minimumIndelFraction)
        else { throw ExampleError("\(document.prefix(200)) are no options of pileups: a number is out of its range") }
    }

    /// The document: the same bytes for the same options.
    var document: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}
