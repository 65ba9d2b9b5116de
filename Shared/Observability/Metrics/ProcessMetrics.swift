import Commands
import Foundation

extension MetricsRegistry {
    /// Registers what Prometheus expects of every process, and `helicase_build_info`.
    ///
    /// Read from `/proc`; what cannot be read there is left out.
    public func registerProcessMetrics(service: String) {
        gauge("process_resident_memory_bytes", "Resident memory size in bytes.") { residentBytes() }
        counter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.") {
            var time = timespec()
            return clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 ? time.seconds : nil
        }
        gauge("process_open_fds", "Number of open file descriptors.") {
            // The folder itself is open while it is read.
            (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")).map { Double($0.count - 1) }
        }
        let start = startTime()
        gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.") { start }
        gauge(
            "helicase_build_info", "The version that runs.",
            labels: ["service": service, "version": BuildInformation.version]
        ).set(1)
    }
}

private func residentBytes() -> Double? {
    let fields = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
    return fields.flatMap { $0.count > 1 ? Double($0[1]) : nil }.map { $0 * Double(sysconf(Int32(_SC_PAGESIZE))) }
}

/// The process's start: now, less the time since boot, plus its start since boot (proc(5): stat field 22, in ticks).
private func startTime() -> Double? {
    var now = timespec()
    var uptime = timespec()
    guard clock_gettime(CLOCK_REALTIME, &now) == 0, clock_gettime(CLOCK_BOOTTIME, &uptime) == 0,
        let stat = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
        // The second field, the name in parentheses, may hold spaces and parentheses.
        let nameEnd = stat.lastIndex(of: ")")
    else { return nil }
    let fields = stat[nameEnd...].split(separator: " ")
    guard fields.count > 20, let ticks = Double(fields[20]) else { return nil }
    return now.seconds - uptime.seconds + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
}

extension timespec {
    fileprivate var seconds: Double { Double(tv_sec) + Double(tv_nsec) * 1e-9 }
}
