import Foundation
import Genomics

/// Counts what reads show where the sample is as the reference.
struct ErrorCensus {
    static let qualities = QualityModel.highest + 1
    static let longestRun = 24
    static let mostCopies = 16

    /// Chances and changes of repeats of one kind and length.
    struct Repeats: Sendable, Hashable {
        var chances = 0
        var insertions = 0
        var deletions = 0
        var insertedUnits = 0
        var deletedUnits = 0

        mutating func add(_ other: Repeats) {
            chances += other.chances
            insertions += other.insertions
            deletions += other.deletions
            insertedUnits += other.insertedUnits
            deletedUnits += other.deletedUnits
        }
    }

    /// Bases, and wrong ones, by context (before, base, behind, as read) and quality.
    var bases = [Int](repeating: 0, count: 64 * ErrorCensus.qualities)
    var wrong = [Int](repeating: 0, count: 64 * ErrorCensus.qualities)
    /// What was read instead, by context.
    var to = [Int](repeating: 0, count: 64 * 4)
    /// Homopolymers by base as read and length.
    var runs = [[Repeats]](
        repeating: [Repeats](repeating: Repeats(), count: ErrorCensus.longestRun + 1), count: 4)
    /// Other repeats by the length of their unit (from 2) and copies.
    var tandems = [[Repeats]](
        repeating: [Repeats](repeating: Repeats(), count: ErrorCensus.mostCopies + 1),
        count: RepeatErrors.longestUnit - 1)
    /// Bases outside of repeats, with insertions and deletions there and how many bases these have.
    var plain = Repeats()

    var baseCount: Int { bases.reduce(0, +) }
    var wrongCount: Int { wrong.reduce(0, +) }

    mutating func add(context: Int, quality: Int, read: UInt8, isWrong: Bool) {
        let place = context * Self.qualities + min(quality, Self.qualities - 1)
        bases[place] += 1
        guard isWrong else { return }
        wrong[place] += 1
        to[context * 4 + Int(read)] += 1
    }

    /// A repeat that a read holds whole, with the bases by which it is longer there.
    mutating func add(_ tract: RepeatTracts.Tract, isReverse: Bool, change: Int) {
        guard change % tract.unit == 0 else { return }
        var counts = Repeats(chances: 1)
        let units = abs(change) / tract.unit
        if change > 0 { (counts.insertions, counts.insertedUnits) = (1, units) }
        if change < 0 { (counts.deletions, counts.deletedUnits) = (1, units) }
        if tract.unit == 1 {
            let base = Int(isReverse ? 3 - tract.base : tract.base)
            runs[base][min(tract.copies, Self.longestRun)].add(counts)
        } else {
            tandems[tract.unit - 2][min(tract.copies, Self.mostCopies)].add(counts)
        }
    }
}

extension ErrorCensus {
    private static func rounded(_ value: Double, _ digits: Int) -> Double {
        guard value > 0 else { return 0 }
        let scale = pow(10, Double(digits) - 1 - log10(value).rounded(.down))
        return (value * scale).rounded() / scale
    }

    /// Reported against observed qualities: neighbouring ones together until enough of their bases are wrong.
    func calibration() -> [QualityModel.CalibrationPoint] {
        var points: [QualityModel.CalibrationPoint] = []
        var (count, errors, sum) = (0, 0, 0)
        for quality in 0..<Self.qualities {
            var (n, m) = (0, 0)
            for context in 0..<64 {
                n += bases[context * Self.qualities + quality]
                m += wrong[context * Self.qualities + quality]
            }
            (count, errors, sum) = (count + n, errors + m, sum + n * quality)
            guard errors >= 30 else { continue }
            points.append(point(count, Double(errors), sum))
            (count, errors, sum) = (0, 0, 0)
        }
        if count > 1000 { points.append(point(count, Double(errors) + 0.5, sum)) }
        // What is better reported is not worse.
        for index in points.indices.dropFirst() {
            points[index].observed = max(points[index].observed, points[index - 1].observed)
        }
        return points
    }

