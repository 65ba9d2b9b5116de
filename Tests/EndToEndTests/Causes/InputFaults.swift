import Foundation
import TestSupport

extension Fault {
    /// Files that are not what they should be, through the commands that need no stack.
    static let inputs: [Fault] = [
        Fault("a BAM file that is not there", says: "none.bam", "No such file") { $0.predict("none.bam") },
        Fault("a BAM file that is cut short", says: "cut.bam", "cut short") { bench in
            try bench.write("cut.bam", Array(bench.alignments.prefix(bench.alignments.count / 2)))
            return bench.predict("cut.bam")
        },
        Fault("an empty BAM file", says: "empty.bam", "neither SAM, BAM nor CRAM") { bench in
            try bench.write("empty.bam", "")
            return bench.predict("empty.bam")
        },
        Fault("FASTQ for BAM", says: "s.fastq", "FASTQ") { bench in
            try bench.write("s.fastq", bench.sample.fastq(mate: 0))
            return bench.predict("s.fastq")
        },
        Fault("a folder for a file", says: "a.bam", "Is a directory") { bench in
            try FileManager.default.createDirectory(atPath: bench.path("a.bam"), withIntermediateDirectories: true)
            return bench.predict("a.bam")
        },
        Fault("a malformed field of SAM", says: "bad.sam", "7", "POS", "'x'") { bench in
            try bench.write("bad.sam", try await bench.sam(record: 7, field: 3, to: "x"))
            return bench.predict("bad.sam")
        },
        Fault("a read past the end of its contig", says: "past.sam", "7", "contig1", "20000") { bench in
            try bench.write("past.sam", try await bench.sam(record: 7, field: 3, to: "19990"))
            return bench.predict("past.sam")
        },
        Fault("a reference that is not there", says: "none.fa", "No such file") { bench in
            bench.predict(reference: "none.fa")
        },
        Fault("a reference compressed by gzip", says: "ref.fa.gz", "plain gzip", "bgzip") { bench in
            _ = try await Program.run(["gzip", "-k", bench.path("ref.fa")])
            return bench.predict(reference: "ref.fa.gz")
        },
        Fault("a reference that is no FASTA", says: "s.bam", "not a FASTA file") { $0.predict(reference: "s.bam") },
        Fault("a reference of ragged lines", says: "ragged.fa", "lines") { bench in
            try bench.write("ragged.fa", ">contig1\nACGTACGT\nACG\nACGTACGT\n")
            return bench.predict(reference: "ragged.fa")
        },
        Fault("a reference of another naming", says: "s.bam", "contig1", "chr1", "aligned to") { bench in
            try bench.write("chr.fa", ">chr1\n\(bench.bases)\n")
            return bench.predict(reference: "chr.fa")
        },
        Fault("a reference of another length", says: "contig1", "20000", "20004", "aligned to") { bench in
            try bench.write("longer.fa", ">contig1\n\(bench.bases)ACGT\n")
            return bench.predict(reference: "longer.fa")
        },
        Fault("a reference of other bases", says: "other.fa", "reference") { bench in
            try bench.write("other.fa", ">contig1\n\(String(bench.bases.reversed()))\n")
            return bench.predict(reference: "other.fa")
        },
        Fault("CRAM of another reference", says: "s.cram", "reference") { bench in
            _ = try await Program.run([
                "samtools", "view", "-C", "-T", bench.path("ref.fa"), "-o", bench.path("s.cram"), bench.path("s.bam"),
            ])
            try bench.write("other.fa", ">contig1\n\(String(bench.bases.reversed()))\n")
            return bench.predict("s.cram", reference: "other.fa")
        },
        Fault("a malformed line of BED", says: "bad.bed", "2", "chromEnd", "\"x\"") { bench in
            try bench.write("bad.bed", "contig1\t10\t20\ncontig1\t30\tx\n")
            return bench.predict("s.bam", ["--regions", bench.path("bad.bed")])
        },
        Fault("BED of another naming", says: "chr.bed", "chr1", "ref.fa") { bench in
            try bench.write("chr.bed", "chr1\t10\t20\n")
            return bench.predict("s.bam", ["--regions", bench.path("chr.bed")])
        },
        Fault("an empty BED", says: "empty.bed") { bench in
            try bench.write("empty.bed", "")
            return bench.predict("s.bam", ["--regions", bench.path("empty.bed")])
        },
        Fault("a VCF whose position is no number", says: "bad.vcf", "1", "POS", "\"1x\"") { bench in
            try bench.write("bad.vcf", try bench.vcf(position: "1x"))
            return bench.evaluate(truth: "bad.vcf")
        },
        Fault("a VCF without a header", says: "bare.vcf", "no header") { bench in
            let lines = try bench.vcf().split(separator: "\n").filter { !$0.hasPrefix("#") }
            try bench.write("bare.vcf", lines.joined(separator: "\n") + "\n")
            return bench.evaluate(truth: "bare.vcf")
        },
        Fault("a VCF that is cut short", says: "cut.vcf.gz", "cut short") { bench in
            _ = try await Program.run([
                "sh", "-c", "bgzip -c '\(bench.path("truth.vcf"))' | head -c 150 > '\(bench.path("cut.vcf.gz"))'",
            ])
            return bench.evaluate(truth: "cut.vcf.gz")
        },
        Fault("a VCF of another naming", says: "chr.vcf", "chr1", "ref.fa") { bench in
            try bench.write("chr.vcf", try bench.vcf(contig: "chr1"))
            return bench.evaluate(truth: "chr.vcf")
        },
        Fault("a VCF of another reference", says: "other.vcf", "REF", "contig1:100") { bench in
            let base = try bench.bases.dropFirst(99).prefix(1)
            try bench.write("other.vcf", try bench.vcf(reference: base == "G" ? "T" : "G"))
            return bench.evaluate(truth: "other.vcf")
        },
        Fault("a VCF of several samples", says: "two.vcf", "Mother", "Child", "--sample") { bench in
            try bench.write("two.vcf", try bench.vcf(samples: ["Mother", "Child"]))
            return bench.evaluate(predictions: "two.vcf")
        },
        Fault("a model that is none", says: "ref.fa", "safetensors") { bench in
            bench.predict("s.bam", ["--model", bench.path("ref.fa")])
        },
        Fault("a model file that is not there", says: "none.safetensors", "No such file") { bench in
            bench.predict("s.bam", ["--model", bench.path("none.safetensors")])
        },
        Fault("an architecture that is no JSON", says: "arch.json", "JSON") { bench in
            try bench.write("arch.json", "{\"layers\": [")
            return FaultBench.Typed([
                "train", "network", "--architecture", bench.path("arch.json"), "--data", bench.path("x.safetensors"),
                "--local", "--output", bench.path("m.safetensors"),
            ])
        },
    ]
}
