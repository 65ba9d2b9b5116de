import Events
import Foundation

extension IngestRequest {
    /// Every input is a file that can be read again, and none a pipe.
    public var isOfFiles: Bool { bytesOfFiles != nil }

    /// The size of all inputs; nil where one is a pipe, or is not there.
    public var bytesOfFiles: Int64? {
        var sum: Int64 = 0
        for path in inputs.flatMap({ [$0.path, $0.matePath].compactMap { $0 } }) {
            var status = stat()
            guard path != "-", stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
            sum += Int64(status.st_size)
        }
        return sum
    }
}
