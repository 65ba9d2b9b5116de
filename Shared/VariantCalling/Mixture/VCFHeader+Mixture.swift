import Genomics

extension VCFHeader {
    /// Adds what records of the mitochondrion have beside others.
    mutating func addMixtures() {
        let least = Int(MixturePosterior.least * 100)
        filters += [
            Definition(
                filter: SiteCall.fewReads, "Fewer than \(MixtureSite.fewestReads) fragments show a mitochondrial allele"
            ),
            Definition(
                filter: SiteCall.strandBias,
                "A mitochondrial allele that one strand shows three times less than the other, which chance does in less than one of 1000"
            ),
            Definition(
                filter: SiteCall.artefactProne,
                "A mitochondrial mixture or change of length at 301-316, 513-525 or 16182-16193, where repeats are misread,"
                    + " or a mixture of lengths of a run of one base by long reads"
            ),
            Definition(
                filter: SiteCall.nuclearCopy,
                "A mitochondrial mixture that no more fragments show than copies in the nuclear genome may give"),
        ]
        formats += [
            Definition(
                "AF", number: "A", type: "Float",
                "Share of the mitochondrial molecules that have the allele (heteroplasmy); GT is 1 where it is above "
                    + "\(100 - least) %, 0/1 from \(least) % on, and PL are of the best share of none, (some,) all"),
            Definition("CILOW", number: "A", type: "Float", "Lower end of the 95 % interval of AF"),
            Definition("CIUP", number: "A", type: "Float", "Upper end of the 95 % interval of AF"),
        ]
    }
}
