import Foundation
import Testing

@testable import NeuralNetwork

@Suite("Optimizers and schedules")
struct OptimizerTests {
    private func document<Document: Decodable>(_ name: String, of content: Safetensors) throws -> Document {
        try JSONDecoder().decode(Document.self, from: Data(try #require(content.metadata[name]).utf8))
    }

    @Test(
        "Ten steps along one cycle of rates are PyTorch's, however the parameters are cut",
        arguments: ["sgd", "momentum", "nesterov", "adam", "adamW"])
    func tenSteps(name: String) throws {
        let content = try Golden.content("optimizers")
        let options: OptimizerOptions = try document(name, of: content)
        let start = try #require(content["start"]?.floats)
        let gradients = try #require(content["gradients"]?.floats)
        func train(cuts: [Range<Int>]) throws -> [Float] {
            let optimizer = try Optimizer(options, parameterCount: start.count)
            var parameters = start
            for step in 0..<10 {
                optimizer.beginStep()
                let rate = 0.1 * LearningRateSchedule.oneCycle().factor(step: step, steps: 10)
                // Gradients are of a sum of two.
                let gradient = gradients[step * start.count..<(step + 1) * start.count].map { 2 * $0 }
                for range in cuts {
                    optimizer.update(
                        parameters: &parameters, gradients: gradient, range: range, scale: 0.5, learningRate: rate)
                }
            }
            return parameters
        }
        let trained = try train(cuts: [0..<start.count])
        #expect(difference(trained, try #require(content[name]).doubles) < 2e-6)
        #expect(try train(cuts: [20..<37, 0..<1, 1..<20]) == trained)
    }

    @Test(
        "Steps have the same bytes from every instruction set",
        arguments: [
            OptimizerOptions.sgd(momentum: 0.9, nesterov: true), .adam(weightDecay: 0.1), .adamW(weightDecay: 0.1),
        ])
    func instructionSets(options: OptimizerOptions) throws {
        let results = try SIMDLevel.supported.map { level in
            let optimizer = try Optimizer(options, parameterCount: 1003, kernels: Kernels(level))
            var parameters = noise(1003)
            var average = parameters
            for step in 0..<3 {
                optimizer.beginStep()
                let gradients = noise(1003, seed: UInt64(step))
                let norm = try Kernels(level).functions.square_sum(gradients, 1003)
                optimizer.update(
                    parameters: &parameters, gradients: gradients, range: 0..<1003, scale: Float(1 / norm),
                    learningRate: 0.1)
                try Kernels(level).functions.lerp(parameters, &average, 0.1, 1003)
            }
            return parameters + average
        }
        #expect(results.allSatisfy { $0 == results[0] } && results[0].allSatisfy(\.isFinite))
    }

    @Test("An optimizer goes on from its buffers and step as if nothing had happened")
    func resuming() throws {
        for options in [OptimizerOptions.sgd(momentum: 0.5), .adamW()] {
            let (whole, resumed) = (
                try Optimizer(options, parameterCount: 2), try Optimizer(options, parameterCount: 2)
            )
            func step(_ optimizer: Optimizer, _ parameters: inout [Float]) {
                optimizer.beginStep()
                optimizer.update(
                    parameters: &parameters, gradients: parameters.map { $0 - 3 }, range: 0..<2, scale: 1,
                    learningRate: 0.1)
            }
            var parameters: [Float] = [1, -2]
            for _ in 0..<3 { step(whole, &parameters) }
            var copy = parameters
            resumed.step = whole.step
            for (name, buffer) in whole.buffers { resumed.buffers[name]?.base.update(from: buffer.base, count: 2) }
            step(whole, &parameters)
            step(resumed, &copy)
            #expect(copy == parameters)
        }
    }

    @Test("The rates of one cycle are PyTorch's", arguments: [("default", 100), ("ten", 10), ("other", 57)])
    func oneCycle(name: String, steps: Int) throws {
        let content = try Golden.content("schedules")
        let schedule: LearningRateSchedule = try document(name, of: content)
        let factors = (0..<steps).map { schedule.factor(step: $0, steps: steps) }
        #expect(difference(factors, try #require(content[name]).doubles) < 1e-7)
    }

    @Test("Schedules stay in range for few steps")
    func fewSteps() {
        for schedule in [
            LearningRateSchedule.linear(warmup: 1), .cosine(warmup: 0), .oneCycle(), .oneCycle(pctStart: 1),
        ] {
            for steps in 1...4 {
                for step in 0..<steps + 2 {
                    #expect((0...1).contains(schedule.factor(step: step, steps: steps)))
                }
            }
        }
        #expect(LearningRateSchedule.linear(warmup: 0.5).factor(step: 1, steps: 8) == 0.5)
        #expect(LearningRateSchedule.linear(warmup: 0.5).factor(step: 7, steps: 8) == 1)
    }

    @Test("Optimizers are written and read; without a type it is AdamW, as in older packages")
    func documents() throws {
        let old = Data(#"{"beta1":0.5,"beta2":0.999,"epsilon":1e-08,"weightDecay":0.0001}"#.utf8)
        let options = try JSONDecoder().decode(OptimizerOptions.self, from: old)
        #expect(options == .adamW(beta1: 0.5, weightDecay: 1e-4))
        let all: [OptimizerOptions] = [options, .adam(epsilon: 1e-6), .sgd(momentum: 0.9, nesterov: true)]
        #expect(try JSONDecoder().decode([OptimizerOptions].self, from: JSONEncoder().encode(all)) == all)
        #expect(throws: (any Error).self) {
            try JSONDecoder().decode(OptimizerOptions.self, from: Data(#"{"type": "sgd", "beta1": 0.9}"#.utf8))
        }
        let schedules: [LearningRateSchedule] = [.constant, .linear(), .cosine(floor: 0.5), .oneCycle(divFactor: 2)]
        #expect(
            try JSONDecoder().decode([LearningRateSchedule].self, from: JSONEncoder().encode(schedules)) == schedules)
    }

    @Test("Settings out of range are refused by name")
    func badSettings() {
        for (options, place) in [
            (.sgd(momentum: 1), "momentum"), (.sgd(nesterov: true), "nesterov"), (.adam(beta1: .nan), "beta1"),
            (.adamW(epsilon: 0), "epsilon"), (.adamW(weightDecay: -1), "weightDecay"),
        ] as [(OptimizerOptions, String)] {
            let error = #expect(throws: NeuralNetworkError.self) { try Optimizer(options, parameterCount: 1) }
            #expect(error?.place == "optimizer.\(place)")
        }
        for schedule in [LearningRateSchedule.cosine(warmup: .infinity), .oneCycle(divFactor: 0), .linear(warmup: -1)] {
            #expect(throws: NeuralNetworkError.self) { try schedule.check() }
        }
    }

    @Test("Portable functions are the C library's within a few units in the last place")
    func portableMath() {
        var random = SplitMix64(seed: 3)
        for _ in 0..<20_000 {
            let x = Double(random.uniform()) * 1400 - 700
            #expect(abs(PortableMath.exp(x) / Foundation.exp(x) - 1) < 5e-16)
            let y = Double(bitPattern: random.next() >> 2 &+ 0x1000_0000_0000_0000)
            #expect(abs(PortableMath.log(y) - Foundation.log(y)) <= 4e-16 * abs(Foundation.log(y)))
            let near = 1 + (Double(random.uniform()) - 0.5) * 1e-3
            #expect(abs(PortableMath.log(near) - Foundation.log(near)) <= 4e-16 * abs(Foundation.log(near)))
            let t = Double(random.uniform())
            #expect(abs(PortableMath.cosine(ofPi: t) - Foundation.cos(.pi * t)) < 5e-16)
        }
        #expect(PortableMath.log(0) == -.infinity && PortableMath.log(-1).isNaN && PortableMath.log(.nan).isNaN)
        #expect(PortableMath.log(.infinity) == .infinity && PortableMath.log(1) == 0)
        #expect(abs(PortableMath.log(.leastNonzeroMagnitude) - -744.4400719213812) < 1e-12)
        #expect(PortableMath.exp(1000) == .infinity && PortableMath.exp(-1000) == 0 && PortableMath.exp(0) == 1)
        #expect(PortableMath.exp(.nan).isNaN && PortableMath.exp(-740) > 0)
        #expect(PortableMath.power(0, 0.5) == 0 && PortableMath.power(0, 0) == 1)
    }
}
