import Foundation
import Statistics

/// What a model says from certain blocks of a profile, and how wrong that was of lines that were held out.
///
/// Half widths are a drug's, multiplied by the tissue's factor where it has one: |error| / (width · factor) stays below 1 of nine tenths.
struct ResponseView: Sendable, Codable {
    /// The blocks that are told.
    var blocks: [ProfileBlock]
    /// Which weights it goes by.
    var part: Int
    /// The half width of the 90 % interval of each drug.
    var halfWidths: [Double] = []
    /// What multiplies the half widths of lines of a tissue.
    var factors: [String: Double] = [:]
    /// How predictions and responses of held-out lines correlate within each drug; nil of drugs of few lines.
    var correlations: [Double?] = []

    /// All of them, those that tell more first; of the last nothing but the drug's mean is said.
    static let all = [
        ResponseView(blocks: [.expression, .mutations, .copyNumbers, .tissue], part: 0),
        ResponseView(blocks: [.expression], part: 0),
        ResponseView(blocks: [.mutations, .copyNumbers, .tissue], part: 1),
        ResponseView(blocks: [.mutations, .tissue], part: 1), ResponseView(blocks: [.tissue], part: 1),
        ResponseView(blocks: [.mutations, .copyNumbers], part: 2), ResponseView(blocks: [.mutations], part: 2),
        ResponseView(blocks: [], part: 2),
    ]

    /// `mutations, copy numbers, tissue`, or what stands for nothing.
    var name: String { blocks.isEmpty ? "nothing" : blocks.map(\.rawValue).joined(separator: ", ") }

    func halfWidth(drug: Int, tissue: String?) -> Double { halfWidths[drug] * (tissue.flatMap { factors[$0] } ?? 1) }

    /// Errors of a drug's held-out lines.
    struct Errors {
        /// By drug.
        var values: [[Double]]
        /// The tissue of each.
        var tissues: [[String]]

        init(drugs: Int) {
            values = [[Double]](repeating: [], count: drugs)
            tissues = [[String]](repeating: [], count: drugs)
        }
    }

    /// Fewer lines of a tissue have no factor of their own, and so many count as much as what all tissues have in common.
    private static let prior = 5.0

    /// Sets widths and factors; `lines` says how many lines a tissue has.
    mutating func calibrate(_ errors: Errors, lines: [String: Int]) {
        let all = errors.values.flatMap { $0 }
        func width(_ values: [Double]) -> Double {
            let own = values.isEmpty ? all : values
            return ConformalInterval(errors: own, keys: own.map { _ in 0 }, groups: 1)?.halfWidth(key: 0) ?? 0
        }
        let first = errors.values.map(width)
        var ratios: [String: [Double]] = [:]
        for drug in errors.values.indices where first[drug] > 0 {
            for (error, tissue) in zip(errors.values[drug], errors.tissues[drug]) {
                ratios[tissue, default: []].append(error / first[drug])
            }
        }
        factors = [:]
        for (tissue, own) in ratios where Double(lines[tissue] ?? 0) >= Self.prior && !tissue.isEmpty {
            let (count, value) = (Double(lines[tissue] ?? 0), width(own))
            if value > 0 { factors[tissue] = exp(log(value) * count / (count + Self.prior)) }
        }
        let factors = factors
        halfWidths = zip(errors.values, errors.tissues).map { values, tissues in
            width(zip(values, tissues).map { $0 / (factors[$1] ?? 1) })
        }
    }
}
