import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// Faults that are put in: the first line that a person sees names the place, the cause and what to do, and the exit
    /// status says that not all was done.
    @Suite("The true cause first", .serialized)
    struct TrueCauseTests {
        @Test("A fault's first line", arguments: Fault.inputs + Fault.places + Fault.stack)
        func firstLine(_ fault: Fault) async throws {
            if fault.needsRoot, geteuid() != 0 { try Test.cancel("root alone can put this fault in") }
            let bench = try await FaultBench()
            let seen = try await bench.firstLine(of: try await fault.make(bench))
            #expect(seen.status != 0, "\(seen.line)")
            for word in fault.words { #expect(seen.line.contains(word), "\(seen.line)") }
            for word in fault.blameless + Fault.dumps { #expect(!seen.line.contains(word), "\(seen.line)") }
        }
    }
}