    private func point(_ count: Int, _ errors: Double, _ sum: Int) -> QualityModel.CalibrationPoint {
        .init(
            reported: (Double(sum) / Double(count) * 100).rounded() / 100,
            observed: max(0, (-1000 * log10(errors / Double(count))).rounded() / 100))
    }

    /// What bases are taken for: by context where enough were wrong, by base else.
    ///
    /// Nil where a base was wrong too seldom.
    func substitutions(fewest: Int = 60) -> SubstitutionTable? {
        // How often a quality is wrong in all contexts.
        let expected = (0..<Self.qualities).map { quality -> Double in
            var (n, m) = (0, 0)
            for context in 0..<64 {
                n += bases[context * Self.qualities + quality]
                m += wrong[context * Self.qualities + quality]
            }
            return n > 0 ? Double(m) / Double(n) : 0
        }
        func row(_ contexts: [Int]) -> (row: SubstitutionTable.Row, wrong: Int) {
            var (m, foreseen) = (0, 0.0)
            var parts = [0, 0, 0, 0]
            for context in contexts {
                for quality in 0..<Self.qualities {
                    m += wrong[context * Self.qualities + quality]
                    foreseen += Double(bases[context * Self.qualities + quality]) * expected[quality]
                }
                for base in 0..<4 { parts[base] += to[context * 4 + base] }
            }
            let sum = Double(max(1, parts.reduce(0, +)))
            return (
                .init(
                    rate: foreseen > 0 ? Self.rounded(Double(m) / foreseen, 3) : 1,
                    to: parts.map { (Double($0) / sum * 1000).rounded() / 1000 }), m
            )
        }
        var table: [String: SubstitutionTable.Row] = [:]
        let letters = Array("ACGT")
        for base in 0..<4 {
            let all = (0..<16).map { ($0 >> 2) << 4 | base << 2 | $0 & 3 }
            let pooled = row(all)
            guard pooled.wrong >= fewest else { return nil }
            table[String(letters[base])] = pooled.row
            for context in all {
                let own = row([context])
                guard own.wrong >= fewest else { continue }
                table["\(letters[context >> 4])\(letters[base])\(letters[context & 3])"] = own.row
            }
        }
        return SubstitutionTable(table)
    }

    /// Rates outside of repeats; nil where fewer than `fewest` were seen.
    func indels(fewest: Int = 10) -> IndelErrors? {
        guard plain.insertions + plain.deletions >= fewest else { return nil }
        func further(_ events: Int, _ units: Int) -> Double {
            events > 0 ? Self.rounded(1 - Double(events) / Double(max(events, units)), 3) : 0
        }
        return IndelErrors(
            insertionRate: Self.rounded(Double(plain.insertions) / Double(plain.chances), 3),
            deletionRate: Self.rounded(Double(plain.deletions) / Double(plain.chances), 3),
            furtherInserted: further(plain.insertions, plain.insertedUnits),
            furtherDeleted: further(plain.deletions, plain.deletedUnits))
    }

