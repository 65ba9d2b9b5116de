import NeuralNetwork

/// What a training of a model of molecules leaves on the terminal.
enum DrugLineage {
    static func show(_ lineage: Lineage, _ output: String) {
        print("split: \(lineage.split)")
        for (name, value) in lineage.metrics.sorted(by: { $0.key < $1.key }) { print("\(name)  \(value)") }
        print("wrote \(output)")
    }
}
