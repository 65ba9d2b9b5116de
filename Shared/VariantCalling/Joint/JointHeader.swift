import Genomics

/// The header of a cohort's VCF file.
enum JointHeader {
    static func text(reference: ReferenceGenome, samples: [String], source: String) -> String {
        VCFHeader(
            contigs: reference.contigs, sample: samples.joined(separator: "\t"), source: source,
            info: [
                .init("AC", number: "A", type: "Integer", "Called copies of each alternate"),
                .init("AN", number: "1", type: "Integer", "Called copies of all alleles"),
                .init("AF", number: "A", type: "Float", "Share of each alternate among the called copies"),
                .init("DP", number: "1", type: "Integer", "Reads of all samples"),
                .init(
                    "DN", number: ".", type: "String",
                    "Children with an allele that neither parent has (DNP of 0.5 and more)"),
            ],
            formats: [
                .init("GT", number: "1", type: "String", "Genotype, the most likely one a posteriori"),
                .init(
                    "GQ", number: "1", type: "Integer",
                    "Phred of the posterior that GT is wrong; that of the reference block where one covers the site"
                ),
                .init("DP", number: "1", type: "Integer", "Reads, the least of a reference block"),
                .init("AD", number: "R", type: "Integer", "Reads of each allele"),
                .init(
                    "PL", number: "G", type: "Integer",
                    "Likelihoods of the genotypes from the sample's own reads, in Phred"),
                .init(
                    "DNP", number: "1", type: "Float",
                    "Posterior that an allele of the child is new, at 1.2e-8 a base and gamete (Kong et al. 2012)"
                ),
            ], metadata: [.init("reference", reference.path)]
        ).text
    }
}
