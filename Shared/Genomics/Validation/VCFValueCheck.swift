/// Holds the values of INFO and of a sample's column against their definitions.
struct VCFValueCheck {
    /// The header with the file's own definitions.
    let header: VCFHeaderCheck
    /// The record's number of alternate alleles.
    let alternates: Int

    /// What is wrong with an INFO column.
    func infoFlaw(_ text: Substring) -> String? {
        if text == "." { return nil }
        var known: Set<Substring> = []
        for entry in text.split(separator: ";", omittingEmptySubsequences: false) {
            let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let key = parts[0]
            let isKey =
                key == "1000G"
                || (!key.isEmpty
                    && key.utf8.allSatisfy {
                        header.version < 3 ? (33...126).contains($0) && $0 != 44 : FieldText.isWord($0)
                    } && (header.version < 3 || key.first?.isNumber == false))
            guard isKey else { return "\(FieldText.quoted(key)) is no key" }
            guard known.insert(key).inserted else { return "the key \(key) comes twice" }
            if header.version < 3, entry.contains(" ") { return "\(key) holds a space" }
            guard let shape = header.info[String(key)] ?? VCFKeys.info[String(key)] else { continue }
            if shape.type == "Flag" {
                if parts.count > 1, !["0", "1"].contains(parts[1]) { return "\(key) is a flag and has a value" }
                continue
            }
            guard parts.count > 1 else { return "\(key) has no value" }
            if let message = valueFlaw(key, parts[1], shape, ploidy: nil) { return message }
            if key == "CIGAR", parts[1] != "." {
                for value in parts[1].split(separator: ",", omittingEmptySubsequences: false)
                where !FieldText.isCIGAR(value) { return "\(FieldText.quoted(value)) is no CIGAR" }
            }
        }
        return nil
    }

    /// What is wrong with a sample's column, and with which key.
    func sampleFlaw(_ text: Substring, keys: [Substring]) -> (key: String, message: String)? {
        let values = text.split(separator: ":", omittingEmptySubsequences: false)
        guard values.count <= keys.count else {
            return ("FORMAT", "\(values.count) values of \(keys.count) keys")
        }
        var ploidy: Int?
        for (key, value) in zip(keys, values) {
            if key == "GT" {
                guard let alleles = genotype(value) else {
                    return ("GT", "\(FieldText.quoted(value)) is no genotype of \(alternates + 1) alleles")
                }
                ploidy = alleles
                continue
            }
            guard let shape = header.format[String(key)] ?? VCFKeys.format[String(key)] else { continue }
            if let message = valueFlaw(key, value, shape, ploidy: ploidy) { return (String(key), message) }
        }
        return nil
    }

    /// The number of alleles of a genotype; nil for what is none.
    private func genotype(_ text: Substring) -> Int? {
        let alleles = text.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "/" || $0 == "|" })
        let isGenotype = alleles.allSatisfy { allele in
            // A site without alternates may keep the genotypes of those it had.
            allele == "."
                || (FieldText.isCount(allele) && Int(allele).map { $0 <= alternates || alternates == 0 } == true)
        }
        return isGenotype ? alleles.count : nil
    }

    private func valueFlaw(_ key: Substring, _ text: Substring, _ shape: VCFShape, ploidy: Int?) -> String? {
        if text == "." { return nil }
        let values = text.split(separator: ",", omittingEmptySubsequences: false)
        for value in values {
            guard shape.accepts(value) else {
                return "\(key): \(FieldText.quoted(value)) is no value of the type \(shape.type)"
            }
            if VCFKeys.counts.contains(String(key)), value.first == "-" { return "\(key): \(value) is no count" }
        }
        // A comma within quotes separates nothing, and a site without alternates may keep the values of those it had.
        if text.hasPrefix("\"") || (["A", "R", "G"].contains(shape.number) && alternates == 0) { return nil }
        if let count = shape.count(alternates: alternates, ploidy: ploidy), count != values.count {
            return "\(key) has \(values.count) values instead of \(count)"
        }
        return nil
    }
}
