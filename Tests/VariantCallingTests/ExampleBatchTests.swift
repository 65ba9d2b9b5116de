import Foundation
import Genomics
import NeuralNetwork
import Testing
import VariantCalling

/// Examples as safetensors files.
struct ExampleBatchTests {
    @Test("A batch comes back as it was, with and without labels", arguments: [0, 1, 3], [false, true])
    func roundTrip(count: Int, labels: Bool) throws {
        let batch = Fixture.batch(count, labels: labels)
        let bytes = try batch.encode()
        #expect(try ExampleBatch(decoding: bytes) == batch)
        #expect(try ExampleBatch(decoding: bytes).encode() == bytes)
    }

    @Test("The file is what its description says")
    func layout() throws {
        let batch = Fixture.batch(2, labels: true)
        let file = try Safetensors.decode(batch.encode())
        #expect(file.metadata == ["feature_version": "pileup-2", "split": "training"])
        #expect(file["features"]?.shape == [2, 33 * 36 + 48 * 16])
        #expect(file["features"]?.floats == batch.features)
        #expect(file["labels"]?.dtype == .u8)
        #expect(file["labels"]?.bytes == [0, 1])
        let json = try #require(file["candidates"]?.bytes)
        #expect(try JSONDecoder().decode([Candidate].self, from: Data(json)) == batch.candidates)
    }

    @Test("The split of labelled examples comes back; without one they train, and another word is refused")
    func split() throws {
        var batch = Fixture.batch(2, labels: true)
        batch.split = .validation
        batch.group = 1 << 40
        #expect(try ExampleBatch(decoding: batch.encode()) == batch)
        #expect(
            try Safetensors.decode(batch.encode())["groups"]?.shape == [2], "a group an example, as trainings read them"
        )
        #expect(try ExampleBatch(decoding: file { $0.metadata["split"] = nil }).split == .training)
        let other = try file { $0.metadata["split"] = "test" }
        let error = #expect(throws: ExampleError.self) { try ExampleBatch(decoding: other) }
        #expect(error?.description.contains("test") == true)
    }

    /// A good file of two candidates, changed.
    private func file(_ change: (inout Safetensors) throws -> Void) throws -> [UInt8] {
        var file = try Safetensors.decode(Fixture.batch(2, labels: true).encode())
        try change(&file)
        return file.encode()
    }

    private func replace(_ name: String, _ tensor: Safetensors.Tensor?) throws -> [UInt8] {
        try file { file in
            file.tensors.removeAll { $0.name == name }
            if let tensor { file.tensors.append(tensor) }
        }
    }

    @Test("Features of another definition are refused by name")
    func otherFeatures() throws {
        for version in ["pileup-0", nil] {
            let bytes = try file { $0.metadata["feature_version"] = version }
            let error = #expect(throws: ExampleError.self) { try ExampleBatch(decoding: bytes) }
            #expect(error?.description == "features of version \(version ?? "unknown"); this program makes pileup-2")
        }
    }

    @Test("Missing tensors, other shapes and types, and numbers that are none are refused")
    func hostileTensors() throws {
        let each = CandidateEncoder.valuesPerCandidate
        let values = 2 * each
        func features(_ shape: [Int], _ floats: [Float]) throws -> [UInt8] {
            try replace("features", .init(name: "features", shape: shape, floats: floats))
        }
        func labels(_ dtype: Safetensors.DType, _ shape: [Int], _ bytes: [UInt8]) throws -> [UInt8] {
            try replace("labels", .init(name: "labels", dtype: dtype, shape: shape, bytes: bytes))
        }
        var broken = [Float](repeating: 0, count: values)
        broken[values - 1] = .nan
        var endless = broken
        endless[values - 1] = .infinity
        let zeros = [Float](repeating: 0, count: values)
        let hostile = try [
            replace("features", nil), replace("candidates", nil),
            features([2, 2, each / 2], zeros), features([1, values], zeros), features([values], zeros),
            features([1, each], Array(zeros.prefix(each))), features([2, each], broken),
            features([2, each], endless),
            replace(
                "features",
                .init(
                    name: "features", dtype: .i32, shape: [2, each], bytes: [UInt8](repeating: 0, count: 4 * values))),
            labels(.u8, [1], [1]), labels(.u8, [3], [1, 1, 1]), labels(.u8, [2], [1, 3]), labels(.u8, [2, 1], [1, 1]),
            labels(.i8, [2], [1, 1]), labels(.i16, [1], [1, 1]),
        ]
        for (index, bytes) in hostile.enumerated() {
            #expect(throws: ExampleError.self, "case \(index)") { try ExampleBatch(decoding: bytes) }
        }
    }

    @Test("Candidates that are none are refused")
    func hostileCandidates() throws {
        for text in ["", "[", "{}", "[1,2]", "[{},{}]", "null"] {
            let bytes = try replace(
                "candidates",
                .init(name: "candidates", dtype: .u8, shape: [text.utf8.count], bytes: Array(text.utf8)))
            #expect(throws: ExampleError.self, "\(text)") { try ExampleBatch(decoding: bytes) }
        }
        var lost = Fixture.candidate("A", "C")
        lost.position = .max
        let far = try JSONEncoder().encode([Fixture.candidate("A", "C"), lost])
        let outside = try replace(
            "candidates", .init(name: "candidates", dtype: .u8, shape: [far.count], bytes: Array(far)))
        let refusal = #expect(throws: ExampleError.self) { try ExampleBatch(decoding: outside) }
        #expect(refusal?.description == "candidate 2: POS \(Int.max) is no position")
        let fewer = try JSONEncoder().encode([Fixture.candidate("A", "C")])
        let bytes = try replace(
            "candidates", .init(name: "candidates", dtype: .u8, shape: [fewer.count], bytes: Array(fewer)))
        #expect(throws: ExampleError.self) { try ExampleBatch(decoding: bytes) }
    }

    @Test("Bytes that are cut short are refused wherever the cut is")
    func truncated() throws {
        let bytes = try Fixture.batch(2, labels: true).encode()
        for length in [0, 7, 8, 100, bytes.count / 2, bytes.count - 1] {
            #expect(throws: (any Error).self) { try ExampleBatch(decoding: Array(bytes.prefix(length))) }
        }
    }
}
