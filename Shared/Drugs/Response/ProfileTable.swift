import Genomics

/// One profile, read from a table with the columns `feature` and `value`, a line each, for a model.
///
/// Features are the model's columns (`BRAF_mut`, `gain_cna…`, `MSI`), a gene with `_gain` or `_loss` for all segments that hold it, a gene's symbol for its
/// expression, and `tissue`. What is not in the table is not told; it does not count as 0.
public struct ProfileTable: Sendable {
    /// What is told.
    public private(set) var profile: ResponseProfile
    /// Lines that cannot be used as they are meant, with the reason; what they are about is not told.
    public private(set) var problems: [(line: Int, reason: String)] = []
    /// Features that the model does not know, in the table's order: they change nothing.
    public private(set) var unknown: [String] = []

    /// Reads a table; throws where it cannot be read or holds no feature.
    public init(path: String, model: ResponseModel) throws {
        let table = try TableFile(path: path)
        let (name, value) = (try table.place(of: "feature"), try table.place(of: "value"))
        let names = Names(model)
        profile = ResponseProfile(genes: model.genes.count, features: model.features.count)
        var lines: [Place: Int] = [:]
        var twice = Set<Place>()
        var count = 0
        while let record = try table.next() {
            count += 1
            if let flaw = table.flaw(of: record) {
                problems.append((record.line, flaw))
                continue
            }
            let (feature, text) = (record.fields[name], record.fields[value])
            let places = names.places(of: feature)
            if places.isEmpty {
                unknown.append(feature)
                continue
            }
            if let earlier = places.compactMap({ lines[$0] }).min() {
                problems.append(
                    (record.line, "\(feature) is told by line \(earlier) already; neither is used: leave one out"))
                twice.formUnion(places)
                continue
            }
            for place in places { lines[place] = record.line }
            do throws(DrugError) { try tell(places, feature, text) } catch {
                problems.append((record.line, error.description))
            }
        }
        for place in twice { set(place, nil) }
        guard count > 0 else { throw DrugError("\(path) holds no feature: a profile that tells nothing says nothing") }
    }

    /// Where a feature stands in a profile.
    enum Place: Hashable {
        case gene(Int)
        case feature(Int)
        case tissue
    }

    private mutating func tell(_ places: [Place], _ feature: String, _ text: String) throws(DrugError) {
        if places == [.tissue] {
            guard !text.isEmpty else { throw DrugError("the tissue has no name") }
            profile.tissue = text
            return
        }
        guard let number = Double(text), number.isFinite else {
            throw DrugError("\(feature) is \"\(text)\", and no number")
        }
        for place in places {
            if case .feature = place, number != 0, number != 1 {
                throw DrugError("\(feature) is \(text); a mutation or copy number is there (1) or not (0)")
            }
        }
        for place in places { set(place, number) }
    }

    private mutating func set(_ place: Place, _ number: Double?) {
        switch place {
        case .gene(let place): profile.expression[place] = number
        case .feature(let place): profile.features[place] = number
        case .tissue: profile.tissue = nil
        }
    }

    /// The places of a feature by the names that it goes by.
    private struct Names {
        private var places: [String: [Place]] = [:]

        init(_ model: ResponseModel) {
            for (place, gene) in model.genes.enumerated() { places[gene] = [.gene(place)] }
            for (place, feature) in model.encoding.kinds.enumerated() {
                places[feature.column] = [.feature(place)]
                switch feature.kind {
                case .mutation:
                    for gene in GeneSymbols.all(of: feature.genes[0]).dropFirst() {
                        places["\(gene)_mut"] = [.feature(place)]
                    }
                case .gain, .loss:
                    for gene in feature.genes {
                        for symbol in GeneSymbols.all(of: gene) {
                            places["\(symbol)_\(feature.kind.rawValue)", default: []].append(.feature(place))
                        }
                    }
                case .other: if feature.column == ProfileFeature.microsatellites { places["MSI"] = [.feature(place)] }
                }
            }
            places["tissue"] = [.tissue]
        }

        func places(of feature: String) -> [Place] {
            // R writes a dot where a symbol has a hyphen.
            places[feature] ?? places[String(feature.map { $0 == "-" ? "." : $0 })] ?? []
        }
    }
}

/// Symbols that a gene had when the tables of cell lines were made, and those of today (HGNC).
enum GeneSymbols {
    private static let renamed = [
        "C15orf55": "NUTM1", "ERBB2IP": "ERBIN", "FAM123B": "AMER1", "FTSJD1": "CMTR1", "HIST1H3B": "H3C2",
        "LPHN2": "ADGRL2", "MKL1": "MRTFA", "MLL": "KMT2A", "MLL2": "KMT2D", "MLL3": "KMT2C", "MLLT4": "AFDN",
        "WHSC1": "NSD2", "WHSC1L1": "NSD3",
    ]

    /// The symbol itself, and today's where it is another.
    static func all(of symbol: String) -> [String] { [symbol] + (renamed[symbol].map { [$0] } ?? []) }
}

extension ResponseProfile {
    /// Takes what calls of small variants tell of a model's genes: the mutated ones by symbol, of all others that they are not.
    ///
    /// What is told already stays. Fusions, copy numbers and instability are not told by such calls. Gives the columns that were set to 1.
    public mutating func tellMutations(_ mutated: Set<String>, model: ResponseModel) -> [String] {
        var set: [String] = []
        for (place, feature) in model.encoding.kinds.enumerated()
        where feature.kind == .mutation && features[place] == nil && !feature.isFusion {
            let isMutated = !mutated.isDisjoint(with: GeneSymbols.all(of: feature.genes[0]))
            features[place] = isMutated ? 1 : 0
            if isMutated { set.append(feature.column) }
        }
        return set
    }
}

extension ProfileFeature {
    /// Whether a column of mutations tells of two genes that are joined: `BCR-ABL_mut`.
    var isFusion: Bool { kind == .mutation && genes[0].contains("-") && !genes[0].hasPrefix("HLA-") }
}
