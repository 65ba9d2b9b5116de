import Foundation
import FuzzEntries

// `helicase-fuzz PARSER [libFuzzer's options and folders]` fuzzes one parser and ends with libFuzzer's status and files;
// without a parser it lists them. libFuzzer has the `main`; `Tests/Fuzz/run` is what people call.

/// Set once, before libFuzzer begins.
nonisolated(unsafe) private var chosen: FuzzEntry?

/// More processor time than any input of a few kilobytes may cost, in seconds; sanitizers take most of it.
private let patience = 1.0

/// Called by libFuzzer before it reads its options; the parser's name makes room for the length of its inputs.
@c public func LLVMFuzzerInitialize(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>
) -> Int32 {
    guard count.pointee > 1, let name = arguments.pointee[1], let entry = FuzzEntry.named(String(cString: name)) else {
        for entry in FuzzEntry.all { print(entry.name) }
        exit(count.pointee > 1 ? 2 : 0)
    }
    chosen = entry
    arguments.pointee[1] = strdup("-max_len=\(entry.longest)")
    return 0
}

/// Called by libFuzzer with each input.
@c public func LLVMFuzzerTestOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let input = Array(UnsafeBufferPointer(start: data, count: count))
    let begin = processorSeconds()
    do throws(FuzzFinding) {
        try chosen?.check(input)
    } catch {
        stop("\(error)")
    }
    let seconds = processorSeconds() - begin
    if seconds > patience { stop("the input took \(seconds) s of processor time") }
    return 0
}

/// Ends as a crash does, so that libFuzzer writes the input to a file.
private func stop(_ finding: String) -> Never {
    try? FileHandle.standardError.write(contentsOf: Data("FINDING: \(finding)\n".utf8))
    abort()
}

private func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
