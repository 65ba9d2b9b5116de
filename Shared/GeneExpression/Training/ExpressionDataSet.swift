import Foundation
import Genomics
import Hashing
import LinearAlgebra
import NeuralNetwork
import Tasks

/// Records of one kind with what is true of them, and the fold in which each is held out.
struct ExpressionDataSet: Sendable {
    let kind: ExpressionKind
    private(set) var records: [ExpressionRecord] = []
    /// What is predicted, in the kind's unit.
    private(set) var targets: [Float] = []
    /// Whether a record is of the class that its rank decides; none where the kind has no classes.
    private(set) var positives: [Bool] = []
    /// The fold that holds a record out; below 0 for one that always trains.
    private(set) var folds: [Int] = []
    /// SHA-256 of the files, by their names.
    private(set) var digests: [String: String] = [:]
    /// Records that were left out, by why.
    private(set) var leftOut = 0

    /// Where a kind's data lie in a folder laid out as the suite's: the table, and what is read beside it.
    static func files(_ kind: ExpressionKind) -> (table: String, companions: [String: String]) {
        switch kind {
        case .arabidopsis:
            (
                "arabidopsis_epigenome/marks_leaf_expression.tsv.gz",
                ["sequences": "arabidopsis_epigenome/promoter_sequences.tsv.gz"]
            )
        case .gm12878: ("gm12878_histone/genes.tsv.gz", ["bins": "gm12878_histone/histone_bins_10kb.tsv.gz"])
        case .ecoli:
            (
                "ecoli_precise/sample_table.csv.gz",
                ["levels": "ecoli_precise/log_tpm.tsv.gz", "genes": "ecoli_precise/gene_table.csv.gz"]
            )
        case .sigma70: ("sigma70_mpra/sigma70_variants.tsv.gz", [:])
        case .ecoliMPRA: ("ecoli_mpra/tss_promoters_LB.tsv.gz", [:])
        }
    }

    /// The same as a list, the table last.
    static func paths(_ kind: ExpressionKind) -> [String] {
        let files = files(kind)
        return files.companions.values.sorted() + [files.table]
    }

    /// Reads the data of a kind; `seed` deals out what the files put in no fold.
    init(_ kind: ExpressionKind, folder: String, seed: UInt64) throws {
        self.kind = kind
        let files = Self.files(kind)
        let path = "\(folder)/\(files.table)"
        for file in Self.paths(kind) {
            digests[file] = try SHA256Digest.hexadecimal(ofFile: "\(folder)/\(file)")
        }
        let companions = files.companions.mapValues { "\(folder)/\($0)" }.filter { $0.key != "levels" }
        let inputs = ItemInputs(paths: [path], options: companions.merging(["kind": kind.rawValue]) { $1 })
        let source = try ExpressionTask().source(path, of: inputs)
        let labels = try Labels(kind, path: path)
        var groups: [Int] = []
        while let item = try source.next() {
            guard let label = try labels.next() else { break }
            guard item.problem == nil, label.isUsed else {
                leftOut += 1
                continue
            }
            records.append(try ExpressionRecord(item))
            targets.append(label.target)
            if let isPositive = label.isPositive { positives.append(isPositive) }
            folds.append(label.fold)
            groups.append(label.group)
        }
        try deal(groups, seed: seed)
        guard Set(folds.filter { $0 >= 0 }).count > 1 else {
            throw TaskError("\(path) has no two folds of records that can be used")
        }
    }

    /// Deals records whose fold is ``Labels/unknown`` out to folds 1 to 4, groups as a whole.
    private mutating func deal(_ groups: [Int], seed: UInt64) throws {
        let open = folds.indices.filter { folds[$0] == Labels.unknown }
        guard !open.isEmpty else { return }
        var random = SplitMix64(keys: seed, 0xf01d)
        let names = Array(Set(open.map { groups[$0] })).sorted()
        let order = random.permutation(names.count)
        let numbers = Dictionary(uniqueKeysWithValues: zip(names, order))
        let dealt = try GroupedFolds(groups: open.map { numbers[groups[$0]] ?? 0 }, count: 4)
        for (place, index) in open.enumerated() { folds[index] = 1 + dealt.folds[place] }
    }
}

extension ExpressionDataSet {
    /// What is true of a record, read beside it.
    struct Label {
        var target: Float
        var isPositive: Bool?
        var fold: Int
        /// Records of one group are held out together.
        var group: Int
        var isUsed = true
    }

    /// The label columns of a kind's table, a record after the other.
    struct Labels {
        /// A fold that the table leaves open.
        static let unknown = -2
        private let kind: ExpressionKind
        private let table: TableFile
        private let places: [Int]

        init(_ kind: ExpressionKind, path: String) throws {
            self.kind = kind
            let table = try TableFile(path: path)
            let names =
                switch kind {
                case .arabidopsis: ["leaf", "fold"]
                case .gm12878: ["log10_expression", "split", "label", "bin"]
                case .ecoli: ["cv_fold", "cv_fold"]
                case .sigma70: ["expression", "fold"]
                case .ecoliMPRA: ["expression", "split", "active", "start"]
                }
            places = try names.map { try table.place(of: $0) }
            self.table = table
        }

        func next() throws -> Label? {
            guard let record = try table.next() else { return nil }
            guard table.flaw(of: record) == nil else { return Label(target: 0, fold: -1, group: 0, isUsed: false) }
            let fields = places.map { record.fields[$0] }
            guard let value = Float(fields[0]), value.isFinite else {
                return Label(target: 0, fold: -1, group: 0, isUsed: false)
            }
            switch kind {
            case .arabidopsis, .ecoli: return Label(target: value, fold: Int(fields[1]) ?? -1, group: 0)
            case .sigma70: return Label(target: Self.log2(value), fold: Int(fields[1]) ?? -1, group: 0)
            case .gm12878:
                return Label(
                    target: value, isPositive: fields[2] == "1", fold: fields[1] == "valid" ? 0 : Self.unknown,
                    group: Int(fields[3]) ?? 0)
            case .ecoliMPRA:
                // Windows overlap; those of one stretch of the genome are held out together.
                return Label(
                    target: Self.log2(value), isPositive: fields[2] == "active",
                    fold: fields[1] == "valid" ? 0 : Self.unknown, group: (Int(fields[3]) ?? 0) / 50_000,
                    isUsed: ["train", "valid"].contains(fields[1]))
            }
        }

        private static func log2(_ value: Float) -> Float {
            Float(PortableMath.log(Double(max(value, 0.01))) / 0.693147180559945309)
        }
    }
}
