/// A cohort's genotypes as bits, sample by sample: heterozygotes, and homozygotes of either allele; 64 sites a word.
struct GenotypePlanes: Sendable {
    let words: Int
    let isComplete: Bool
    let heterozygous: [UInt64]
    let reference: [UInt64]
    let alternate: [UInt64]

    init(_ cohort: CohortGenotypes) {
        words = (cohort.sites.count + 63) / 64
        let size = words * cohort.samples.count
        var planes = [[UInt64]](repeating: [UInt64](repeating: 0, count: size), count: 3)
        var missing = 0
        for site in cohort.sites.indices {
            let (word, bit) = (site / 64, UInt64(1) << UInt64(site % 64))
            for sample in cohort.samples.indices {
                let code = Int(cohort.code(site: site, sample: sample))
                if code == 3 { missing += 1 } else { planes[code][sample * words + word] |= bit }
            }
        }
        (reference, heterozygous, alternate) = (planes[0], planes[1], planes[2])
        isComplete = missing == 0
    }
}
