import Genomics

extension Interpreter {
    /// The person's relatives in a file of calls, by a pedigree or, without one, by the case's; nil where neither names any.
    ///
    /// Throws where the pedigree lacks the person, contradicts the case's sex, or the calls deny a parent.
    func family(
        _ pedigree: Pedigree?, _ person: PhenotypeCase?, sample: String?, calls path: String
    ) throws(GenomicsError) -> CalledFamily? {
        guard pedigree != nil || person?.kindred != nil else { return nil }
        let samples = try VCFReader(path: path).samples
        guard let own = sample ?? (samples.count == 1 ? samples[0] : nil) else { return nil }
        let kindred: Kindred
        if let pedigree {
            do { kindred = try Kindred(pedigree, proband: own) } catch {
                throw GenomicsError(
                    .sampleMismatch, "\(error.text), whose calls are asked about", field: "pedigree")
            }
        } else if let known = person?.kindred {
            kindred = known
        } else {
            return nil
        }
        if let sex = person?.sex, sex != .unknown, kindred.own.sex != .unknown, sex != kindred.own.sex {
            throw GenomicsError(
                .sampleMismatch,
                "the pedigree says that \(kindred.proband) is \(kindred.own.sex.rawValue), and the case that the person is \(sex.rawValue)",
                field: "sex")
        }
        return try CalledFamily(kindred, sample: own, calls: path)
    }
}
