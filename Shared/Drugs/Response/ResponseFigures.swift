import LinearAlgebra

/// What models that had not seen a line said of it, view by view, and the figures that follow: whole, by fold, by tissue and by pathway.
struct ResponseFigures {
    private let table: ResponseTable
    private let folds: [Int]
    private let pathways: [String]
    /// The drug's mean by measured response, of the fold's own training.
    private var plain: [Double]
    /// By view and measured response; nil where the line lacks what the view takes.
    private var scores: [[Double?]]
    private let ofLine: [[Int]]

    init(_ table: ResponseTable, folds: [Int], catalog: DrugCatalog) {
        (self.table, self.folds) = (table, folds)
        pathways = table.drugs.map { catalog.drug(id: $0)?.pathway ?? "" }
        plain = [Double](repeating: 0, count: table.measured.count)
        scores = ResponseView.all.map { _ in [Double?](repeating: nil, count: table.measured.count) }
        var ofLine = [[Int]](repeating: [], count: table.profiles.count)
        for (index, record) in table.measured.enumerated() { ofLine[record.line].append(index) }
        self.ofLine = ofLine
    }

    mutating func take(means: [Double], ofFold fold: Int) {
        for (index, record) in table.measured.enumerated() where folds[record.line] == fold {
            plain[index] = means[record.drug]
        }
    }

    /// Takes what a view says of lines, a row each.
    mutating func take(_ found: Matrix, of lines: [Int], view: Int) {
        let needsExpression = ResponseView.all[view].blocks.contains(.expression)
        for (row, line) in lines.enumerated() where !needsExpression || table.profiles[line].expression != nil {
            for index in ofLine[line] { scores[view][index] = found[row, table.measured[index].drug] }
        }
    }

    /// What is said of a line in use: with its expression, or without where it has none.
    private func used(_ index: Int) -> (view: Int, score: Double)? {
        for view in [0, 2] { if let score = scores[view][index] { return (view, score) } }
        return nil
    }

    /// The views, calibrated to all folds, or to all but one.
    func views(without fold: Int? = nil) -> [ResponseView] {
        var counts: [String: Int] = [:]
        for (line, profile) in table.profiles.enumerated() where folds[line] != fold {
            counts[profile.tissue, default: 0] += 1
        }
        return ResponseView.all.enumerated().map { place, view in
            var view = view
            var errors = ResponseView.Errors(drugs: table.drugs.count)
            var pairs = [(own: [Double], truths: [Double])](repeating: ([], []), count: table.drugs.count)
            for (index, record) in table.measured.enumerated() where folds[record.line] != fold {
                guard let score = scores[place][index] else { continue }
                errors.values[record.drug].append(abs(score - record.value))
                errors.tissues[record.drug].append(table.profiles[record.line].tissue)
                pairs[record.drug].own.append(score - plain[index])
                pairs[record.drug].truths.append(record.value)
            }
            view.calibrate(errors, lines: counts)
            view.correlations = pairs.map { $0.own.count < 20 ? nil : Regression.correlation($0.own, $0.truths) }
            return view
        }
    }

