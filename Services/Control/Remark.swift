import Foundation

/// Words about an input that is used nevertheless; they go to standard error, so that output stays a program's.
enum Remark {
    /// Writes a line.
    static func say(_ text: String) { FileHandle.standardError.write(Data("helicase: \(text)\n".utf8)) }
}
