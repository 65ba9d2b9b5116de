import Clinical
import Commands
import Genomics

/// `--pedigree`: who is whose child among the samples of a file of calls.
enum PedigreeOption {
    /// Reads the file; throws where it does not name the person, or none of the relatives is a sample of the calls.
    static func read(_ path: String, proband: String?, calls: String) throws -> Pedigree {
        let pedigree = try Pedigree(path: path)
        let samples = try VCFReader(path: calls).samples
        let name = try self.proband(of: pedigree, path: path, sample: proband, among: samples)
        let kindred: Kindred
        do { kindred = try Kindred(pedigree, proband: name) } catch {
            throw ControlError("\(path): \(error.text), whose calls are asked about")
        }
        let there = kindred.relatives.filter { samples.contains($0.name) }
        guard !there.isEmpty else {
            throw ControlError(
                "\(path): \(calls) has no sample of a relative of \(name); a family's calls are in one file (helicase joint)"
            )
        }
        return pedigree
    }

    /// The sample that is named, or the only child of the pedigree among the samples.
    static func proband(
        of pedigree: Pedigree, path: String, sample: String?, among samples: [String]
    ) throws -> String {
        if let sample { return sample }
        let children = pedigree.names.filter { name in
            let person = pedigree.persons[name]
            return samples.contains(name) && (person?.father != nil || person?.mother != nil)
        }
        guard children.count == 1 else {
            throw StartError(
                .usage,
                "\(path) has \(Count.of(children.count, "child", "children")) with parents among the samples; --sample says who the calls are asked about"
            )
        }
        return children[0]
    }
}

/// Whose calls are asked about in a file of several samples.
enum ProbandSample {
    /// The sample that is named, or has the case's name, or is the only child of the pedigree; nil where the file has one sample.
    static func find(
        _ command: ParsedCommand, _ person: PhenotypeCase?, pedigree: Pedigree? = nil, calls path: String
    ) throws -> String? {
        if let name = command.value("sample") { return name }
        let samples = try VCFReader(path: path).samples
        if let own = person?.individual, samples.contains(own) { return own }
        guard samples.count > 1 else { return nil }
        if let pedigree {
            return try PedigreeOption.proband(
                of: pedigree, path: command.value("pedigree") ?? "", sample: nil, among: samples)
        }
        let names = samples.prefix(10).joined(separator: ", ") + (samples.count > 10 ? ", …" : "")
        throw StartError(
            .usage,
            "\(path) has \(samples.count) samples (\(names)), and none is named \(person?.individual ?? "by the case"); say which is the person "
                + "with --sample")
    }
}
