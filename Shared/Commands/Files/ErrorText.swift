import Foundation

/// Errors as sentences for people: the one place where those of Foundation and of the system are put into words.
public enum ErrorText {
    /// What happened, where and what to do; an error of the suite's own says so itself.
    public static func sentence(_ error: any Error) -> String {
        switch error {
        case let error as DecodingError: return sentence(error)
        case let error as FileError: return error.description
        case let error as POSIXError: return String(cString: strerror(error.code.rawValue))
        case let error as CocoaError: return sentence(error as NSError)
        default:
            // Bridged from nothing of ours: Foundation's own, whose description is a dump.
            let bridged = error as NSError
            return Self.domains.contains(bridged.domain) ? sentence(bridged) : "\(error)"
        }
    }

    private static let domains = [NSCocoaErrorDomain, NSPOSIXErrorDomain, NSURLErrorDomain]

    /// What the system said of a file, or what Foundation says where it was not the system.
    static func sentence(_ error: NSError) -> String {
        if error.domain == NSPOSIXErrorDomain { return String(cString: strerror(Int32(error.code))) }
        guard let path = path(of: error) else { return error.localizedDescription }
        return fileError(error, path: path).description
    }

    /// An error of Foundation as one of a file.
    static func fileError(_ error: NSError, path: String) -> FileError {
        // Foundation numbers what concerns reading below 512, and writing from there on.
        let action: FileError.Action = error.code >= 512 ? .write : .read
        if let number = systemNumber(of: error) { return FileError(path, action, errno: number) }
        return FileError(path, action, number: 0, reason: error.localizedDescription)
    }

    private static func path(of error: NSError) -> String? {
        error.userInfo[NSFilePathErrorKey] as? String ?? (error.userInfo[NSURLErrorKey] as? URL)?.path
    }

    private static func systemNumber(of error: NSError) -> Int32? {
        if error.domain == NSPOSIXErrorDomain { return Int32(error.code) }
        if let underlying = error.userInfo[NSUnderlyingErrorKey] as? POSIXError { return underlying.code.rawValue }
        if let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError { return systemNumber(of: underlying) }
        guard error.domain == NSCocoaErrorDomain else { return nil }
        switch CocoaError.Code(rawValue: error.code) {
        case .fileNoSuchFile, .fileReadNoSuchFile: return ENOENT
        case .fileReadNoPermission, .fileWriteNoPermission: return EACCES
        case .fileWriteFileExists: return EEXIST
        case .fileWriteOutOfSpace: return ENOSPC
        case .fileWriteVolumeReadOnly: return EROFS
        case .fileReadInvalidFileName, .fileWriteInvalidFileName: return EINVAL
        default: return nil
        }
    }

    /// The place in a document and what is wrong there.
    private static func sentence(_ error: DecodingError) -> String {
        func place(_ path: [any CodingKey]) -> String {
            let text = path.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }.joined()
            return text.hasPrefix(".") ? String(text.dropFirst()) : text
        }
        func at(_ path: [any CodingKey]) -> String { path.isEmpty ? "" : "\(place(path)): " }
        switch error {
        case .keyNotFound(let key, let context):
            return "\(at(context.codingPath))\"\(key.stringValue)\" is missing"
        case .valueNotFound(let type, let context):
            return "\(at(context.codingPath))there is null where \(name(type)) should be"
        case .typeMismatch(let type, let context):
            return "\(at(context.codingPath))there should be \(name(type))"
        case .dataCorrupted(let context):
            // A parser that cannot read the document at all says no place.
            let isUnread = context.codingPath.isEmpty && context.debugDescription.hasPrefix("The given data")
            return isUnread ? "it is no valid JSON" : at(context.codingPath) + context.debugDescription
        @unknown default: return "\(error)"
        }
    }

    private static func name(_ type: Any.Type) -> String {
        switch type {
        case is any BinaryInteger.Type: "a whole number"
        case is any BinaryFloatingPoint.Type: "a number"
        case is String.Type: "a text"
        case is Bool.Type: "true or false"
        case is any ArrayForm.Type: "a list"
        case is any DictionaryForm.Type: "an object"
        default: "a \(type)"
        }
    }
}

private protocol ArrayForm {}
extension Array: ArrayForm {}
private protocol DictionaryForm {}
extension Dictionary: DictionaryForm {}
