import Genomics
import NeuralNetwork
import Tasks

/// Measured effects of variants in elements, as pairs of windows: the element's own, and the same with the variant.
struct VariantTable {
    /// A pair and what is to be predicted of it.
    struct Example {
        /// Base codes of the window, and behind them those of the window with the variant.
        var codes: [UInt8]
        /// The measured effect.
        var effect: Float
        /// Its experiment, as the table calls it.
        var experiment: String
        /// How much it counts.
        var weight: Float?
        /// Whether it is kept for validation.
        var isKept: Bool
    }

    /// The examples in the table's order; of a deletion two, as two windows say its effect.
    private(set) var examples: [Example] = []
    /// Records that were left out, by what is wrong with them.
    private(set) var problems: [String: Int] = [:]

    private let genome: ReferenceGenome
    private let length: Int
    /// The first position of each element's region; 1 where positions count from its first base.
    private var starts: [String: Int] = [:]

    /// Reads a table; throws where it does not hold what the source says.
    init(
        _ source: SequenceRecipe.Source, _ variants: SequenceRecipe.Source.Variants, path: String, elements: String,
        length: Int, padded: Bool
    ) throws {
        genome = try ReferenceGenome(path: elements)
        self.length = length
        if variants.inRegion == true { starts = try Self.starts(elements) }
        let table = try TableFile(path: path)
        let place = table.place(of:)
        guard let effectColumn = source.column else { throw TaskError("\(path): `column` names no effect") }
        let columns = try [variants.element, variants.position, variants.reference, variants.alternate, effectColumn]
            .map(place)
        let weight = try source.weight.map { try place($0.column) }
        let split = try source.split.map { (place: try place($0.column), validation: $0.validation) }
        let only = try (source.only ?? [:]).map { (place: try place($0.key), value: $0.value) }
        let least = try (variants.least ?? [:]).map { (place: try place($0.key), value: $0.value) }
        while let record = try table.nextWhole() {
            let fields = record.fields
            func refuse(_ message: String) -> TaskError { TaskError("\(path), record \(record.number): \(message)") }
            guard only.allSatisfy({ fields[$0.place] == $0.value }) else { continue }
            func number(_ place: Int) throws -> Float {
                guard let number = Float(fields[place]), number.isFinite else {
                    throw refuse("\"\(fields[place])\" in \(table.columns[place]) is no number")
                }
                return number
            }
            guard try least.allSatisfy({ try number($0.place) >= $0.value }) else {
                problems["its numbers are below those that the recipe asks for", default: 0] += 1
                continue
            }
            let count = try weight.map { try number($0) }
            guard count.map({ $0 >= 0 }) ?? true else { throw refuse("a weight is at least 0") }
            let experiment = fields[columns[0]]
            guard let position = Int(fields[columns[1]]) else {
                throw refuse("\"\(fields[columns[1]])\" is no position")
            }
            let example = Example(
                codes: [], effect: try number(columns[4]), experiment: experiment,
                weight: count.map { $0 / ($0 + (source.weight?.half ?? 0)) },
                isKept: split.map { fields[$0.place] == $0.validation } ?? false)
            let contig = variants.names?[experiment] ?? experiment
            do throws(GenomicsError) {
                let pairs = try windows(
                    contig, position: position, fields[columns[2]], fields[columns[3]], padded: padded)
                for pair in pairs {
                    var own = example
                    own.codes = pair.reference + pair.alternate
                    examples.append(own)
                }
            } catch {
                throw refuse(error.description)
            }
        }
        if variants.standardized == true { standardize() }
    }

    /// The windows of a variant, at a position of its element's region.
    private func windows(
        _ contig: String, position: Int, _ reference: String, _ alternate: String, padded: Bool
    ) throws(GenomicsError) -> [VariantWindows.Pair] {
        guard let index = genome.index(of: contig) else {
            throw GenomicsError(.referenceMismatch, "there is no element \"\(contig)\"")
        }
        let place = position - (starts[contig] ?? 1)
        guard place >= 0, place + reference.utf8.count <= genome.contigs[index].length else {
            throw GenomicsError(.malformed, "position \(position) is not in \(contig)")
        }
        // VCF wants a base of the reference beside what is deleted or inserted.
        var (start, from, to) = (place, reference == "-" ? "" : reference, alternate == "-" ? "" : alternate)
        if from.isEmpty || to.isEmpty {
            let isFirst = start == 0
            let anchor = isFirst ? start + from.utf8.count : start - 1
            let base = String(decoding: try genome.bases(contig: index, anchor..<(anchor + 1)), as: UTF8.self)
            (from, to) = isFirst ? (from + base, to + base) : (base + from, base + to)
            if !isFirst { start = anchor }
        }
        guard let allele = Allele(contig: contig, position: start + 1, reference: from, alternate: to) else {
            throw GenomicsError(.malformed, "\(reference) to \(alternate) is no variant")
        }
        return try VariantWindows(allele, length: length, genome: genome, padded: padded).pairs
    }

    /// Divides the effects of each experiment by their root mean square.
    private mutating func standardize() {
        var sums: [String: (squares: Double, count: Double)] = [:]
        for example in examples {
            let effect = Double(example.effect)
            sums[example.experiment, default: (0, 0)].squares += effect * effect
            sums[example.experiment, default: (0, 0)].count += 1
        }
        for index in examples.indices {
            guard let sum = sums[examples[index].experiment], sum.squares > 0 else { continue }
            examples[index].effect /= Float((sum.squares / sum.count).squareRoot())
        }
    }

    /// The first positions of the regions that the headers of a FASTA file name: `>element chr1:1001-1600`.
    private static func starts(_ path: String) throws -> [String: Int] {
        let file = try SequenceFile(path: path)
        var starts: [String: Int] = [:]
        while let record = try file.next() {
            let words = (record.fields.first ?? "").split(whereSeparator: \.isWhitespace)
            let range = (words.dropFirst().first ?? "").split(separator: ":").last?.split(separator: "-") ?? []
            guard range.count == 2, let first = Int(range[0]), let last = Int(range[1]),
                last - first + 1 == record.letters.count
            else {
                throw TaskError(
                    "\(path): the header of \(record.name) names no region of \(record.letters.count) bases, such as chr1:1001-1600"
                )
            }
            starts[record.name] = first
        }
        return starts
    }
}
