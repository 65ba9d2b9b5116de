import Foundation

/// The folder of real data, which is no part of the project: `HELICASE_DATA`, or `../shared/data` beside the package.
public enum HelicaseData {
    /// The folder.
    public static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["HELICASE_DATA"] { return URL(filePath: path) }
        let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        return package.appending(path: "../shared/data").standardizedFileURL
    }()

    /// Whether it is there.
    public static var isThere: Bool { FileManager.default.fileExists(atPath: folder.appending(path: "variants").path) }

    /// The path of a file of reads or variants.
    public static func variants(_ name: String) -> String { folder.appending(path: "variants/\(name)").path }
}
