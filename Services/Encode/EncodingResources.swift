import Events
import Genomics
import Runs
import VariantCalling

/// What encode works on a run with.
struct EncodingResources: Sendable {
    let maker: ExampleMaker
    let panel: SitePanel?

    init(_ request: IngestRequest, _ reference: ReferenceGenome) throws(GenomicsError) {
        maker = ExampleMaker(reference: reference, measures: .quality)
        panel = try request.checkedSites().map { path throws(GenomicsError) in
            try SitePanel(path: path, reference: reference)
        }
    }
}
