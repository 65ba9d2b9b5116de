import Foundation
import Hashing
import LinearAlgebra

/// Measures a network against those it learned from and those it never saw.
public struct CohortAuditor {
    /// The most people of each kind that are compared, all with all.
    public static let mostPeople = 2500

    private let training: HaplotypePanel
    private let heldOut: HaplotypePanel
    private let workers: Int
    private let seed: UInt64

    /// Prepares an audit beside the people that the network learned from and as many others, with the same sites.
    public init(training: HaplotypePanel, heldOut: HaplotypePanel, seed: UInt64, workers: Int) {
        precondition(training.sites == heldOut.sites, "the halves of a panel have its sites")
        self.training = training
        self.heldOut = heldOut
        (self.seed, self.workers) = (seed, workers)
    }

    /// Makes as many people as are compared, and measures.
    public func audit(_ network: HaplotypeNetwork) throws -> (CohortAudit, CohortAudit.Curves) {
        let people = min(training.samples.count, heldOut.samples.count, Self.mostPeople)
        // Evenly: panels lie in the order of their populations.
        func chosen(_ panel: HaplotypePanel) -> [Int] {
            var places: [Int] = []
            for index in 0..<people { places.append(index * panel.samples.count / people) }
            return Self.strands(of: places)
        }
        let counts = training.sites.indices.map { training.alleles.count($0) + heldOut.alleles.count($0) }
        let all = Double(training.alleles.columns + heldOut.alleles.columns)
        let rowOf = Dictionary(uniqueKeysWithValues: network.madeSites.enumerated().map { ($1, $0) })
        let measured = training.sites.indices.filter {
            (0.01...0.99).contains(Double(counts[$0]) / all) && rowOf[$0] != nil
        }
        let sites = measured.map { training.sites[$0] }
        // Rows are sites.
        let made = network.haplotypes(0..<2 * people, seed: seed, workers: workers)
        let synthetic = made.selecting(rows: measured.map { rowOf[$0] ?? 0 })
        let learned = training.alleles.selecting(rows: measured).selecting(columns: chosen(training))
        let strange = heldOut.alleles.selecting(rows: measured).selecting(columns: chosen(heldOut))
        // Rows are haplotypes.
        let (s, t, h) = (synthetic.transposed, learned.transposed, strange.transposed)

        let toTraining = NearestNeighbors.distances(s, to: t, workers: workers)
        let realToTraining = NearestNeighbors.distances(h, to: t, workers: workers)
        let (screenS, screenT, screenH) = (
            KinshipScreen(haplotypes: s), KinshipScreen(haplotypes: t), KinshipScreen(haplotypes: h)
        )
        let pairs = Double(people) * Double(people)
        let limit = 1.0 / 64
        let shared = NearestNeighbors.longestShared(s, with: t, workers: workers).sorted()
        let sharedReal = NearestNeighbors.longestShared(h, with: t, workers: workers).sorted()
        let bound = sharedReal[min(sharedReal.count - 1, sharedReal.count * 99 / 100)]
        let linkage = Linkage.correlations(synthetic, workers: workers)
        let linkageHeldOut = Linkage.correlations(strange, workers: workers)
        let frequencies = { (alleles: BitMatrix) in
            (0..<alleles.rows).map { Double(alleles.count($0)) / Double(alleles.columns) }
        }
        let (ofSynthetic, ofHeldOut) = (frequencies(synthetic), frequencies(strange))
        let alone = training.sites.indices.filter {
            let count = training.alleles.count($0)
            return count == 1 || count == training.alleles.columns - 1
        }
        let imputation = imputation(learned: learned, synthetic: synthetic, heldOut: strange)
        let audit = CohortAudit(
            trainingPeople: training.samples.count, heldOutPeople: heldOut.samples.count, syntheticPeople: people,
            measuredSites: measured.count,
            accuracyTraining: NearestNeighbors.adversarialAccuracy(real: t, synthetic: s, workers: workers),
            accuracyHeldOut: NearestNeighbors.adversarialAccuracy(real: h, synthetic: s, workers: workers),
            accuracyReal: NearestNeighbors.adversarialAccuracy(real: t, synthetic: h, workers: workers),
            membershipNearest: NearestNeighbors.area(nearness(t, s), nearness(h, s)),
            membershipShadow: shadow(learned, strange, synthetic, sites),
            identicalSynthetic: Double(toTraining.count { $0 == 0 }) / Double(toTraining.count),
            identicalReal: Double(realToTraining.count { $0 == 0 }) / Double(realToTraining.count),
            kinTraining: Double(screenS.screen(screenT, limit: limit, workers: workers).reaching) / pairs,
            kinHeldOut: Double(screenS.screen(screenH, limit: limit, workers: workers).reaching) / pairs,
            kinReal: Double(screenH.screen(screenT, limit: limit, workers: workers).reaching) / pairs,
            copiedExcess: Double(shared.count { $0 > bound }) / Double(shared.count),
            copiedSynthetic: shared[shared.count / 2], copiedReal: sharedReal[sharedReal.count / 2],
            singletons: alone.count, singletonsMade: alone.count { rowOf[$0] != nil },
            frequencyCorrelation: Linkage.correlation(ofSynthetic, ofHeldOut),
            linkageCorrelation: Linkage.correlation(linkage, linkageHeldOut),
            frequencyReal: Linkage.correlation(frequencies(learned), ofHeldOut),
            linkageReal: Linkage.correlation(Linkage.correlations(learned, workers: workers), linkageHeldOut),
            imputationReal: imputation.real, imputationSynthetic: imputation.synthetic)
        let (componentsReal, componentsSynthetic) = try components(strange, synthetic)
        return (
            audit,
            CohortAudit.Curves(
                decayReal: Linkage.decay(linkageHeldOut, sites), decaySynthetic: Linkage.decay(linkage, sites),
                componentsReal: componentsReal, componentsSynthetic: componentsSynthetic,
                frequencies: zip(ofHeldOut, ofSynthetic).map { (real: $0, synthetic: $1) })
        )
    }

