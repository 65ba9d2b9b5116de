import Genomics

extension FuzzEntry {
    /// VCF text or BCF, plain or compressed.
    static let vcf = FuzzEntry("vcf", longest: 2048) { input in
        let file = InputFile.forThisThread
        file.hold(input)
        var reader = try VCFReader(path: file.path)
        for contig in reader.contigs { try FuzzFinding.unless(contig.length >= 0, "a length of \(contig.length)") }
        var refusals = 0
        // Damaged data may be refused for ever; a caller gives up at the first.
        while refusals < 100 {
            let variant: Variant?
            do throws(GenomicsError) {
                variant = try reader.next()
            } catch {
                try FuzzFinding.unless(error.record == reader.recordNumber, "a refusal without its record: \(error)")
                refusals += 1
                continue
            }
            guard let variant else { break }
            try check(variant)
        }
    }

    /// BED text or a file of it, plain or compressed.
    static let bed = FuzzEntry("bed", longest: 512) { input in
        let file = InputFile.forThisThread
        file.hold(input)
        let bed = try BED(path: file.path)
        for (contig, ranges) in bed.ranges {
            try FuzzFinding.unless(!contig.isEmpty && !ranges.isEmpty, "a contig without a name or a stretch")
            for (range, next) in zip(ranges, ranges.dropFirst()) {
                try FuzzFinding.unless(range.upperBound < next.lowerBound, "stretches that touch: \(range) \(next)")
            }
            for range in ranges {
                let holds =
                    bed.contains(contig, range) && bed.contains(contig, range.lowerBound)
                    && !bed.contains(contig, range.upperBound) && bed.overlaps(contig, range)
                try FuzzFinding.unless(!range.isEmpty && range.lowerBound >= 0 && holds, "not found again: \(range)")
            }
        }
        _ = bed.baseCount
        let rows = bed.ranges.flatMap { contig, ranges in ranges.map { (contig, $0) } }
        try FuzzFinding.unless(BED(rows) == bed, "other stretches after sorting them again")
    }

    /// A FASTA file, which is indexed where it lies.
    static let fasta = FuzzEntry("fasta", longest: 512) { input in
        let file = InputFile.forThisThread
        file.hold(input)
        let genome = try ReferenceGenome(path: file.path)
        for (number, contig) in genome.contigs.enumerated() {
            let bases = try genome.bases(contig: number, 0..<contig.length)
            try FuzzFinding.unless(bases.count == contig.length, "\(bases.count) bases of \(contig.length)")
            try FuzzFinding.unless(bases.allSatisfy { $0 >= 65 && $0 <= 90 }, "a base that is no letter")
        }
    }

    private static func check(_ variant: Variant) throws(FuzzFinding) {
        try FuzzFinding.unless(variant.quality?.isFinite ?? true, "QUAL \(variant.quality ?? 0)")
        try FuzzFinding.unless(variant.position >= 0 && !variant.reference.isEmpty, "no place or no REF")
        let isSpelled = variant.reference.utf8.allSatisfy { $0 >= 65 && $0 <= 90 }
        try FuzzFinding.unless(isSpelled, "REF \(variant.reference)")
        let alleles = variant.genotype?.alleles.compactMap { $0 } ?? []
        try FuzzFinding.unless(
            alleles.allSatisfy { $0 <= variant.alternates.count }, "GT of an allele that is not there")
        _ = variant.referenceRange
        if let genotype = variant.genotype {
            try FuzzFinding.unless(Genotype(genotype.description) == genotype, "another GT after writing it")
        }
        for alternate in variant.alternates {
            let allele = Allele(
                contig: variant.contig, position: variant.position, reference: variant.reference, alternate: alternate)
            guard let trimmed = allele?.trimmed else { continue }
            try FuzzFinding.unless(trimmed.trimmed == trimmed, "an allele that can be trimmed twice")
            _ = trimmed.atoms
        }
    }
}
