import Drugs
import Foundation
import NeuralNetwork

/// The quantitative estimate of drug-likeness, QED, of Bickerton and others (2012): how alike a molecule's eight simple properties are to those of
/// approved drugs, from 0 to 1.
///
/// Properties, desirability functions and mean weights are those of RDKit's `Chem.QED`.
public struct DrugLikeness: Sendable {
    private let acceptors: [Substructure]
    private let alerts: [Substructure]
    private let aliphaticRings: Substructure
    private let places: [Int]

    private static let descriptors = ["weight", "logP", "donors", "TPSA", "rotatable_bonds"]
    private static let acceptorPatterns = [
        "[oH0;X2]", "[OH1;X2;v2]", "[OH0;X2;v2]", "[OH0;X1;v2]", "[O-;X1]", "[SH0;X2;v2]", "[SH0;X1;v2]", "[S-;X1]",
        "[nH0;X2]", "[NH0;X1;v3]", "[$([N;+0;X3;v3]);!$(N[C,S]=O)]",
    ]

    /// Reads the alerts that come with the suite.
    public init() throws {
        guard let file = Bundle.module.url(forResource: "qed_alerts", withExtension: "txt", subdirectory: "Filters")
        else { throw DesignError("the alerts of QED are missing from the program's files") }
        var alerts: [Substructure] = []
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            alerts.append(try Substructure(smarts: String(line)))
        }
        self.alerts = alerts
        acceptors = try Self.acceptorPatterns.map { try Substructure(smarts: $0) }
        aliphaticRings = try Substructure(smarts: "[$([A;R][!a])]")
        places = Self.descriptors.compactMap { Molecule.descriptorNames.firstIndex(of: $0) }
        precondition(places.count == Self.descriptors.count)
    }

    /// The estimate, from a molecule and its descriptors; throws where RDKit fails.
    public func estimate(_ molecule: Molecule, _ descriptors: [Double]) throws(MoleculeError) -> Double {
        var (acceptorCount, alertCount) = (0, 0)
        for pattern in acceptors { acceptorCount += try pattern.count(in: molecule) }
        for alert in alerts where try alert.isIn(molecule) { alertCount += 1 }
        let own = places.map { descriptors[$0] }
        let properties = [
            own[0], own[1], Double(acceptorCount), own[2], own[3], own[4],
            Double(try aliphaticRings.ringsLeft(of: molecule)), Double(alertCount),
        ]
        var (sum, weights) = (0.0, 0.0)
        for (value, desirability) in zip(properties, Self.desirabilities) {
            sum += desirability.weight * PortableMath.log(desirability.of(value))
            weights += desirability.weight
        }
        return PortableMath.exp(sum / weights)
    }

    /// An asymmetric double sigmoid of a property, and what it weighs.
    private struct Desirability {
        var weight, a, b, c, d, e, f, most: Double

        func of(_ x: Double) -> Double {
            let rise = 1 + PortableMath.exp(-(x - c + d / 2) / e)
            let fall = 1 + PortableMath.exp(-(x - c - d / 2) / f)
            return (a + b / rise * (1 - 1 / fall)) / most
        }
    }

    /// Molecular weight, log P, acceptors, donors, polar surface, rotatable bonds, aromatic rings, alerts.
    private static let desirabilities = [
        Desirability(
            weight: 0.66, a: 2.817065973, b: 392.5754953, c: 290.7489764, d: 2.419764353, e: 49.22325677,
            f: 65.37051707, most: 104.9805561),
        Desirability(
            weight: 0.46, a: 3.172690585, b: 137.8624751, c: 2.534937431, d: 4.581497897, e: 0.822739154,
            f: 0.576295591, most: 131.3186604),
        Desirability(
            weight: 0.05, a: 2.948620388, b: 160.4605972, c: 3.615294657, d: 4.435986202, e: 0.290141953,
            f: 1.300669958, most: 148.7763046),
        Desirability(
            weight: 0.61, a: 1.618662227, b: 1010.051101, c: 0.985094388, d: 0.000000001, e: 0.713820843,
            f: 0.920922555, most: 258.1632616),
        Desirability(
            weight: 0.06, a: 1.876861559, b: 125.2232657, c: 62.90773554, d: 87.83366614, e: 12.01999824,
            f: 28.51324732, most: 104.5686167),
        Desirability(
            weight: 0.65, a: 0.010000000, b: 272.4121427, c: 2.558379970, d: 1.565547684, e: 1.271567166,
            f: 2.758063707, most: 105.4420403),
        Desirability(
            weight: 0.48, a: 3.217788970, b: 957.7374108, c: 2.274627939, d: 0.000000001, e: 1.317690384,
            f: 0.375760881, most: 312.3372610),
        Desirability(
            weight: 0.95, a: 0.010000000, b: 1199.094025, c: -0.09002883, d: 0.000000001, e: 0.185904477,
            f: 0.875193782, most: 417.7253140),
    ]
}
