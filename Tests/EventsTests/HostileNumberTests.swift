import Events
import Foundation
import Genomics
import Testing

/// Numbers of records that would overflow what reckons with them, found by fuzzing.
struct HostileNumberTests {
    private static let run = "0192f3a4-5b6c-7d8e-9f01-23456789abcd"

    private func problem<Event: Decodable>(_ type: Event.Type, _ json: String) -> String? {
        let error = #expect(throws: EventError.self) { try EventCoding.decode(type, from: Array(json.utf8)) }
        return error?.description
    }

    private func predictions(
        position: String = "100", reference: String = "AC", depth: String = "9", forward: String = "1",
        quality: String = "30", probabilities: String = "[0.1,0.8,0.1]"
    ) -> String {
        """
        {"run":"\(Self.run)","unit":"0.0/0","scored":[{"candidate":{"contig":"c","position":\(position),\
        "reference":"\(reference)","alternate":"A","depth":\(depth),"referenceDepth":4,"alternateDepth":5,"otherDepth":0,\
        "referenceForward":\(forward),"alternateForward":2,"meanAlternateQuality":\(quality),"mappingQuality":60,\
        "repeatLength":1},"probabilities":\(probabilities)}]}
        """
    }

    @Test("A candidate that cannot be reckoned with is refused with its place")
    func candidates() throws {
        let place = "a value that is no PredictionBatch: scored.0.candidate: "
        for position in ["0", "-9223372036854775808", "2147483648", "9223372036854775807"] {
            #expect(
                problem(PredictionBatch.self, predictions(position: position))
                    == "\(place)POS \(position) is no position")
        }
        for depth in ["-1", "9223372036854775807"] {
            #expect(
                problem(PredictionBatch.self, predictions(depth: depth))
                    == "\(place)\(depth) reads or bases at c:100 are no count")
        }
        #expect(
            problem(PredictionBatch.self, predictions(forward: "5"))
                == "\(place)more forward reads than reads at c:100")
        #expect(
            problem(PredictionBatch.self, predictions(reference: "")) == "\(place)an allele at c:100 is empty")
        #expect(
            problem(PredictionBatch.self, predictions(quality: "1e308"))
                == "\(place)a quality at c:100 is out of range")
        let good = try EventCoding.decode(PredictionBatch.self, from: Array(predictions().utf8))
        #expect(good.scored.count == 1)
    }

    @Test("Probabilities that are none are refused")
    func probabilities() {
        for text in ["[-0.5,1,0.5]", "[0,2,0]", "[1e38,0,0]"] {
            #expect(
                problem(PredictionBatch.self, predictions(probabilities: text))
                    == "a value that is no PredictionBatch: scored.0.probabilities: a probability is not in 0...1")
        }
    }

    @Test("Regions that no contig has are refused")
    func regions() throws {
        for (start, end) in [(Int.min, 5), (0, 5), (7, 5), (1, Int.max)] {
            let json = Data(#"{"contig":"c","start":\#(start),"end":\#(end)}"#.utf8)
            #expect(throws: DecodingError.self, "\(start)-\(end)") {
                try JSONDecoder().decode(Interval.self, from: json)
            }
        }
        let empty = Data(#"{"contig":"c","start":6,"end":5}"#.utf8)
        #expect(try JSONDecoder().decode(Interval.self, from: empty).zeroBased == 5..<5)
    }
}
