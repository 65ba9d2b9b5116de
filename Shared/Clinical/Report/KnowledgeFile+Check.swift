import Genomics

extension KnowledgeFile.Role {
    /// Whether a report can rest on several files of the kind, told apart by their names.
    public var isRepeatable: Bool { self == .frequencies || self == .scores }
}

extension KnowledgeFile {
    /// Throws where two files play one part, of which only one could be used.
    static func checkParts(_ files: [KnowledgeFile]) throws(GenomicsError) {
        var seen: [String: KnowledgeFile] = [:]
        for file in files {
            let part = file.role.isRepeatable ? "\(file.role.rawValue) \(file.prefix)" : file.role.rawValue
            guard let other = seen.updateValue(file, forKey: part) else { continue }
            throw GenomicsError(
                .malformed,
                file.role.isRepeatable
                    ? "\(file.role.rawValue) of \(other.path) have the same name, \(file.name); give each file a name of its own"
                    : "\(other.path) is named as \(file.role.rawValue) already, and a report rests on one such file: leave one of the two out",
                file: file.path)
        }
    }

    /// Throws for a VCF file that cannot speak of a genome: none of its contigs is there, or one has another length.
    func check(against reference: ReferenceGenome) throws(GenomicsError) {
        guard role == .clinVar || role == .frequencies else { return }
        let lines = try IndexedLines(path: path)
        func index(_ name: String) -> Int? {
            reference.index(of: name)
                ?? ContigNaming.alias(name, isKnown: { reference.index(of: $0) != nil }).flatMap(reference.index)
        }
        for line in lines.header where line.hasPrefix("##contig=<") {
            func value(_ key: String) -> String? {
                line.dropFirst(10).split { $0 == "," || $0 == ">" }.first { $0.hasPrefix(key + "=") }
                    .map { String($0.dropFirst(key.count + 1)) }
            }
            guard let name = value("ID"), let length = value("length").flatMap({ Int($0) }), let place = index(name),
                reference.contigs[place].length != length, !MitochondrialContig.isNamed(name)
            else { continue }
            throw GenomicsError(
                .referenceMismatch,
                "its contig \(name) has \(length) bases and \(reference.contigs[place].name) of \(reference.path) has "
                    + "\(reference.contigs[place].length): it is of another release of the genome", file: path,
                field: "##contig")
        }
        guard let first = lines.contigs.first, !lines.contigs.contains(where: { index($0) != nil }) else { return }
        throw GenomicsError(
            .referenceMismatch, ContigNaming.refusal(first, reference: reference), file: path, field: "#CHROM")
    }
}
