import Drugs
import Foundation
import Plots

/// The files of a design: a table, a list of SMILES, and a page.
public struct DesignReport: Sendable {
    /// A proposal with what is said of it alone.
    public struct Row: Sendable {
        /// The molecule and its affinity.
        public var assessed: DesignAssessor.Assessed
        /// The nearest known molecule, and how alike it is by ECFP4 counts.
        public var nearest: (smiles: String, similarity: Double)?
        /// What each model of a property predicts, in the order of their names.
        public var admet: [PropertyModel.Prediction]
        /// The drawing as SVG.
        public var drawing: String
    }

    /// What the design was asked for.
    public struct Request: Sendable {
        /// The target's name and the number of its residues.
        public var target: (name: String, residues: Int)
        /// How near the nearest protein of the affinity model's training is, 0 to 1, and whether it is that very construct.
        public var protein: (similarity: Double, isKnown: Bool)
        /// The models: of affinity, of the language, and of properties.
        public var (affinityModel, language, properties): (String, String, [String])
        /// The constraints.
        public var constraints: DesignConstraints
        /// The seed.
        public var seed: UInt64

        /// Describes it.
        public init(
            target: (name: String, residues: Int), protein: (similarity: Double, isKnown: Bool), affinityModel: String,
            language: String, properties: [String], constraints: DesignConstraints, seed: UInt64
        ) {
            (self.target, self.protein, self.constraints, self.seed) = (target, protein, constraints, seed)
            (self.affinityModel, self.language, self.properties) = (affinityModel, language, properties)
        }
    }

    private let rows: [Row]
    private let request: Request
    private let goal: Double
    private let measuredGoal: Double
    private let result: MoleculeDesigner.Result

    /// Takes the rows in their order, and the goals of the assessor.
    public init(
        _ rows: [Row], request: Request, goal: Double, measuredGoal: Double, result: MoleculeDesigner.Result
    ) {
        (self.rows, self.request, self.result) = (rows, request, result)
        (self.goal, self.measuredGoal) = (goal, measuredGoal)
    }

    /// What each proposal gets beside its affinity; the first `drawn` are drawn.
    ///
    /// Throws where RDKit fails on one.
    public static func rows(
        _ proposals: [DesignAssessor.Assessed], known: KnownBinders, properties: [PropertyModel], drawn: Int,
        workers: Int
    ) throws -> [Row] {
        try Parallel.map(proposals.count, workers: workers) { index in
            Swift.Result {
                let molecule = proposals[index].molecule
                return Row(
                    assessed: proposals[index], nearest: try known.nearest(to: molecule),
                    admet: try properties.map { try $0.predict(molecule) },
                    drawing: index < drawn ? drawing(molecule) : "")
            }
        }.map { try $0.get() }
    }

    /// The picture alone, without what only a file of its own needs.
    private static func drawing(_ molecule: Molecule) -> String {
        guard let text = molecule.drawing(width: 300, height: 220), let start = text.range(of: "<svg")?.lowerBound
        else {
            return ""
        }
        return String(text[start...])
    }

    /// Proposals whose predicted affinity is above the goal (``DesignAssessor/goal``).
    public var above: Int { rows.count { $0.assessed.affinity.value > goal } }

    /// The SMILES, a line each with its rank as the name.
    public var smiles: String {
        rows.enumerated().map { "\($1.assessed.molecule.smiles)\tproposal-\($0 + 1)\n" }.joined()
    }

    private static func number(_ value: Double, _ digits: Int = 3) -> String { String(format: "%.\(digits)f", value) }

    /// The table, separated by tabs.
    public var table: String {
        var header = [
            "rank", "smiles", "affinity", "lower", "upper", "above_goal", "nearest", "nearest_similarity", "qed",
            "sa", "weight", "logp",
        ]
        for name in request.properties { header += [name, "\(name)_lower", "\(name)_upper"] }
        var text = header.joined(separator: "\t") + "\n"
        for (index, row) in rows.enumerated() {
            let (own, properties) = (row.assessed, row.assessed.properties)
            var fields = [
                "\(index + 1)", own.molecule.smiles, Self.number(own.affinity.value),
                Self.number(own.affinity.interval.lowerBound), Self.number(own.affinity.interval.upperBound),
                own.affinity.value > goal ? "yes" : "no", row.nearest?.smiles ?? "NA",
                row.nearest.map { Self.number($0.similarity) } ?? "NA", Self.number(properties.drugLikeness),
                Self.number(properties.accessibility, 2), Self.number(properties.weight, 2),
                Self.number(properties.logP, 2),
            ]
            for prediction in row.admet {
                fields += [prediction.value, prediction.interval.lowerBound, prediction.interval.upperBound].map {
                    Self.number($0)
                }
            }
            text += fields.joined(separator: "\t") + "\n"
        }
        return text
    }

    /// The page, one file that loads nothing; `drawn` molecules are drawn, the others are in the table alone.
    public func page(drawn: Int) -> String {
        let lead =
            "\(rows.count) proposed molecules for \(request.target.name), ranked by the lower bound of their predicted affinity. "
            + "Nothing here was made or tested in a laboratory: these are predictions of models, for chemists to judge."
        var body = Page.section("What was asked for, and how sure it is", facts)
        body += "<section>\n<h2>Proposals</h2>\n<ol class=\"molecules\">\n"
        for (index, row) in rows.prefix(drawn).enumerated() { body += card(row, rank: index + 1) }
        body += "</ol>\n"
        if rows.count > drawn {
            body += Page.paragraph("The other \(rows.count - drawn) proposals are in molecules.tsv and molecules.smi.")
        }
        body += "</section>\n"
        return Page.page("Molecules for \(request.target.name)", lead: lead, "<style>\(Self.style)</style>\n" + body)
    }

