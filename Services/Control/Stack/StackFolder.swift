import Commands
import Foundation

/// A stack's state folder: whoever is neither its owner nor the database's server cannot look into it.
enum StackFolder {
    /// Makes the folder and `logs` in it, or closes them where they are open.
    ///
    /// What this process and its children write from now on is private as well.
    static func prepare(_ folder: String) throws {
        umask(0o077)
        for path in [folder, folder + "/logs"] {
            try Files.makeFolder(path)
            guard chmod(path, 0o700) == 0 else { throw FileError(path, .write, errno: errno) }
        }
        // A full disk is said here, where the words have a place to go.
        let probe = folder + "/logs/.room"
        try Files.write(Data(repeating: 0, count: 1 << 16), to: probe)
        unlink(probe)
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder + "/logs")) ?? [] {
            chmod("\(folder)/logs/\(name)", 0o600)
        }
        // Started by root, PostgreSQL's server is another user: it may pass through to its data, and see nothing else.
        if getuid() == 0, let group = getgrnam("postgres")?.pointee.gr_gid {
            guard chown(folder, uid_t.max, group) == 0, chmod(folder, 0o710) == 0 else {
                throw FileError(folder, .write, errno: errno)
            }
        }
    }
}