    /// All figures; `distances` says how far the expression of each line was from that of the lines that its model had seen.
    func metrics(distances: [Double?]) -> [String: Double] {
        var metrics: [String: Double] = [
            "responses": Double(table.measured.count), "lines": Double(table.profiles.count),
            "drugs": Double(table.drugs.count),
            "lines without expression": Double(table.profiles.count { $0.expression == nil }),
        ]
        let order = Set(folds).sorted()
        var covered = ResponseView.all.map { _ in [Int: Bool]() }
        for fold in order {
            let own = views(without: fold)
            for (index, record) in table.measured.enumerated() where folds[record.line] == fold {
                for (place, view) in own.enumerated() {
                    guard let score = scores[place][index] else { continue }
                    let half = view.halfWidth(drug: record.drug, tissue: table.profiles[record.line].tissue)
                    covered[place][index] = abs(score - record.value) <= half
                }
            }
        }
        let all = table.measured.indices.filter { used($0) != nil }
        func coverage(_ places: [Int]) -> Double {
            let within = places.count { index in used(index).flatMap { covered[$0.view][index] } == true }
            return Double(within) / Double(max(1, places.count))
        }
        for fold in order {
            figures(", fold \(fold)", all.filter { folds[table.measured[$0].line] == fold }, &metrics)
        }
        figures("", all, &metrics)
        metrics["coverage of 90 % intervals"] = coverage(all)
        for (place, view) in ResponseView.all.enumerated() {
            let own = table.measured.indices.filter { scores[place][$0] != nil }
            metrics["of \(view.name) alone: RMSE"] = Regression.rootMeanSquare(
                own.map { (scores[place][$0] ?? 0) - table.measured[$0].value })
            metrics["of \(view.name) alone: median Pearson within a drug"] = withinDrug(own) { scores[place][$0] ?? 0 }
            metrics["of \(view.name) alone: coverage"] =
                Double(own.count { covered[place][$0] == true }) / Double(max(1, own.count))
        }
        let sorted = distances.compactMap { $0 }.sorted()
        if sorted.count >= 3 {
            let (near, far) = (sorted[sorted.count / 3], sorted[sorted.count * 2 / 3])
            for (name, isIn) in [
                ("nearest third by expression", { $0 < near }), ("furthest third by expression", { $0 >= far }),
            ] as [(String, (Double) -> Bool)] {
                group(name, all.filter { distances[table.measured[$0].line].map(isIn) ?? false }, coverage, &metrics)
            }
        }
        let tissues = Set(table.profiles.map(\.tissue)).subtracting([""]).sorted()
        for tissue in tissues {
            group(
                "tissue \(tissue)", all.filter { table.profiles[table.measured[$0].line].tissue == tissue }, coverage,
                &metrics)
        }
        for pathway in Set(pathways).subtracting([""]).sorted() {
            let own = all.filter { pathways[table.measured[$0].drug] == pathway }
            group("pathway \(pathway)", own, coverage, &metrics)
            metrics["pathway \(pathway): median Pearson within a drug"] = withinDrug(own) { used($0)?.score ?? 0 }
        }
        return metrics
    }

    private func group(
        _ name: String, _ places: [Int], _ coverage: ([Int]) -> Double, _ metrics: inout [String: Double]
    ) {
        func errors(_ own: (Int) -> Double) -> Double {
            Regression.rootMeanSquare(places.map { own($0) - table.measured[$0].value })
        }
        metrics["\(name): RMSE"] = errors { used($0)?.score ?? 0 }
        metrics["\(name): drug mean RMSE"] = errors { plain[$0] }
        metrics["\(name): coverage"] = coverage(places)
        // What is asked of a profile is how a line differs from others, not which drugs are strong.
        metrics["\(name): Pearson of deviations"] = Regression.correlation(
            places.map { (used($0)?.score ?? 0) - plain[$0] }, places.map { table.measured[$0].value - plain[$0] })
    }

    private func figures(_ title: String, _ places: [Int], _ metrics: inout [String: Double]) {
        let truths = places.map { table.measured[$0].value }
        let own = places.map { used($0)?.score ?? 0 }
        for (model, values) in [("model", own), ("drug mean", places.map { plain[$0] })] {
            metrics["\(model) Pearson\(title)"] = Regression.correlation(values, truths)
            metrics["\(model) RMSE\(title)"] = Regression.rootMeanSquare(zip(values, truths).map { $0 - $1 })
        }
        metrics["model median Pearson within a drug\(title)"] = withinDrug(places) { used($0)?.score ?? 0 }
    }

    /// The median over drugs of 20 responses or more; nil without one.
    private func withinDrug(_ places: [Int], _ score: (Int) -> Double) -> Double? {
        var ofDrug = [[Int]](repeating: [], count: table.drugs.count)
        for place in places { ofDrug[table.measured[place].drug].append(place) }
        let values = ofDrug.compactMap { own in
            own.count < 20 ? nil : Regression.correlation(own.map(score), own.map { table.measured[$0].value })
        }.sorted()
        return values.isEmpty ? nil : values[values.count / 2]
    }
}
