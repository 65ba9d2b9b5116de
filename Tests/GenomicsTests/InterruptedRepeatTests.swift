import TestSupport
import Testing

@testable import Genomics

/// Insertions beside a difference that are two changes of length.
@Suite struct InterruptedRepeatTests {
    //                                      0123456789012345678901
    private let reference = Array("GATTACAAACCCCTCCCGATTACA".utf8)

    private func split(_ read: String, _ cigar: String, at position: Int = 0) -> String {
        let bases = Array(read.utf8)
        let window = ReferenceWindow(start: 0, bases: reference)
        return InterruptedRepeat.split(PileupFixture.cigar(cigar), position: position, reference: window) { bases[$0] }
            .map {
                "\($0.length)\($0.kind == .match ? "M" : $0.kind == .insertion ? "I" : $0.kind == .deletion ? "D" : "S")"
            }
            .joined()
    }

    @Test
    func `A base more on each side of the interrupting one is two insertions, wherever the difference is written`() {
        // CCCCC T CCCC for CCCC T CCC: CT is inserted and T is another base, or the other way about.
        #expect(split("GATTACAAACCCCCTCCCCGATTACA", "13M2I11M") == "13M1I1M1I10M")
        #expect(split("GATTACAAACCCCCTCCCCGATTACA", "14M2I10M") == "13M1I1M1I10M")
        #expect(split("GATTACAAACCCCCCTCCCCGATTACA", "13M3I11M") == "13M2I1M1I10M")
        #expect(split("TTACAAACCCCCTCCCCGATTACA", "2S9M2I11M", at: 4) == "2S9M1I1M1I10M")
    }

    @Test func `What is one insertion, or repeats nothing, stays`() {
        #expect(split("GATTACAAACCCCCTCCCGATTACA", "9M1I15M") == "9M1I15M")
        #expect(split("GATTACAAACCCCGGTCCCGATTACA", "13M2I11M") == "13M2I11M")
        #expect(split("GATTACAAACCCCATACCCATTACA", "13M2I11M") == "13M2I11M")
        #expect(split("GATTACAAACCCTCCCGATTACA", "9M1D14M") == "9M1D14M")
        #expect(split("CTCCC", "2I3M", at: 14) == "2I3M")
    }
}
