import Commands
import Foundation
import Genomics
import Hashing
import Observability
import Simulation

/// `helicase simulate reads`: the reads of a sample with known variants, where they truly lie, and the truth set.
struct SimulateReads {
    private let command: ParsedCommand
    private let seed: UInt64
    private let workers: Int
    private let coverage: Int
    private let spacing: Int
    private let mixture: SimulatedMixture
    private let profile: SequencingProfile

    init(_ command: ParsedCommand) throws {
        self.command = command
        seed = UInt64(try command.integer("seed", in: 0...Int.max) ?? 1)
        workers = try command.integer("workers", in: 1...256) ?? ProcessInfo.processInfo.activeProcessorCount
        coverage = try command.integer("coverage", in: 1...10_000) ?? 40
        if command.value("variants") != nil, command.value("spacing") != nil {
            throw StartError(.usage, "--spacing is of random variants; leave it out where --variants names a sample's")
        }
        spacing = try command.integer("spacing", in: 50...10_000_000) ?? 1000
        mixture = SimulatedMixture(
            contamination: try Self.fraction("contamination", command) ?? 0,
            paralogs: try Self.fraction("paralogs", command) ?? 0)
        var profile = try ProfileChoice.profile(command.value("profile") ?? "hiSeqX")
        if let length = try command.integer("read-length", in: 20...1000) {
            guard !profile.technology.isLong else {
                throw StartError(.usage, "--read-length is of short reads; a profile of long ones has their lengths")
            }
            profile = profile.reading(length)
        }
        if let rate = try Self.fraction("chimeras", command) { profile.chimeraRate = rate }
        if let rate = try Self.fraction("clipped", command) { profile.clips.rate = rate }
        self.profile = profile
    }

    private static func fraction(_ name: String, _ command: ParsedCommand) throws -> Double? {
        guard let text = command.value(name) else { return nil }
        if let number = Double(text), (0...0.5).contains(number) { return number }
        throw StartError(.usage, "--\(name): \"\(text)\" is not a fraction from 0 to 0.5")
    }

    func run() async throws {
        let output = command.value("output") ?? ""
        try OutputPath.checkFolder(output)
        let reference = try ReferenceGenome(path: command.value("reference") ?? "")
        let sample = command.value("sample") ?? "SIMULATED"
        guard SampleName.isValid(sample) else {
            throw StartError(.usage, "--sample: \(SampleName.rule)")
        }
        let regions = try command.value("regions").map { try RegionFile.bed($0, reference: reference) }
        let mates = profile.technology.isLong ? ["fastq.gz"] : ["R1.fastq.gz", "R2.fastq.gz"]
        let names = mates + ["truth.vcf.gz", "bam", "regions.bed"] + (mixture.paralogs > 0 ? ["paralogs.bed"] : [])
        try OutputPath.checkNew(names.map { "\(sample).\($0)" }, in: output, force: command.flag("force"))
        let given = try command.value("variants").map {
            try SampleVariantFile(path: $0, sample: sample, reference: reference)
        }
        try Files.makeFolder(output)
        let path = { (name: String) in "\(output)/\(sample).\(name)" }
        let genome = SimulatedGenome(
            reference: reference, profile: profile, coverage: Double(coverage), mixture: mixture, seed: seed,
            readGroup: sample)
        var writer = try Writer(
            truth: VCFWriter(path: path("truth.vcf.gz"), header: truthHeader(reference, sample)),
            alignments: BAMWriter(path: path("bam"), header: header(reference, sample)),
            fastq: mates.map { try FASTQFile(path($0)) }, known: BEDWriter(path: path("regions.bed")),
            copies: mixture.paralogs > 0 ? BEDWriter(path: path("paralogs.bed")) : nil)
        let stretches = genome.stretches(regions: regions)
        let progress = ProgressMeter(
            "simulating", total: stretches.reduce(0) { $0 + $1.core.count }, unit: "bases")
        for number in reference.contigs.indices {
            let own = stretches.filter { $0.contig == number }
            let contig = reference.contigs[number].name
            let raw = try given?.variants(of: number) ?? random(own, reference)
            guard !own.isEmpty else { continue }
            let variants = try genome.resolve(raw, contig: number)
            for variant in variants.sample where regions?.overlaps(contig, variant.referenceRange) ?? true {
                try writer.write(variant)
            }
            writer.leftOut += variants.leftOut
            try await make(own, of: genome, variants, contig, &writer, progress)
        }
        try given?.finish()
        progress.finish()
        try writer.finish()
        if writer.leftOut > 0 {
            Remark.say(
                "\(Count.of(writer.leftOut, "allele")) overlap an earlier one of their haplotype and were left out; "
                    + "\(path("truth.vcf.gz")) holds what is in the reads")
        }
        print(
            "\(sample): \(Count.of(writer.fragments, profile.technology.isLong ? "read" : "pair")) of "
                + "\(profile.technology.isLong ? "" : "reads of ")\(profile.name) with "
                + "\(Count.of(writer.variants, "variant")) in \(output)")
    }

