import Foundation
import Genomics

/// All that was found in a shard and is written of it.
public struct ShardFindings: Sendable, Hashable {
    /// The sites with an alternate allele, by position.
    public var calls: [SexedCall]
    /// Where the reads show the reference, where that was asked for.
    public var blocks: [ReferenceBlock]
    /// What is known of the alleles of a panel.
    public var sites: [SiteEvidence]

    /// Puts findings together.
    public init(calls: [SexedCall] = [], blocks: [ReferenceBlock] = [], sites: [SiteEvidence] = []) {
        self.calls = calls
        self.blocks = blocks
        self.sites = sites
    }

    /// Whether nothing is written of it.
    public var isEmpty: Bool { calls.isEmpty && blocks.isEmpty && sites.isEmpty }
}

/// Turns what was found in shard after shard, in the order of the reference, into the records of a VCF and a gVCF.
///
/// The services and one process alone go through it, so that their files are the same.
public struct FoundRecords {
    /// The records of a shard.
    public struct Shard: Sendable {
        /// The calls of the shard.
        public var calls: [SiteCall] = []
        /// What became of the alleles of the panel.
        public var answers: [SiteAnswer] = []
        /// Records of the VCF that are known to the end, of this shard and those before it.
        public var variants: [Variant] = []
        /// Records of the gVCF.
        public var blocks: [Variant] = []
    }

    private let plan: PloidyPlan
    private let hasBlocks: Bool
    private var records: GVCFRecords
    private var phasing = ReadPhasing()

    /// The sex that calls are of; two of each chromosome until it is set.
    public var sex = SexByCoverage.Verdict.notDetermined {
        didSet { records.ploidy = plan.ploidy(sex) }
    }

    /// Begins before the first shard; `hasBlocks` says whether a gVCF is wanted.
    public init(_ plan: PloidyPlan, reference: @escaping ReferenceLookup, hasBlocks: Bool) {
        self.plan = plan
        self.hasBlocks = hasBlocks
        records = GVCFRecords(reference: reference, ploidy: plan.ploidy(.notDetermined))
    }

    /// Takes what was found in the next shard.
    public mutating func add(_ found: ShardFindings) throws(GenomicsError) -> Shard {
        var shard = Shard()
        shard.calls = found.calls.filter { $0.stands(with: sex) }.map(\.call)
        if hasBlocks { shard.blocks = try records.merge(shard.calls, found.blocks) }
        let ploidy = plan.ploidy(sex)
        shard.answers = found.sites.map { evidence in
            let (site, calls) = (evidence.site, shard.calls)
            return SiteAnswer(evidence, calls: calls, copies: ploidy.of(site.contig, position: site.position))
        }
        for answer in shard.answers where answer.reason == .called || answer.reason == .filter {
            if let place = shard.calls.firstIndex(where: { $0.has(answer.site) }) {
                shard.calls[place].answer = answer.reason
            }
        }
        let items = (shard.calls.map { .call($0) } + shard.answers.compactMap { $0.variant.map { .record($0) } })
            .sorted(by: CallSetItem.precedes)
        for item in items { shard.variants += phasing.add(item).map(\.variant) }
        return shard
    }

    /// Returns the records of the VCF that are left.
    public mutating func finish() -> [Variant] { phasing.finish().map(\.variant) }
}
