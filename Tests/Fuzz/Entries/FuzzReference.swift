import Foundation
import Genomics
import VariantCalling

/// A reference of two small contigs, which the corpus of alignments lies on.
final class FuzzReference: Sendable {
    static let shared = FuzzReference()

    let genome: ReferenceGenome
    private let contigs: [[UInt8]]

    /// Writes `c1` of 600 bases and `c2` of 200 to a file that goes when the process ends.
    private init() {
        contigs = [Self.bases(600, seed: 1), Self.bases(200, seed: 2)]
        let text = zip(1..., contigs).map { ">c\($0)\n\(String(decoding: $1, as: UTF8.self))\n" }.joined()
        let path = "\(NSTemporaryDirectory())/helicase-fuzz-\(getpid()).fa"
        atexit { for end in ["", ".fai"] { unlink("\(NSTemporaryDirectory())/helicase-fuzz-\(getpid()).fa\(end)") } }
        do {
            try text.write(toFile: path, atomically: false, encoding: .utf8)
            try "c1\t600\t4\t600\t601\nc2\t200\t609\t200\t201\n"
                .write(toFile: path + ".fai", atomically: false, encoding: .utf8)
            genome = try ReferenceGenome(path: path)
        } catch {
            preconditionFailure("no reference: \(error)")
        }
    }

    /// Marks duplicates and calls, as `encode` does with what it reads from its topic.
    func call(_ records: [BAMRecord]) {
        var marked = records
        DuplicateMarker().mark(&marked)
        for (number, bases) in contigs.enumerated() {
            let own = marked.filter { $0.referenceID == Int32(number) && $0.position >= 0 }
            _ = BinCaller().process(
                contig: "c\(number + 1)", core: 0..<bases.count, reference: ReferenceWindow(start: 0, bases: bases),
                records: own)
        }
    }

    private static func bases(_ count: Int, seed: UInt64) -> [UInt8] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Array("ACGT".utf8)[Int(state >> 62)]
        }
    }
}