    private static func strands(of people: [Int]) -> [Int] {
        var strands: [Int] = []
        for person in people { strands += [2 * person, 2 * person + 1] }
        return strands
    }

    /// A score a person, higher where both haplotypes are near to synthetic ones.
    private func nearness(_ rows: BitMatrix, _ synthetic: BitMatrix) -> [Double] {
        let distances = NearestNeighbors.distances(rows, to: synthetic, workers: workers)
        return (0..<distances.count / 2).map { -Double(distances[2 * $0] + distances[2 * $0 + 1]) }
    }

    /// The attack of somebody who has the cohort, and half of the held-out people to compare with.
    private func shadow(
        _ learned: BitMatrix, _ strange: BitMatrix, _ synthetic: BitMatrix, _ sites: [HaplotypePanel.Site]
    ) -> Double {
        var settings = HaplotypeNetwork.Settings()
        (settings.parts, settings.matchingRounds) = (1, 0)
        let people = strange.columns / 2
        func network(_ alleles: BitMatrix, stream: UInt64) -> HaplotypeNetwork {
            let panel = HaplotypePanel(
                samples: (0..<alleles.columns / 2).map(String.init), contigs: [], sites: sites, alleles: alleles)
            return HaplotypeNetwork(panel, settings: settings, seed: seed &+ stream, workers: workers)
        }
        // Every other person: panels lie in the order of their populations.
        let known = Self.strands(of: Array(stride(from: 0, to: people, by: 2)))
        let others = Self.strands(of: Array(stride(from: 1, to: people, by: 2)))
        guard !known.isEmpty, !others.isEmpty else { return 0.5 }
        let ofCohort = network(synthetic, stream: 11)
        let ofStrangers = network(strange.selecting(columns: known), stream: 12)
        func scores(_ alleles: BitMatrix) -> [Double] {
            let rows = alleles.transposed
            let odds = Parallel.map(rows.rows, workers: workers) { row in
                ofCohort.logLikelihood(rows, row, on: ofStrangers) - ofStrangers.logLikelihood(rows, row, on: ofCohort)
            }
            return (0..<odds.count / 2).map { odds[2 * $0] + odds[2 * $0 + 1] }
        }
        return NearestNeighbors.area(scores(learned), scores(strange.selecting(columns: others)))
    }

