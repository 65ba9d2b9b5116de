import Testing

@testable import NeuralNetwork

@Suite("Against PyTorch")
struct ReferenceTests {
    // Sums of some hundred products in floats against doubles.
    let tolerance = 2e-5

    @Test("Predictions are PyTorch's", arguments: Golden.names)
    func predictions(name: String) throws {
        let golden = try Golden(name)
        let model = try InferenceModel(golden.network())
        let count = try golden.integers("labels").count
        let output = model.predict(try golden.floats("input"), count: count)
        #expect(difference(output, try golden.doubles("output")) < tolerance)
    }

    @Test("Gradients of parameters and inputs are PyTorch's", arguments: Golden.names)
    func gradients(name: String) throws {
        let golden = try Golden(name)
        let input = try golden.floats("input")
        let probe = try GradientProbe(
            golden.network(), input: input, count: input.count / golden.network().inputCount)
        let gradients = try probe.gradients(dOutput: golden.floats("dOutput"))
        #expect(difference(gradients.input, try golden.doubles("dInput")) < tolerance)
        let parameters = probe.inOrder(gradients.parameters)
        for parameter in probe.network.graph.parameters where parameter.description.role == .weight {
            let slice = parameter.slice
            let expected = try golden.doubles("gradients.\(slice.name)")
            #expect(difference(Array(parameters[slice.range]), expected) < tolerance, "\(slice.name)")
        }
    }

    @Test("Ten steps of AdamW with clipping, class weights and label smoothing are PyTorch's", arguments: Golden.names)
    func tenSteps(name: String) throws {
        let golden = try Golden(name)
        let network = try golden.network()
        let labels = try golden.integers("labels")
        var options = TrainingOptions()
        options.epochs = 10
        options.batchSize = labels.count
        // Statistics are those of a shard.
        options.shardSize = name == "batchNorm" ? labels.count : 4
        options.learningRate = 0.01
        options.schedule = .constant
        options.optimizer = .adamW(weightDecay: 0.05)
        options.clipNorm = 0.5
        options.loss = .softmaxCrossEntropy(classWeights: try golden.floats("classWeights"), labelSmoothing: 0.1)
        let examples = InMemoryExamples(inputs: try golden.floats("input"), labels: labels)
        let report = try Trainer(network, options: options).fit(examples)
        let losses = try golden.doubles("losses")
        #expect(difference(report.epochs.map { Float($0.loss) }, losses) < tolerance)
        // A step of Adam has the size of the rate even where a gradient is little more than rounding.
        for slice in network.slices {
            let trained = Array(network.weights[slice.range])
            #expect(difference(trained, try golden.doubles("trained.\(slice.name)")) < 1e-3, "\(slice.name)")
        }
    }
}
