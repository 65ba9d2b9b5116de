import Genomics
import NeuralNetwork
import Tasks

/// What a model of start-site windows says of both alleles of variants: a line a window and variant that lies in it.
///
/// A window needs `start` (0-based) and its strand, in a column `strand` or as the last part of its `name`. A variant is
/// put into the window's own bases, so it has to keep their number, and its REF is checked against them.
public struct WindowVariants {
    private let table: TableFile
    private let model: ExpressionModel
    /// Ascending.
    private let variants: [Allele]
    /// Bases of the longest reference allele.
    private let longest: Int
    private let places: StartSiteWindow.Places

    private static let batch = 512

    /// Opens windows and reads variants; of several alternate alleles each counts by itself, and symbolic ones are passed over.
    ///
    /// Throws `TaskError` for a model of anything but windows and where variants are of several contigs, and what the readers throw.
    public init(_ package: ModelPackage, windows: String, variants path: String) throws {
        model = try ExpressionModel(package)
        let kind = model.options.kind
        guard kind == .ecoliMPRA else {
            throw TaskError(
                kind == .arabidopsis
                    ? "--variants needs promoters with their places on the genome, which those of \(kind.modelName) do not have"
                    : "--variants is for models that read bases at known places, and \(kind.modelName) does not")
        }
        table = try TableFile(path: windows)
        places = try StartSiteWindow.Places(table)
        var alleles: [Allele] = []
        var file = try VCFReader(path: path)
        while let record = try file.next() {
            alleles += record.alternates.compactMap {
                Allele(
                    contig: record.contig, position: record.position, reference: record.reference, alternate: $0)
            }
        }
        let contigs = Set(alleles.map(\.contig)).sorted()
        guard contigs.count < 2 else {
            throw TaskError(
                "\(path) has variants of \(contigs.prefix(3).joined(separator: ", ")), and windows lie on one contig: "
                    + "give its variants alone")
        }
        variants = alleles.sorted()
        longest = alleles.map(\.reference.count).max() ?? 0
    }

    /// Bytes of the windows' file that it has; nil for a pipe.
    public var totalBytes: Int64? { table.totalBytes }

    /// A window and a variant in it: what is scored of both alleles.
    private struct Pair {
        var record: Int
        var name: String
        var variant: String
        var items: [Item] = []
        var problem: String?
    }

    /// Writes `record`, `variant` (`contig:POS:REF:ALT`), `reference` and `alternate`, the predictions of both alleles, their `difference` and
    /// `name`.
    ///
    /// A pair that cannot be compared has `NA` and its reason in the summary; how many variants lie in no window is among its remarks.
    public func write(to path: String, workers: Int, progress: (Int64) -> Void) async throws -> ChangeSummary {
        let file = try TextOutput(path: path)
        try file.write("record\tvariant\treference\talternate\tdifference\tname\n")
        var (summary, touched, pairs) = (ChangeSummary(), Set<Int>(), [Pair]())
        while let record = try table.next() {
            summary.records += 1
            do {
                let window = try StartSiteWindow(record, places, flaw: table.flaw(of: record))
                for index in variants(touching: window) {
                    touched.insert(index)
                    pairs.append(Self.pair(variants[index], window))
                }
            } catch {
                summary.problems.append(.init(record: record.number, name: "", reason: error.description))
            }
            if pairs.count >= Self.batch {
                try await write(pairs, to: file, workers: workers, &summary)
                pairs = []
            }
            progress(table.bytesRead)
        }
        try await write(pairs, to: file, workers: workers, &summary)
        if touched.count < variants.count {
            summary.remarks.append(
                "\(variants.count - touched.count) of the \(variants.count) alleles of the variants lie in no window")
        }
        // Pairs are scored some hundreds at a time; what is wrong with a window is known before.
        summary.problems = summary.problems.enumerated()
            .sorted { ($0.element.record, $0.offset) < ($1.element.record, $1.offset) }.map(\.element)
        try file.finish()
        return summary
    }

    private func write(
        _ pairs: [Pair], to file: TextOutput, workers: Int, _ summary: inout ChangeSummary
    ) async throws {
        let batch = ItemBatch(columns: ExpressionRecord.columns, items: pairs.flatMap(\.items))
        var scores = try await model.scores([ExpressionRecord.examples(of: batch)], workers: workers)[0][...]
        for pair in pairs {
            let both = pair.items.compactMap { _ in scores.popFirst() }
            var numbers = "NA\tNA\tNA"
            if let old = both.first?.values.first, let new = both.last?.values.first {
                numbers = "\(old)\t\(new)\t\(new - old)"
            } else {
                let reason = pair.problem ?? both.compactMap(\.problem).first ?? "it was not scored"
                summary.problems.append(
                    .init(record: pair.record, name: pair.name, reason: "\(pair.variant): \(reason)"))
            }
            try file.write("\(pair.record)\t\(pair.variant)\t\(numbers)\t\(pair.name)\n")
        }
    }

    /// The variants of which a reference base lies in a window, ascending.
    private func variants(touching window: StartSiteWindow) -> [Int] {
        let (first, end) = (window.start - longest + 1, window.start + window.bases.count)
        var (low, high) = (0, variants.count)
        while low < high {
            let middle = (low + high) / 2
            if variants[middle].start < first { low = middle + 1 } else { high = middle }
        }
        return (low..<variants.count).prefix { variants[$0].start < end }
            .filter { variants[$0].start + variants[$0].reference.count > window.start }
    }

    private static func pair(_ allele: Allele, _ window: StartSiteWindow) -> Pair {
        let (reference, alternate) = (
            String(decoding: allele.reference, as: UTF8.self), String(decoding: allele.alternate, as: UTF8.self)
        )
        var pair = Pair(
            record: window.record, name: window.name,
            variant: "\(allele.contig):\(allele.start + 1):\(reference):\(alternate)")
        let (place, end) = (allele.start - window.start, allele.start - window.start + allele.reference.count)
        guard allele.reference.count == allele.alternate.count else {
            pair.problem = "it changes how many bases there are, and the window does not say which follow"
            return pair
        }
        guard place >= 0, end <= window.bases.count else {
            pair.problem = "it reaches over the end of the window"
            return pair
        }
        guard window.bases[place..<end].elementsEqual(allele.reference) else {
            let there = String(decoding: window.bases[place..<end], as: UTF8.self)
            pair.problem = "REF is \(reference), and the window has \(there) there"
            return pair
        }
        var changed = window.bases
        changed.replaceSubrange(place..<end, with: allele.alternate)
        pair.items = [window.item(window.bases), window.item(changed)]
        return pair
    }
}
