import Annotation
import Genomics

extension Interpreter {
    /// How much of genes' coding sequences could have been called, by a BED file of where that was so.
    ///
    /// Of each gene the transcript that MANE selects, else that of the longest coding sequence. A gene without one is left out.
    func coverage(of genes: Set<String>, callable path: String) throws(GenomicsError) -> [ClinicalReport.GeneCoverage] {
        guard let transcripts, !genes.isEmpty else { return [] }
        var chosen: [String: Transcript] = [:]
        for transcript in transcripts.transcripts {
            guard let gene = transcript.geneName, genes.contains(gene), transcript.isCoding else { continue }
            if let known = chosen[gene], !Self.isBefore(transcript, known) { continue }
            chosen[gene] = transcript
        }
        let callable = try BED(path: path)
        return chosen.sorted { $0.key < $1.key }.map { gene, transcript in
            let ranges = callable.ranges[transcript.contig] ?? []
            return ClinicalReport.GeneCoverage(
                gene: gene, bases: transcript.codingLength,
                callable: transcript.codingExons.reduce(0) { $0 + Self.overlap($1, ranges) })
        }
    }

    private static func isBefore(_ one: Transcript, _ other: Transcript) -> Bool {
        let (isOne, isOther) = (one.flags.contains(.maneSelect), other.flags.contains(.maneSelect))
        if isOne != isOther { return isOne }
        return one.codingLength == other.codingLength ? one.id < other.id : one.codingLength > other.codingLength
    }

    /// Bases of a range that ascending, disjoint ranges cover.
    private static func overlap(_ range: Range<Int>, _ ranges: [Range<Int>]) -> Int {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound <= range.lowerBound { low = middle + 1 } else { high = middle }
        }
        var bases = 0
        for other in ranges[low...] {
            if other.lowerBound >= range.upperBound { break }
            bases += other.clamped(to: range).count
        }
        return bases
    }
}