    /// Makes a contig's stretches side by side and writes them in their order.
    private func make(
        _ stretches: [SimulatedGenome.Stretch], of genome: SimulatedGenome,
        _ variants: SimulatedGenome.ContigVariants, _ contig: String, _ writer: inout Writer, _ progress: ProgressMeter
    ) async throws {
        var merger = AlignmentMerger()
        for start in stride(from: 0, to: stretches.count, by: workers) {
            let part = stretches[start..<min(start + workers, stretches.count)]
            let made = try await withThrowingTaskGroup(of: (Int, SimulatedGenome.Reads).self) { group in
                for index in part.indices {
                    group.addTask { (index, try genome.reads(of: stretches[index], variants)) }
                }
                return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            for index in part.indices {
                guard let reads = made[index] else { continue }
                let next = index + 1 < stretches.count ? stretches[index + 1].core.lowerBound : nil
                try writer.write(reads, merger.add(reads.alignments, next: next), contig)
                progress.advance(by: stretches[index].core.count)
            }
        }
    }

    private func random(
        _ stretches: [SimulatedGenome.Stretch], _ reference: ReferenceGenome
    ) throws -> [Variant] {
        try stretches.flatMap { stretch in
            var random = SplitMix64(keys: seed, UInt64(stretch.contig), UInt64(stretch.core.lowerBound))
            let name = reference.contigs[stretch.contig].name
            return RandomVariants.make(
                on: name, window: try reference.window(name, stretch.core), every: spacing, using: &random)
        }
    }

    private func truthHeader(_ reference: ReferenceGenome, _ sample: String) -> VCFHeader {
        VCFHeader(
            contigs: reference.contigs, sample: sample, source: "Helicase",
            formats: [.init("GT", number: "1", type: "String", "Genotype, phased as the reads' haplotypes (HP)")])
    }

    private func header(_ reference: ReferenceGenome, _ sample: String) throws -> AlignmentHeader {
        let lines =
            ["@HD\tVN:1.6\tSO:coordinate"]
            + reference.contigs.map { "@SQ\tSN:\($0.name)\tLN:\($0.length)" }
            + ["@RG\tID:\(sample)\tSM:\(sample)\tPL:\(profile.technology.platform)", "@PG\tID:helicase\tPN:helicase"]
        return try AlignmentHeader(text: lines.joined(separator: "\n") + "\n")
    }

    /// The files of a run and what was written.
    private struct Writer: ~Copyable {
        var truth: VCFWriter
        let alignments: BAMWriter
        let fastq: [FASTQFile]
        var (variants, fragments, leftOut) = (0, 0, 0)
        let known: BEDWriter
        let copies: BEDWriter?

        init(
            truth: consuming VCFWriter, alignments: BAMWriter, fastq: [FASTQFile], known: BEDWriter, copies: BEDWriter?
        ) {
            self.truth = truth
            self.alignments = alignments
            self.fastq = fastq
            self.known = known
            self.copies = copies
        }

        mutating func write(_ variant: Variant) throws {
            var bare = variant
            (bare.id, bare.quality, bare.filters, bare.info, bare.sampleFields) = (nil, nil, ["PASS"], [], [])
            try truth.write(bare)
            variants += 1
        }

        mutating func write(_ reads: SimulatedGenome.Reads, _ records: [BAMRecord], _ contig: String) throws {
            for (file, text) in zip(fastq, reads.fastq) { try file.write(text) }
            for record in records { try alignments.write(record) }
            fragments += reads.fragments
            for range in reads.known { try known.write(contig, range) }
            for range in reads.copies { try copies?.write(contig, range) }
        }

        mutating func finish() throws {
            try truth.finish()
            try alignments.finish()
            try known.finish()
            try copies?.finish()
            for file in fastq { try file.close() }
        }
    }
}
