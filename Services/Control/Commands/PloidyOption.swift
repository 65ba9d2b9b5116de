import Commands
import Events
import Genomics

/// What `--sex` and `--ploidy` say of the chromosomes.
enum PloidyOption {
    static func choice(_ command: ParsedCommand, reference: ReferenceGenome) throws -> SexChoice {
        guard let text = command.value("sex") else { return .coverage }
        guard let choice = SexChoice(text) else {
            throw StartError(
                .usage, "--sex: \"\(text)\" is none of XX (or female), XY (or male), coverage (or unknown-by-coverage)")
        }
        for contig in reference.contigs
        where choice == .xy && SexChromosome(contig.name) != nil && !SexChromosome.isKnown(length: contig.length) {
            Remark.say(
                "\(contig.name) is as long as that of none of GRCh37, GRCh38 and T2T-CHM13: all of it is called with one chromosome, also "
                    + "where X and Y pair; say the number of chromosomes with --ploidy")
        }
        return choice
    }

    static func stretches(_ command: ParsedCommand, reference: ReferenceGenome) throws -> [PloidyStretch] {
        guard let path = command.value("ploidy") else { return [] }
        do {
            return try PloidyStretch.read(path: path, contigs: reference.contigs)
        } catch {
            throw ControlError("--ploidy: \(error)")
        }
    }
}
