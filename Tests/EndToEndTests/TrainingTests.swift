import Events
import Foundation
import ModelRegistry
import Testing

extension EndToEnd {
    /// A training job as a user asks for it: examples through the topics, a version in the registry.
    @Suite("Training", .serialized)
    struct TrainingTests {
        @Test(
            "A training job registers a version, which is promoted and scores",
            .enabled(if: HelicaseData.isThere, "HELICASE_DATA holds no truth set to simulate from"))
        func train() async throws {
            let data = HelicaseData.folder.appending(path: "variants")
            let stack = try await Stack(.embedded)
            let trained = try await stack.helicase(
                "train", "variants", "--data", data.path, "--windows", "4", "--replicates", "1", "--epochs", "1",
                "--promote")
            #expect(trained.status == 0, "\(trained.errors)")
            let listed = try await stack.helicase("models", "list", "--json")
            let versions = try EventCoding.decode([ModelRegistry.Version].self, from: Array(listed.output.utf8))
            #expect(versions.map(\.state) == [.retired, .production])
            let jobs = try await stack.database.query("SELECT state FROM jobs")
            #expect(try jobs.map { try $0.decode("state", as: String.self) } == ["done"])
            try await stack.down()
        }
    }
}