    /// Mean squared correlation of up to 40 sites told from all others in people that nobody learned from.
    private func imputation(
        learned: BitMatrix, synthetic: BitMatrix, heldOut: BitMatrix
    ) -> (real: Double, synthetic: Double) {
        let frequent = (0..<heldOut.rows).filter {
            (0.05...0.95).contains(Double(heldOut.count($0)) / Double(heldOut.columns))
        }
        guard !frequent.isEmpty else { return (0, 0) }
        let count = min(40, frequent.count)
        let targets = (0..<count).map { frequent[$0 * frequent.count / count] }
        func mean(_ source: BitMatrix) -> Double {
            let carriers = (0..<source.rows).map { source.places($0) }
            let deviations = carriers.map { list -> Double in
                let share = Double(list.count) / Double(source.columns)
                return max(share * (1 - share), 1e-6).squareRoot()
            }
            let squares = Parallel.map(targets.count, workers: workers) { index -> Double in
                let site = targets[index]
                var target = [Double](repeating: 0, count: source.columns)
                for carrier in carriers[site] { target[Int(carrier)] = 1 }
                var fit = LogisticFit(
                    carriers: carriers, deviations: deviations,
                    isCounted: [Bool](repeating: true, count: source.columns))
                fit.fit(target, candidates: (0..<source.rows).filter { $0 != site }, lasso: 0.012, ridge: 0)
                var odds = [Double](repeating: fit.bias, count: heldOut.columns)
                for (predictor, weight) in fit.weights.sorted(by: { $0.key < $1.key }) {
                    for carrier in heldOut.places(predictor) { odds[Int(carrier)] += weight }
                }
                let truth = (0..<heldOut.columns).map { heldOut[site, $0] ? 1.0 : 0 }
                let r = Linkage.correlation(odds.map { 1 / (1 + exp(-$0)) }, truth)
                return r * abs(r)
            }
            return squares.reduce(0, +) / Double(squares.count)
        }
        return (mean(learned), mean(synthetic))
    }

    /// The first two components of held-out people's genotypes, and the synthetic ones on the same axes.
    private func components(
        _ real: BitMatrix, _ synthetic: BitMatrix
    ) throws -> ([(Double, Double)], [(Double, Double)]) {
        let step = max(1, real.rows / 800)
        let sites = Array(stride(from: 0, to: real.rows, by: step))
        guard sites.count >= 2 else { return ([], []) }
        let means = sites.map { 2 * Double(real.count($0)) / Double(real.columns) }
        func genotypes(_ alleles: BitMatrix) -> Matrix {
            var matrix = Matrix(rows: alleles.columns / 2, columns: sites.count)
            for (column, site) in sites.enumerated() {
                for person in 0..<matrix.rows { matrix[person, column] = -means[column] }
                for carrier in alleles.places(site) { matrix[Int(carrier) / 2, column] += 1 }
            }
            return matrix
        }
        let (ofReal, ofSynthetic) = (genotypes(real), genotypes(synthetic))
        let covariance = try ofReal.times(ofReal, transposed: true)
        let axes = try SymmetricEigen(covariance, largest: 2).vectors
        func project(_ matrix: Matrix) throws -> [(Double, Double)] {
            let scores = try matrix.times(axes)
            return (0..<scores.rows).map { (scores[$0, 0], scores[$0, 1]) }
        }
        return (try project(ofReal), try project(ofSynthetic))
    }
}

extension HaplotypeNetwork {
    /// The log-likelihood of a haplotype, a row of alleles at all the panel's sites, at the sites that another network makes too.
    func logLikelihood(_ rows: BitMatrix, _ row: Int, on other: HaplotypeNetwork) -> Double {
        let shared = Set(other.madeSites)
        var minor = [Bool](repeating: false, count: units.count)
        var sum = 0.0
        for (place, unit) in units.enumerated() {
            minor[place] = rows[row, unit.site] != unit.isFlipped
            guard shared.contains(unit.site) else { continue }
            var odds = unit.bias
            for input in unit.inputs where minor[Int(input.place)] { odds += input.weight }
            sum -= log1p(exp(minor[place] ? -odds : odds))
        }
        return sum
    }
}
