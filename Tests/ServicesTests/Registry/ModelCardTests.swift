import Foundation
import NeuralNetwork
import Testing

@testable import ModelRegistry

#if canImport(FoundationXML)
import FoundationXML
#endif

/// What a card says, and that no text of others becomes markup.
@Suite("Model cards")
struct ModelCardTests {
    private static let hostile = "</td><script>alert('x')</script> | `a` *b* [c](d) & \"e\"\n# f"

    private func card(hostile: Bool = false) async throws -> ModelCard {
        let fixture = try await RegistryFixture(versions: 0)
        let (name, words) = ("m", hostile ? Self.hostile : "m")
        let curve = (1...3).map {
            LearningCurvePoint(epoch: $0, trainingLoss: 1 / Double($0), validationLoss: $0 == 3 ? nil : 0.5)
        }
        var package = try RegistryFixture.package(seed: 1, curve: curve)
        if hostile {
            package.labels = [Self.hostile, "yes"]
            package.lineage.command = "```\n</code>" + Self.hostile
            package.lineage.data = [Self.hostile: Self.hostile]
        }
        _ = try await fixture.registry.register(package, name: name, actor: "a", reason: words)
        let description = ModelDescription(
            summary: words, intendedUse: [words], outOfScope: ["x"], limits: ["y"], contact: words)
        try await fixture.registry.describe(name, as: description, actor: "a")
        let set = try await fixture.addSet(hostile ? Self.hostile : "held", split: "training")
        let plain = try RegistryFixture.examples(wrong: [0])
        let report = EvaluationReport(plain, uncalibrated: plain)
        _ = try await fixture.registry.record(report, of: name, version: 1, on: set, actor: words)
        let card = try await fixture.registry.card(of: name, version: 1)
        await fixture.database.close()
        return card
    }

    private func written(_ card: ModelCard) throws -> [String: String] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "card-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try card.write(to: folder)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        return try Dictionary(
            uniqueKeysWithValues: names.map {
                ($0, try String(contentsOf: folder.appending(path: $0), encoding: .utf8))
            })
    }

    @Test("A card is written with its plots, and says what version, data, figures, limits and history there are")
    func content() async throws {
        let files = try written(try await card())
        #expect(
            Set(files.keys) == [
                "card.md", "card.html", "learning-curve.svg", "set-1-roc.svg", "set-1-precision-recall.svg",
                "set-1-confusion.svg", "set-1-reliability.svg",
            ])
        let markdown = try #require(files["card.md"])
        for text in [
            "# Model card: m@1", "ab12", "even and odd", "| accuracy | 0.87500 |", "(learning-curve.svg)",
            "marked for training", "only 4 examples of no", "| register | a | m |", "a test",
        ] { #expect(markdown.contains(text), "\(text)") }
        let html = try #require(files["card.html"])
        #expect(html.components(separatedBy: "<svg ").count == 1 + 5)
        let addresses = html.components(separatedBy: "http").dropFirst()
        #expect(addresses.allSatisfy { $0.hasPrefix("://www.w3.org/2000/svg") }, "it loads nothing")
    }

    @Test("Texts of others stay texts, in HTML, SVG and Markdown")
    func escaped() async throws {
        let files = try written(try await card(hostile: true))
        for (name, text) in files where name != "card.md" {
            #expect(!text.contains("<script>"), "\(name)")
        }
        let markdown = try #require(files["card.md"])
        let lines = markdown.split(separator: "\n")
        let fences = lines.indices.filter { lines[$0].hasPrefix("````") }
        #expect(fences.count == 2, "the fence outlasts the backticks in the command")
        for (index, line) in lines.enumerated() where !(fences[0]...fences[1]).contains(index) {
            #expect(!line.hasPrefix("# f") && !line.hasPrefix("```") && !line.contains("<script>"), "\(line)")
        }
        for (name, text) in files where name.hasSuffix(".svg") {
            #expect(XMLParser(data: Data(text.utf8)).parse(), "\(name) is XML")
        }
    }

    @Test("A version that nobody evaluated or described has a card that says so")
    func bare() async throws {
        let fixture = try await RegistryFixture(versions: 1)
        let files = try written(try await fixture.registry.card(of: "m", version: 1))
        #expect(Set(files.keys) == ["card.md", "card.html"])
        #expect(files["card.md"]?.contains("not evaluated on any set") == true)
        #expect(files["card.md"]?.contains("holds no learning curve") == true)
        await fixture.database.close()
    }

    @Test("A lineage of an earlier program has no curve, and one with a curve comes back with it")
    func lineage() throws {
        let old = #"{"data":{},"split":"","command":"","seed":1,"metrics":{}}"#
        #expect(try JSONDecoder().decode(Lineage.self, from: Data(old.utf8)).curve == nil)
        let package = try RegistryFixture.package(seed: 1, curve: [.init(epoch: 1, trainingLoss: 0.5)])
        #expect(try ModelPackage(decoding: package.encode()).lineage.curve == package.lineage.curve)
    }
}
