/// A way in which a disease is inherited, as the Human Phenotype Ontology names it; FHIR and ClinVar both use these words.
enum InheritanceMode: String, Sendable, Hashable, CaseIterable {
    case autosomalDominant = "HP:0000006"
    case autosomalRecessive = "HP:0000007"
    case xLinked = "HP:0001417"
    case xLinkedRecessive = "HP:0001419"
    case xLinkedDominant = "HP:0001423"
    case multifactorial = "HP:0001426"
    case mitochondrial = "HP:0001427"
    case yLinked = "HP:0001450"
    case oligogenic = "HP:0010983"
    case semidominant = "HP:0032113"

    /// The mode of a table's words: an identifier of HPO, its name, or ClinGen's and OMIM's short forms; nil for others.
    init?(_ words: String) {
        let word = words.lowercased().filter { $0.isLetter || $0.isNumber || $0 == ":" }
        guard let mode = Self.allCases.first(where: { $0.words.contains(word) }) else { return nil }
        self = mode
    }

    /// HPO's name, which is ClinVar's too.
    var name: String {
        switch self {
        case .autosomalDominant: "Autosomal dominant inheritance"
        case .autosomalRecessive: "Autosomal recessive inheritance"
        case .xLinked: "X-linked inheritance"
        case .xLinkedRecessive: "X-linked recessive inheritance"
        case .xLinkedDominant: "X-linked dominant inheritance"
        case .multifactorial: "Multifactorial inheritance"
        case .mitochondrial: "Mitochondrial inheritance"
        case .yLinked: "Y-linked inheritance"
        case .oligogenic: "Oligogenic inheritance"
        case .semidominant: "Semidominant inheritance"
        }
    }

    /// The terms that a disease of this mode may bear: X-linked ones are often told apart no further.
    var terms: Set<String> { self == .xLinked ? [rawValue, Self.xLinkedRecessive.rawValue] : [rawValue] }

    /// The terms of words such as `AD`, `AR/XL` and `XLR`; what is none of these is left out.
    static func terms(_ words: [String]) -> Set<String> {
        words.flatMap { $0.split { ",;/ ".contains($0) } }.reduce(into: []) {
            $0.formUnion(InheritanceMode(String($1))?.terms ?? [])
        }
    }

    private var words: [String] {
        let name = name.lowercased().filter(\.isLetter)
        return [rawValue.lowercased(), name, String(name.dropLast("inheritance".count)), short]
    }

    private var short: String {
        switch self {
        case .autosomalDominant: "ad"
        case .autosomalRecessive: "ar"
        case .xLinked: "xl"
        case .xLinkedRecessive: "xlr"
        case .xLinkedDominant: "xld"
        case .multifactorial: "mu"
        case .mitochondrial: "mt"
        case .yLinked: "yl"
        case .oligogenic: "ol"
        case .semidominant: "sd"
        }
    }
}

extension Classification {
    /// The one mode of inheritance that the table's words agree on; nil where they name none that is known, or several.
    var inheritanceMode: InheritanceMode? {
        let modes = inheritance.map { InheritanceMode($0) }
        guard let first = modes.first, let mode = first, modes.allSatisfy({ $0 == mode }) else { return nil }
        return mode
    }
}
