import Genomics
import Tasks

/// The effects of variants on the sites around them, as a ``SiteReading`` says.
struct SiteEffects {
    private let model: SequenceModel
    private let reading: SiteReading
    private let site: Int
    /// The places of the classes that are read, among the model's scores.
    private let outputs: [Int]
    private let labels: [String]

    /// Windows that are scored together; neighbouring variants share those of the reference.
    private static let batch = 1 << 15

    /// Takes a model, its reading, and one of the reading's classes where no other is meant.
    init(_ model: SequenceModel, _ reading: SiteReading, class name: String?) throws(TaskError) {
        if let name, !reading.classes.contains(name) {
            throw TaskError("the model reads no site \"\(name)\"; it reads \(reading.classes.joined(separator: ", "))")
        }
        self.model = model
        self.reading = reading
        labels = model.outcome.names
        site = reading.site ?? model.length / 2
        guard site <= model.length else {
            throw TaskError("the site is behind base \(site) of a window of \(model.length)")
        }
        outputs = reading.classes.filter { name == nil || $0 == name }.compactMap(labels.firstIndex)
    }

    /// The effect of each allele, or why it has none.
    func effects(
        of alleles: [VariantContext], workers: Int
    ) async throws -> [Result<VariantEffects.Effect, GenomicsError>] {
        var results: [Result<VariantEffects.Effect, GenomicsError>] = []
        // Pairs whose windows are not scored yet, and those windows, each once.
        var waiting: [(allele: Int, pair: SiteWindows.Pair, reference: [Int], alternate: [Int])] = []
        var pending = PendingWindows()
        func settle() async throws {
            let scores = try await model.values(of: pending.windows, workers: workers)
            for entry in waiting {
                guard case .success(var effect) = results[entry.allele] else { continue }
                read(entry.pair, entry.reference.map { scores[$0] }, entry.alternate.map { scores[$0] }, &effect)
                results[entry.allele] = .success(effect)
            }
            waiting.removeAll(keepingCapacity: true)
            pending = PendingWindows()
        }
        for (index, allele) in alleles.enumerated() {
            let result = Result { () throws(GenomicsError) in
                try SiteWindows(allele, length: model.length, site: site)
            }
            results.append(result.map { VariantEffects.Effect(reference: 0, alternate: 0, shift: $0.shift) })
            guard case .success(let windows) = result else { continue }
            for pair in windows.pairs {
                waiting.append(
                    (
                        index, pair,
                        pair.reference.map {
                            pending.add(windows.window(windows.reference, from: $0, isReverse: pair.isReverse))
                        },
                        pair.alternate.map {
                            pending.add(windows.window(windows.alternate, from: $0, isReverse: pair.isReverse))
                        }
                    ))
                if pending.windows.count >= Self.batch { try await settle() }
            }
        }
        try await settle()
        return results
    }

    /// Takes what a pair says where it says more than the ones before.
    private func read(
        _ pair: SiteWindows.Pair, _ reference: [[Float]], _ alternate: [[Float]], _ effect: inout VariantEffects.Effect
    ) {
        for output in outputs {
            // A site that could be either of two is the more likely one, and the other is on its side alone.
            let without = reference.map { $0[output] }.sorted(by: >)
            let with = alternate.map { $0[output] }.sorted(by: >)
            for place in 0..<max(without.count, with.count) {
                let before = reading.score(place < without.count ? without[place] : 0)
                var after = reading.score(place < with.count ? with[place] : 0)
                if after > before { after = before + reading.gain * (after - before) }
                let isFirst = effect.site == nil
                guard isFirst || abs(after - before) > abs(effect.difference) else { continue }
                effect.reference = before
                effect.alternate = after
                effect.site = .init(name: labels[output], place: pair.place, isReverse: pair.isReverse)
            }
        }
    }
}

/// Windows to score, each once.
private struct PendingWindows {
    private(set) var windows: [[UInt8]] = []
    private var places: [[UInt8]: Int] = [:]

    /// The place of a window among all.
    mutating func add(_ window: [UInt8]) -> Int {
        if let place = places[window] { return place }
        places[window] = windows.count
        windows.append(window)
        return windows.count - 1
    }
}
