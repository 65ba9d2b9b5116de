import Foundation
import Genomics

/// A site of a cohort as a line of a VCF file.
struct JointRecord {
    var contig: String
    /// 0-based.
    var position: Int
    var alleles: SiteAlleles
    var samples: [SampleEvidence]
    var site: JointGenotyper.SiteCall
    /// The samples' names.
    var names: [String]

    /// From this posterior on a child's allele is taken for new.
    static let newAlleleThreshold = 0.5

    /// The alleles of a sample's genotype; nil where it is not called.
    func genotype(_ place: Int) -> (low: Int, high: Int)? {
        guard let index = site.calls[place].genotype else { return nil }
        return Genotypes.list(alleles.count, ploidy: samples[place].ploidy)[index]
    }

    /// The stretches behind the site that the sample's called deletions take away.
    func deletions(of place: Int) -> [Range<Int>] {
        guard let (low, high) = genotype(place) else { return [] }
        return Set([low, high]).filter { $0 > 0 }.sorted().compactMap { allele in
            let alternate = alleles.alternates[allele - 1]
            let (length, left) = (alleles.reference.utf8.count, alternate.utf8.count)
            return alternate != "*" && left < length ? (position + left)..<(position + length) : nil
        }
    }

    /// How many copies of each allele are called.
    var copies: [Int] {
        var copies = [Int](repeating: 0, count: alleles.count)
        for place in samples.indices {
            guard let (low, high) = genotype(place) else { continue }
            copies[low] += 1
            if samples[place].ploidy == 2 { copies[high] += 1 }
        }
        return copies
    }

    /// The line without its end.
    var line: String {
        let copies = copies
        let total = copies.reduce(0, +)
        func list(_ values: some Sequence<String>) -> String { values.joined(separator: ",") }
        var info = [
            "AC=\(list(copies.dropFirst().map(String.init)))", "AN=\(total)",
            "AF=\(list(copies.dropFirst().map { Self.share($0, of: total) }))",
            "DP=\(samples.compactMap(\.depth).reduce(0, +))",
        ]
        let new = site.calls.indices.filter {
            (site.calls[$0].newAllele ?? 0) >= Self.newAlleleThreshold
        }
        if !new.isEmpty { info.append("DN=\(list(new.map { names[$0] }))") }
        let hasFamilies = site.calls.contains { $0.newAllele != nil }
        let format = "GT:GQ:DP:AD:PL" + (hasFamilies ? ":DNP" : "")
        let columns = [
            contig, String(position + 1), ".", alleles.reference, list(alleles.alternates),
            Self.quality(site.quality), "PASS", info.joined(separator: ";"), format,
        ]
        return (columns + samples.indices.map { sample($0, hasFamilies: hasFamilies) }).joined(
            separator: "\t")
    }

    private func sample(_ place: Int, hasFamilies: Bool) -> String {
        let (evidence, call) = (samples[place], site.calls[place])
        var genotype = evidence.ploidy == 2 ? "./." : "."
        if let (low, high) = self.genotype(place) {
            genotype = evidence.ploidy == 2 ? "\(low)/\(high)" : "\(low)"
        }
        var quality = call.quality
        if call.genotype == 0, let block = evidence.blockQuality {
            quality = min(JointGenotyper.highestQuality, block)
        }
        func list(_ values: [Int]?) -> String {
            values.map { $0.map(String.init).joined(separator: ",") } ?? "."
        }
        let isCalled = call.genotype != nil
        var fields = [
            genotype, isCalled ? quality.map(String.init) ?? "." : ".",
            evidence.depth.map(String.init) ?? ".",
            list(evidence.alleleDepths), isCalled ? list(evidence.phred) : ".",
        ]
        if hasFamilies { fields.append(call.newAllele.map { Self.small($0) } ?? ".") }
        return fields.joined(separator: ":")
    }

    private static func share(_ count: Int, of total: Int) -> String {
        guard total > 0 else { return "." }
        let digits = String(Int((Double(count) / Double(total) * 10_000).rounded()))
        let padded = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        return "\(padded.dropLast(4)).\(padded.suffix(4))"
    }

    private static func quality(_ value: Double) -> String {
        String(format: "%.2f", min(value, 10_000))
    }

    /// A probability with three digits, 0 for what is below 1e-6.
    private static func small(_ value: Double) -> String {
        value < 1e-6 ? "0" : String(format: "%.3g", value)
    }
}
