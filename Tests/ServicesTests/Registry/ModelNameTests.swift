import Foundation
import NeuralNetwork
import SequenceAnalysis
import Testing
import VariantCalling

@testable import ModelRegistry
@testable import helicase

/// What may be registered, and under which name.
@Suite("Names and tasks of models")
struct ModelNameTests {
    @Test(
        "A name that could not be said again is refused, and nothing is registered",
        arguments: [
            "x@3", "", String(repeating: "n", count: 201), "a\nb", "a b", "a\u{200b}b", "../../etc", "..", "-x", "a\\b",
        ])
    func names(name: String) async throws {
        let fixture = try await RegistryFixture(versions: 0)
        let error = await #expect(throws: RegistryError.self) {
            try await fixture.registry.register(RegistryFixture.package(seed: 1), name: name, actor: "a", reason: "new")
        }
        #expect(error?.description.contains("is no name of a model") == true)
        #expect(error?.description.contains("\n") == false)
        #expect(try await fixture.registry.versions() == [])
        await fixture.database.close()
    }

    @Test("Names that can be said are taken", arguments: ["m", "pileup-caller", "promoters_2.v1", "Ångström"])
    func goodNames(name: String) throws { try ModelName.check(name) }

    @Test("A network that is not the task's is no version of the model that infer scores with")
    func foreignNetworks() throws {
        let name = CallingModel.name
        try ServedModels.check(CallingModel.bundledPackage(), of: "x", named: name)
        var features = try CallingModel.bundledPackage()
        features.featureVersion = "pileup-0"
        var labels = try CallingModel.bundledPackage()
        labels.labels.reverse()
        for package in [try RegistryFixture.package(seed: 1), features, labels] {
            let error = #expect(throws: ControlError.self) { try ServedModels.check(package, of: "x.mod", named: name) }
            #expect(error?.description.hasPrefix("x.mod is no version of pileup-caller: the model") == true)
            try ServedModels.check(package, of: "x.mod", named: "promoters")
        }
        #expect(throws: ControlError.self) {
            try ServedModels.check(
                Architecture(input: [2, 2], layers: [.flatten]), labels: [], features: "", named: name)
        }
    }

    @Test("What takes the place of a version in production is of its task and says the same things")
    func successors() async throws {
        let fixture = try await RegistryFixture(versions: 0)
        let registry = fixture.registry
        let layers: [LayerSpecification] = [.conv1d(filters: 2, kernel: 3), .maxPool(), .linear(outputs: 2)]
        func package(_ length: Int, _ labels: [String], features: String = "bases-1") throws -> ModelPackage {
            try ModelPackage(
                Network(Architecture(bases: length, layers: layers), seed: 1), featureVersion: features, labels: labels)
        }
        let first = try package(20, ["no", "yes"])
        try await ServedModels.checkSuccessor(first, of: "a.mod", named: "m", registry)
        _ = try await registry.register(first, name: "m", actor: "a", reason: "new")
        try await ServedModels.checkSuccessor(try RegistryFixture.package(seed: 1), of: "b.mod", named: "m", registry)
        _ = try await registry.promote(name: "m", version: 1, actor: "a", reason: "first")
        try await ServedModels.checkSuccessor(try package(30, ["no", "yes"]), of: "c.mod", named: "m", registry)
        for (other, reason) in [
            (try RegistryFixture.package(seed: 1), "m@1 is a model of the task sequence, and it is not"),
            (try package(20, ["no", "yes"], features: "other"), "m@1 is a model of the task sequence, and it is not"),
            (try package(20, ["yes", "no"]), "it says yes, no, and m@1 says no, yes"),
        ] {
            let error = await #expect(throws: ControlError.self) {
                try await ServedModels.checkSuccessor(other, of: "d.mod", named: "m", registry)
            }
            #expect(error?.description.contains(reason) == true, "\(error as Any)")
        }
        await fixture.database.close()
    }

    @Test("A version of a model that nothing scores is not tried")
    func unservedTrials() throws {
        try ServedModels.checkServed(CallingModel.bundledPackage(), of: "c@2", named: CallingModel.name)
        try ServedModels.checkServed(
            try #require(try SequenceTask().bundled.package("promoter-ecoli")), of: "p@2", named: "promoter-ecoli")
        let numbers = try RegistryFixture.package(seed: 1)
        let error = #expect(throws: ControlError.self) {
            try ServedModels.checkServed(numbers, of: "p13@2", named: "p13")
        }
        #expect(error?.description.hasPrefix("no service scores with p13@2") == true)
    }
}
