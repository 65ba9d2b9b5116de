import Events
import Genomics
import Runs
import VariantCalling

/// What report works on a run of reads with.
struct CallingResources: Sendable {
    let reference: ReferenceGenome
    let panel: SitePanel?
    let plan: PloidyPlan

    init(_ request: IngestRequest, reference: ReferenceGenome, panel: SitePanel?) throws(EventError) {
        self.reference = reference
        self.panel = panel
        plan = PloidyPlan(
            try request.sexChoice(), stretches: try request.ploidyStretches(contigs: reference.contigs),
            contigs: reference.contigs)
    }
}

/// What runs of one reference and one panel share.
struct SharedResources: Sendable {
    let reference: ReferenceGenome
    let panel: SitePanel?

    init(_ request: IngestRequest, _ reference: ReferenceGenome) throws(GenomicsError) {
        self.reference = reference
        panel = try request.checkedSites().map { path throws(GenomicsError) in
            try SitePanel(path: path, reference: reference)
        }
    }
}
