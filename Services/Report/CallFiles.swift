import Commands
import Events
import Foundation
import Genomics
import Storage
import VariantCalling

/// The VCF and the gVCF of a complete run, and what they hold in numbers.
struct CallFiles {
    /// What was written.
    struct Written {
        var calls: Report.Calls
        /// What became of the sites; nil where none were named.
        var sites: Report.Sites?
        var reliability: CallReliability
        var artifacts: [Report.Artifact]
    }

    let request: IngestRequest
    let resources: CallingResources
    let sex: SexByCoverage.Verdict
    let models: [PredictionBatch.Model]
    /// Whether there is a gVCF.
    let hasBlocks: Bool

    /// Writes the files and their indexes beside the process, then in pieces to the database.
    ///
    /// `reliability` comes without calls.
    func write(
        _ shards: FoundShards, reliability: CallReliability, in folder: ReportFolder, run: Identifier,
        on connection: Connection
    ) async throws -> Written {
        var reliability = reliability
        let (vcf, gvcf) = ("\(request.sample).vcf.gz", "\(request.sample).g.vcf.gz")
        let calls = try CallFile(writer(folder.path(vcf), resources.panel == nil ? .calls : .panel))
        let blocks = hasBlocks ? try CallFile(writer(folder.path(gvcf), .gvcf)) : nil
        var records = FoundRecords(
            resources.plan, reference: resources.reference.window, hasBlocks: hasBlocks)
        records.sex = sex
        var counter = CallCounter()
        var sites = request.sites.map {
            Report.Sites(file: URL(fileURLWithPath: $0.path).lastPathComponent, digest: $0.digest)
        }
        try await shards.forEach(on: connection) { found in
            let shard = try records.add(found)
            for call in shard.calls {
                counter.add(call)
                reliability.add(call)
            }
            for answer in shard.answers { sites?.add(Report.Site(answer)) }
            for variant in shard.variants { try calls.write(variant) }
            for variant in shard.blocks { try blocks?.write(variant) }
        }
        for variant in records.finish() { try calls.write(variant) }
        var artifacts: [Report.Artifact] = []
        for (name, file) in [(vcf, calls), (gvcf, blocks)] {
            guard let file else { continue }
            let suffix = try file.finish()
            artifacts.append(try await folder.store(name, run: run, on: connection))
            artifacts.append(try await folder.store(name + suffix, run: run, on: connection))
        }
        return Written(calls: counter.summary, sites: sites, reliability: reliability, artifacts: artifacts)
    }

    /// Takes the calls of a file as they are, and counts them.
    func take(
        _ path: String, reliability: CallReliability, in folder: ReportFolder, run: Identifier,
        on connection: Connection
    ) async throws -> Written {
        let name = "\(request.sample).vcf.gz"
        var reader = try VCFReader(path: path, sample: request.rename == true ? nil : request.sample)
        var counter = CallCounter()
        while let variant = try reader.next() { counter.add(variant) }
        let longest = resources.reference.contigs.map(\.length).max() ?? 0
        let suffix = try VCFTextWriter.copy(path, to: folder.path(name), longestContig: longest)
        return Written(
            calls: counter.summary, reliability: reliability,
            artifacts: [
                try await folder.store(name, run: run, on: connection),
                try await folder.store(name + suffix, run: run, on: connection),
            ])
    }

    private func writer(_ path: String, _ content: CallSetWriter.Content) throws -> CallSetWriter {
        try CallSetWriter(
            path: path, sample: request.sample, contigs: resources.reference.contigs,
            origin: CallSetOrigin(
                version: BuildInformation.version,
                reference: URL(fileURLWithPath: request.reference).lastPathComponent, models: models.map(\.digest)),
            content: content)
    }

    /// A writer that closures share.
    private final class CallFile {
        private var writer: CallSetWriter

        init(_ writer: consuming CallSetWriter) { self.writer = writer }

        func write(_ variant: Variant) throws { try writer.write(variant) }

        /// Closes the file; returns the suffix of its index.
        func finish() throws -> String {
            try writer.finish()
            return writer.indexSuffix
        }
    }
}

extension Report.Site {
    /// What a report says of an answer.
    init(_ answer: SiteAnswer) {
        let reference = answer.quality.map { _ in
            Array(repeating: "0", count: answer.copies).joined(separator: "/")
        }
        self.init(
            answer.site, answer: answer.reason, genotype: answer.call?.genotype ?? reference,
            quality: answer.call?.quality ?? answer.quality,
            filters: (answer.call?.filters).flatMap { $0.isEmpty ? nil : $0 })
    }
}
