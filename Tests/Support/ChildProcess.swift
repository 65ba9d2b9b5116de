import Glibc

/// A program that shares nothing with this process but the descriptors it is given.
///
/// Foundation's `Process` finds out that a child ended by a socket that the child's own children inherit, so it waits
/// for a server that `pg_ctl` leaves behind.
struct ChildProcess {
    private let identifier: pid_t

    /// Starts a program that is found on the path; descriptors that are not given are `/dev/null`.
    init(_ command: [String], standardInput: Int32? = nil, standardError: Int32? = nil) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (target, source) in [(0, standardInput), (1, nil), (2, standardError)] as [(Int32, Int32?)] {
            if let source {
                posix_spawn_file_actions_adddup2(&actions, source, target)
            } else {
                posix_spawn_file_actions_addopen(&actions, target, "/dev/null", O_RDWR, 0)
            }
        }
        // A program that runs as another user may have no right to this process's folder.
        let arguments = (["env", "--chdir=/"] + command).map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var identifier: pid_t = 0
        let status = posix_spawnp(&identifier, "env", &actions, nil, arguments, environ)
        guard status == 0 else {
            throw TestDatabaseError(
                description: "\(command[0]) cannot be started: \(String(cString: strerror(status)))")
        }
        self.identifier = identifier
    }

    /// Waits for the program's end, and returns its exit status.
    func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        return status
    }
}

/// The two ends of a pipe, which children do not inherit.
struct PrivatePipe {
    let reading: Int32
    let writing: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else {
            throw TestDatabaseError(description: "no pipe: \(String(cString: strerror(errno)))")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (reading, writing) = (ends[0], ends[1])
    }
}