    private var facts: String {
        var rows: [[String]] = [["Target", targetText]]
        rows.append([
            "Models", ([request.affinityModel, request.language] + request.properties).joined(separator: ", "),
        ])
        rows.append([
            "Goal",
            "a predicted affinity above \(Self.number(goal, 2)), which 99 of 100 drugs of the affinity model's training do not reach for this target when "
                + "they are predicted by their fragments alone, as proposals are: \(above) of \(self.rows.count) proposals are above. With what was measured "
                + "of those drugs it would be \(Self.number(measuredGoal, 2)): "
                + "\(self.rows.count { $0.assessed.affinity.value > measuredGoal }) are above",
        ])
        rows.append(["Constraints", constraintText])
        rows.append([
            "Search",
            "\(result.sampled) texts sampled, \(result.valid) molecules, \(result.found) different new ones within all constraints; seed "
                + "\(request.seed)",
        ])
        let refused = result.refused.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(8)
        let reasons = refused.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        if !reasons.isEmpty { rows.append(["Left out", reasons]) }
        return Page.table(["", " "], rows)
            + Page.paragraph(
                "The intervals are of 90 %, as drugs that were held out bear them out; a designed molecule is chosen for its high prediction, so the truth "
                    + "is likelier to lie below the value than above it. Stereochemistry is not said: a drawing stands for all stereoisomers. Drawings and "
                    + "SMILES are by RDKit.")
    }

    private var targetText: String {
        let text = "\(request.target.name), \(request.target.residues) residues; "
        if request.protein.isKnown { return text + "the affinity model was fitted to this very construct" }
        return text + "the affinity model never saw this construct; the most similar sequence of its training shares "
            + "\(Self.number(request.protein.similarity, 2)) of the words"
    }

    private var constraintText: String {
        let constraints = request.constraints
        var parts: [String] = ["QED at least \(constraints.leastDrugLikeness)"]
        parts.append("synthetic accessibility at most \(constraints.mostAccessibility) (1 easy, 10 hard)")
        parts.append("weight \(constraints.weight.lowerBound) to \(constraints.weight.upperBound)")
        parts.append("log P \(constraints.logP.lowerBound) to \(constraints.logP.upperBound)")
        parts.append("solubility at least \(constraints.leastSolubility) log10 mol/L")
        parts.append("MOSES' filters (MCF, PAINS, charges, rings, elements)")
        parts.append("at most \(constraints.mostOfScaffold) above the goal of one scaffold")
        if let scaffold = constraints.scaffold { parts.append("the pattern \(scaffold.smarts)") }
        if let like = constraints.like {
            parts.append("at least \(like.similarity) similar to \(like.molecule.smiles)")
        }
        return parts.joined(separator: ", ")
    }

    private func card(_ row: Row, rank: Int) -> String {
        let (own, properties) = (row.assessed, row.assessed.properties)
        let smiles = Markup.escaped(own.molecule.smiles)
        func interval(_ value: Double, _ range: ClosedRange<Double>) -> String {
            "\(Self.number(value, 2)) (\(Self.number(range.lowerBound, 2)) to \(Self.number(range.upperBound, 2)))"
        }
        var facts: [(String, String)] = [
            (
                "affinity",
                interval(own.affinity.value, own.affinity.interval)
                    + (own.affinity.value > goal ? ", above the goal" : "")
            )
        ]
        facts.append(("QED", Self.number(properties.drugLikeness, 2)))
        facts.append(("synthetic accessibility", Self.number(properties.accessibility, 1)))
        facts.append(("weight", Self.number(properties.weight, 1)))
        facts.append(("log P", Self.number(properties.logP, 1)))
        for (name, prediction) in zip(request.properties, row.admet) {
            facts.append((name, interval(prediction.value, prediction.interval)))
        }
        if let nearest = row.nearest {
            facts.append(("nearest known", "\(nearest.smiles), \(Self.number(nearest.similarity, 2)) alike"))
        }
        let list = facts.map { "<div><dt>\(Markup.escaped($0.0))</dt><dd>\(Markup.escaped($0.1))</dd></div>" }.joined()
        return """
            <li class="molecule" id="m\(rank)"><h3><a href="#m\(rank)">\(rank)</a></h3>
            <div class="drawing" role="img" aria-label="Structure of \(smiles)">\(row.drawing)</div>
            <p class="smiles">\(smiles)</p><dl>\(list)</dl></li>

            """
    }

    private static let style = """
        .molecules { list-style: none; padding: 0; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); }
        .molecule { border: 1px solid var(--rule); border-radius: 6px; padding: .6rem .9rem; break-inside: avoid; }
        .molecule h3 { margin: 0; font-size: 1rem; } .molecule h3 a { color: inherit; }
        .drawing { background: #fff; border-radius: 4px; } .drawing svg { width: 100%; height: auto; display: block; }
        .smiles { font: .8rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; margin: .4rem 0; }
        .molecule dl { margin: 0; font-size: .85rem; } .molecule dl div { display: flex; gap: .6rem; }
        .molecule dt { color: var(--quiet); flex: 0 0 9.5rem; } .molecule dd { margin: 0; overflow-wrap: anywhere; }
        @media print { .molecules { grid-template-columns: repeat(2, 1fr); } .drawing { filter: grayscale(1); } }
        """
}