    /// Rates of repeats: each shrunk towards what another profile has there, scaled to all of its kind, by as much as two changes.
    ///
    /// Also says up to which lengths more than that was seen.
    func repeats(like prior: RepeatErrors, poolsStrands: Bool) -> (table: RepeatErrors, seen: [String]) {
        var table = RepeatErrors(homopolymers: [], repeats: [], growth: prior.growth)
        (table.shortestRun, table.fewestCopies, table.limit) = (prior.shortestRun, prior.fewestCopies, prior.limit)
        table.unevenness = prior.unevenness
        var seen: [String] = []
        let pooled = poolsStrands ? [0, 1, 1, 0] : [0, 1, 2, 3]
        // What happens anywhere happens in repeats too, and has a rate of its own.
        func background(_ counts: Repeats, _ bases: Int) -> Repeats {
            var rest = counts
            let chances = Double(counts.chances * bases) / Double(max(1, plain.chances))
            func without(_ events: Int, _ units: Int, _ usual: Int) -> (Int, Int) {
                let left = max(events / 10, events - Int((chances * Double(usual)).rounded()))
                return (left, events > 0 ? (units * left + events / 2) / events : 0)
            }
            (rest.insertions, rest.insertedUnits) = without(
                counts.insertions, counts.insertedUnits, plain.insertions)
            (rest.deletions, rest.deletedUnits) = without(counts.deletions, counts.deletedUnits, plain.deletions)
            return rest
        }
        func counts(_ bases: [Int]) -> [Repeats] {
            (table.shortestRun...Self.longestRun).map { length in
                // Long runs are few, and each has its ways: neighbouring lengths together.
                let reach = length < 9 ? 0 : length < 12 ? 1 : 2
                return ((length - reach)...min(length + reach, Self.longestRun)).reduce(into: Repeats()) { sum, near in
                    for base in bases { sum.add(background(runs[base][near], near)) }
                }
            }
        }
        // Of all bases first: where a base was not seen in long runs, others were.
        let all = Self.series(counts([0, 1, 2, 3])) { index in
            prior.rates(unit: 1, copies: prior.shortestRun + index, base: 0, scale: 1)
        }
        for base in 0..<4 {
            let own = counts((0..<4).filter { pooled[$0] == pooled[base] })
            table.homopolymers.append(
                Self.series(own) { index in
                    RepeatErrors.Rates(
                        insertion: all.insertions[index], deletion: all.deletions[index],
                        furtherInserted: all.furtherInserted[index], furtherDeleted: all.furtherDeleted[index])
                })
            let last = own.lastIndex { $0.insertions + $0.deletions >= 5 }
            let letter = "ACGT".dropFirst(base).prefix(1)
            seen.append("\(letter) up to \(last.map { "\($0 + table.shortestRun)" } ?? "none")")
        }
        for unit in 2...RepeatErrors.longestUnit {
            let counts = (table.fewestCopies...Self.mostCopies).map {
                // Of what happens anywhere one in as many as a unit has bases is a whole number of units.
                background(tandems[unit - 2][$0], $0)
            }
            table.repeats.append(
                Self.series(counts) { index in
                    prior.rates(unit: unit, copies: prior.fewestCopies + index, base: 0, scale: 1)
                })
            let last = counts.lastIndex { $0.insertions + $0.deletions >= 5 }
            seen.append("units of \(unit) up to \(last.map { "\($0 + table.fewestCopies)" } ?? "none")")
        }
        return (table, seen)
    }

    private static func series(
        _ counts: [Repeats], prior: (Int) -> RepeatErrors.Rates
    ) -> RepeatErrors.Series {
        var series = RepeatErrors.Series(insertions: [], deletions: [], furtherInserted: [], furtherDeleted: [])
        let rates = counts.indices.map(prior)
        func scale(_ events: (Repeats) -> Int, _ rate: (RepeatErrors.Rates) -> Double) -> Double {
            let foreseen = zip(counts, rates).reduce(0) { $0 + Double($1.0.chances) * rate($1.1) }
            let found = counts.reduce(0) { $0 + events($1) }
            return (Double(found) + 2) / (foreseen + 2)
        }
        let insertionScale = scale(\.insertions, \.insertion)
        let deletionScale = scale(\.deletions, \.deletion)
        func shrunk(_ events: Int, _ chances: Int, _ rate: Double) -> Double {
            guard rate > 0 else { return 0 }
            let value = (Double(events) + 2) / (Double(chances) + 2 / min(rate, 0.35))
            return rounded(min(value, 0.9), 3)
        }
        func further(_ events: Int, _ units: Int, _ prior: Double) -> Double {
            let more = Double(units - events) + 10 * prior
            return min(0.9, rounded(more / (Double(units) + 10), 2))
        }
        for (count, rate) in zip(counts, rates) {
            series.insertions.append(shrunk(count.insertions, count.chances, rate.insertion * insertionScale))
            series.deletions.append(shrunk(count.deletions, count.chances, rate.deletion * deletionScale))
            series.furtherInserted.append(further(count.insertions, count.insertedUnits, rate.furtherInserted))
            series.furtherDeleted.append(further(count.deletions, count.deletedUnits, rate.furtherDeleted))
        }
        return series
    }
}
