import Commands
import Foundation
import TestSupport
import Testing

@testable import helicase

/// What a stack is made of, each part alone.
@Suite("Parts of a stack")
struct StackPartsTests {
    private let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "stack-parts-\(UUID().uuidString)"
        try Files.makeFolder(folder)
    }

    @Test("Ports are a block of ten a stage, or as named, and never another stage's")
    func ports() throws {
        let blocks = try HTTPPorts("9100")
        #expect(try blocks.port("ingest", 1) == 9100)
        #expect(try blocks.port("align", 2) == 9111)
        #expect(try blocks.port("train", 10) == 9159)
        #expect(throws: StartError.self) { try blocks.port("align", 11) }
        let named = try HTTPPorts("align=9200,infer=9300")
        #expect(try named.port("align", 3) == 9202)
        #expect(try named.port("encode", 1) == nil)
        #expect(try HTTPPorts().port("align", 1) == nil)
        for text in ["0", "70000", "65500", "align=0", "align=x", "foo=9100", "align=1,align=2", "align"] {
            #expect(throws: StartError.self, "\(text)") { try HTTPPorts(text) }
        }
    }

    @Test("Numbers of processes are read, and what is none is refused")
    func counts() throws {
        #expect(try StageCounts.parse("align=2,infer=0", option: "x") == ["align": 2, "infer": 0])
        #expect(try StageCounts.parse("", option: "x") == [:])
        for text in ["align", "align=", "align=-1", "align=65", "postgres=2", "align=1,align=2"] {
            #expect(throws: StartError.self, "\(text)") { try StageCounts.parse(text, option: "x") }
        }
    }

    @Test("A log is appended to, private, and cut off without losing what its writer has open")
    func logs() throws {
        let path = folder + "/a.log"
        try Files.write("before\n", to: path)
        let writer = try LogFile.open(path)
        func text(_ end: String = "") -> String? { try? Files.text(path + end) }
        try writer.write(contentsOf: Data("one\n".utf8))
        #expect(text() == "before\none\n")
        #expect(try !LogFile.rotate(path, limit: 11))
        for number in 1...LogFile.kept + 2 {
            try writer.write(contentsOf: Data("line \(number) is long enough\n".utf8))
            #expect(try LogFile.rotate(path, limit: 11))
            #expect(text() == "")
            #expect(text(".1")?.hasSuffix("line \(number) is long enough\n") == true)
        }
        #expect(text(".\(LogFile.kept)") == "line 3 is long enough\n")
        #expect(text(".\(LogFile.kept + 1)") == nil)
        var status = stat()
        #expect(stat(path + ".1", &status) == 0 && status.st_mode & 0o777 == 0o600)
    }

    @Test("A log is followed from its last lines, in whole lines, and after it was cut off")
    func following() throws {
        let path = folder + "/b.log"
        let writer = try LogFile.open(path)
        func write(_ text: String) throws { try writer.write(contentsOf: Data(text.utf8)) }
        try write("1\n2\n3\n4")
        var reader = try LogReader(path, name: "b")
        #expect(try reader.tail(2) == ["b: 2", "b: 3"])
        #expect(try reader.news() == [])
        try write("\n5\n")
        #expect(try reader.news() == ["b: 4", "b: 5"])
        try LogFile.rotate(path, limit: 1)
        try write("6\n")
        #expect(try reader.news() == ["b: 6"])
    }

    @Test("A process hangs when it is silent for the limit, and anew after a restart")
    func hangs() {
        var watch = HangWatch(limit: .seconds(30))
        let start = ContinuousClock.now
        func note(_ seconds: Int, isAlive: Bool, pid: Int32 = 1) -> Duration? {
            watch.note("align-1", pid: pid, isAlive: isAlive, now: start + .seconds(seconds))
        }
        #expect(note(0, isAlive: false) == nil)
        #expect(note(29, isAlive: false) == nil)
        #expect(note(30, isAlive: false) == .seconds(30))
        #expect(note(31, isAlive: true) == nil)
        #expect(note(60, isAlive: false) == nil)
        #expect(note(61, isAlive: false) == .seconds(30))
        #expect(note(62, isAlive: false, pid: 2) == nil)
        #expect(note(91, isAlive: false, pid: 2) == nil)
    }

    @Test("Prometheus takes the scrape files")
    func scraping() async throws {
        let members = ["align-1", "align-2", "postgres"].enumerated().map { index, name in
            StackState.Member(
                name: name, pid: 1, restarts: 0, startedAt: .now, httpPort: name == "postgres" ? nil : 9100 + index,
                log: "")
        }
        let files = ScrapeFiles(state: folder)
        try files.write(members)
        let targets = try Files.text(folder + "/prometheus-targets.json")
        #expect(targets.contains("127.0.0.1:9101") && targets.contains(#""service" : "align""#))
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/promtool") else {
            try Test.cancel("promtool is not installed (Deploy/setup --tests)")
        }
        let check = try await Program.run(["promtool", "check", "config", files.configuration])
        #expect(check.status == 0, "\(check.output)\(check.errors)")
        #expect(check.output.contains("is valid prometheus config file syntax"))
    }

    @Test("A wish is taken once, and its answer is the asker's")
    func wishes() async throws {
        let control = StackControl(state: folder)
        try control.open()
        let answering = Task {
            while true {
                for (id, wish) in control.take() {
                    let isKnown = wish == .scale(["align": 2])
                    try control.answer(id, .init(message: isKnown ? "done" : "no", isDone: isKnown))
                }
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        defer { answering.cancel() }
        // This process's own SIGHUP: nobody else may be ended by it.
        signal(SIGHUP, SIG_IGN)
        #expect(try await control.ask(.scale(["align": 2]), of: getpid()) == "done")
        let refused = await #expect(throws: ControlError.self) { try await control.ask(.restart("x"), of: getpid()) }
        #expect(refused?.description == "no")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/control") == [])
    }
}
