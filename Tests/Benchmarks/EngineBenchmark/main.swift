import COpenBLAS
import Foundation
import NeuralNetwork

// Answers a line at a time, so that `engine` can let this program and PyTorch take turns:
//   sgemm                                 OpenBLAS' rate of one thread, in GFLOP/s
//   NETWORK operations                    GFLOP an example: inference, training
//   NETWORK train|infer|single WORKERS    seconds, and allocations in the steady state
//   affinity WORKERS MODEL PAIRS DRUGS PROTEINS    seconds to score the pairs of a table
//   peak                                  peak resident memory so far, in MB

func sgemm() -> Double {
    openblas_set_num_threads(1)
    let n = 1536
    let (a, b) = ([Float](repeating: 0.5, count: n * n), [Float](repeating: 0.25, count: n * n))
    var c = [Float](repeating: 0, count: n * n)
    var best = Double.infinity
    for _ in 0..<6 {
        let start = ContinuousClock.now
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(n), Int32(n), Int32(n), 1, a, Int32(n), b, Int32(n), 0, &c,
            Int32(n))
        let elapsed = (ContinuousClock.now - start).components
        best = min(best, Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18)
    }
    return 2 * Double(n * n * n) / best / 1e9
}

func peakMegabytes() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) / 1024
}

var benches: [String: Bench] = [:]
/// The pairs that were asked for last.
var affinities: (of: [Substring], bench: AffinityBench)?

@MainActor func answer(_ words: [Substring]) async throws -> String {
    if words == ["sgemm"] { return "\(sgemm())" }
    if words == ["peak"] { return "\(peakMegabytes())" }
    if words.count == 6, words[0] == "affinity" {
        let files = Array(words[2...])
        if affinities?.of != files {
            let names = files.map(String.init)
            affinities = (
                files, try AffinityBench(model: names[0], pairs: names[1], drugs: names[2], proteins: names[3])
            )
        }
        return "\(try await affinities?.bench.score(workers: Int(words[1]) ?? 1) ?? 0)"
    }
    guard words.count >= 2, let network = ReferenceNetwork(rawValue: String(words[0])) else { return "?" }
    if words[1] == "operations" { return "\(network.operations.inference / 1e9) \(network.operations.training / 1e9)" }
    let workers = words.count > 2 ? Int(words[2]) ?? 1 : 1
    let result: Measurement
    if words[1] == "train" {
        result = try Bench.train(network, workers: workers, steps: network == .danQ ? 4 : 6)
    } else {
        let key = "\(network) \(workers)"
        let bench = try benches[key] ?? Bench(network, workers: workers)
        benches[key] = bench
        result =
            words[1] == "single" ? bench.infer(count: 1, repeats: 20) : bench.infer(count: network.batch, repeats: 5)
    }
    return "\(result.seconds) \(result.allocations)"
}

/// `print` would keep a line back in a pipe.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

while let line = readLine() {
    do {
        say(try await answer(line.split(separator: " ")))
    } catch {
        say("error: \(error)")
    }
}
