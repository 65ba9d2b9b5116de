/// Takes out of numbers of lines what their tissues and microsatellite instability explain.
struct TissueAdjustment: Sendable {
    /// The number of each line's tissue.
    private let tissues: [Int]
    private let instability: [Double]
    /// Whether the lines' instability is told.
    let isAdjustedForInstability: Bool

    init(_ profiles: [CellProfiles.Profile], features: [String]) {
        let names = Set(profiles.map(\.tissue)).sorted()
        let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        tissues = profiles.map { numbers[$0.tissue] ?? 0 }
        let place = features.firstIndex(of: ProfileFeature.microsatellites)
        isAdjustedForInstability = place != nil
        instability = profiles.map { profile in place.map { Double(profile.features[$0]) } ?? 0 }
    }

    /// Numbers of lines without what tissue and instability explain.
    struct Adjusted {
        /// By line, 0 where there is none.
        var values: [Double]
        /// Whether there is one.
        var isMeasured: [Bool]
        /// Orthonormal columns of what was taken out, 0 where there is no number.
        var basis: [[Double]]
        /// Numbers less the columns of the basis.
        var degreesOfFreedom: Int { isMeasured.count { $0 } - basis.count }
    }

    /// Adjusts the numbers of those lines that `isKept`; all where nil.
    func adjusted(_ numbers: [(line: Int, value: Double)], isKept: [Bool]? = nil) -> Adjusted {
        let lines = tissues.count
        var (values, isMeasured) = ([Double](repeating: 0, count: lines), [Bool](repeating: false, count: lines))
        for (line, value) in numbers where isKept?[line] ?? true { (values[line], isMeasured[line]) = (value, true) }
        let own = (0..<lines).filter { isMeasured[$0] }
        var basis: [[Double]] = []
        for tissue in Set(own.map { tissues[$0] }).sorted() {
            let members = own.filter { tissues[$0] == tissue }
            var column = [Double](repeating: 0, count: lines)
            for line in members { column[line] = 1 / Double(members.count).squareRoot() }
            basis.append(column)
        }
        var column = [Double](repeating: 0, count: lines)
        for line in own { column[line] = instability[line] }
        let before = Self.dot(column, column)
        Self.project(&column, outOf: basis)
        let size = Self.dot(column, column)
        if size > 1e-9 * before, size > 0 { basis.append(column.map { $0 / size.squareRoot() }) }
        Self.project(&values, outOf: basis)
        return Adjusted(values: values, isMeasured: isMeasured, basis: basis)
    }

    static func project(_ values: inout [Double], outOf basis: [[Double]]) {
        for column in basis {
            let share = dot(values, column)
            for index in values.indices { values[index] -= share * column[index] }
        }
    }

    static func dot(_ one: [Double], _ other: [Double]) -> Double {
        var sum = 0.0
        for index in one.indices { sum += one[index] * other[index] }
        return sum
    }
}
