import Commands
import Genomics
import VariantCalling

/// What `--sex` and `--ploidy` say of the chromosomes.
enum PloidyOption {
    static func ploidy(_ command: ParsedCommand, reference: ReferenceGenome) throws -> Ploidy {
        var ploidy = Ploidy()
        switch command.value("sex") {
        case nil: break
        case "XX": ploidy = Ploidy(.xx, contigs: reference.contigs)
        case "XY":
            ploidy = Ploidy(.xy, contigs: reference.contigs)
            for contig in reference.contigs
            where SexChromosome(contig.name) != nil && !SexChromosome.isKnown(length: contig.length) {
                Remark.say(
                    "\(contig.name) is as long as that of neither GRCh37 nor GRCh38: all of it is called with one chromosome, also where X and "
                        + "Y pair; say the number of chromosomes with --ploidy")
            }
        case let text?: throw StartError(.usage, "--sex: \"\(text)\" is neither XX nor XY")
        }
        if let path = command.value("ploidy") {
            do {
                try ploidy.read(path: path, contigs: reference.contigs)
            } catch {
                throw ControlError("--ploidy: \(error)")
            }
        }
        return ploidy
    }
}
