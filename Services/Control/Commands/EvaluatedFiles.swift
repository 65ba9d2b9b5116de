import Foundation
import Genomics

/// The records of an evaluation in files, by what became of them.
struct EvaluatedFiles {
    /// The files, as vcfeval names them.
    static let names = ["tp.vcf.gz", "fp.vcf.gz", "tp-baseline.vcf.gz", "fn.vcf.gz"]

    private let folder: URL

    init(folder: String) { self.folder = URL(filePath: folder) }

    /// Writes the records of one side that agree and those that do not, each as it stands in its file.
    func write(
        _ set: VariantSet, of path: String, _ verdicts: [VariantEvaluation.Verdict], isTruth: Bool
    ) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var agreeing: Set<Int> = []
        var others: Set<Int> = []
        for (number, verdict) in zip(set.recordNumbers, verdicts) {
            switch verdict {
            case .agrees: agreeing.insert(number)
            case .disagrees: others.insert(number)
            case .outside, .tooComplex, .leftOut: break
            }
        }
        var reader = try VCFReader(path: path, sample: set.sample)
        let longest = reader.contigs.map(\.length).max() ?? 0
        func file(_ name: String) throws -> VCFTextWriter {
            try VCFTextWriter(
                path: folder.appending(path: name).path, header: reader.headerText, longestContig: longest)
        }
        let right = try file(isTruth ? "tp-baseline.vcf.gz" : "tp.vcf.gz")
        let wrong = try file(isTruth ? "fn.vcf.gz" : "fp.vcf.gz")
        while try reader.next() != nil {
            if agreeing.contains(reader.recordNumber) { try right.write(reader.recordText) }
            if others.contains(reader.recordNumber) { try wrong.write(reader.recordText) }
        }
        try right.finish()
        try wrong.finish()
    }
}
