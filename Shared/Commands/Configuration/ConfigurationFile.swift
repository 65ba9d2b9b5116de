import Foundation

/// A configuration file: lines `key = value`; a line that starts with `#` is a comment.
///
/// A `#` inside a value belongs to it, so that a password can hold one.
struct ConfigurationFile {
    let path: String
    private(set) var lines: [String: (value: String, number: Int)] = [:]

    init(path: String) throws(StartError) {
        let text: String
        do {
            text = try Files.text(path)
        } catch {
            throw StartError(.configuration, "the configuration: \(ErrorText.sentence(error))")
        }
        try self.init(path: path, text: text)
    }

    init(path: String, text: String) throws(StartError) {
        self.path = path
        let rows = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, row) in rows.enumerated() {
            let number = index + 1
            let line = row.trimmingCharacters(in: .whitespaces)
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard let equals = line.firstIndex(of: "="), equals != line.startIndex else {
                throw StartError(.configuration, "\(path):\(number): the line is not `key = value`")
            }
            let key = line[..<equals].trimmingCharacters(in: .whitespaces)
            let value = line[line.index(after: equals)...].trimmingCharacters(in: .whitespaces)
            if let first = lines.updateValue((value, number), forKey: key) {
                throw StartError(
                    .configuration, "\(path):\(number): \(key) is set in line \(first.number) already; keep one")
            }
        }
    }

    /// Kafka's own properties, `kafka.security.protocol`, under their environment names.
    var kafkaProperties: [String: String] {
        let properties = lines.filter { $0.key.hasPrefix("kafka.") }
        return Dictionary(properties.map { (Configuration.Key.variable($0.key), $0.value.value) }) { $1 }
    }

    func unclaimed(by keys: [Configuration.Key]) -> [String] {
        let names = keys.map(\.name)
        return lines.filter { !names.contains($0.key) && !$0.key.hasPrefix("kafka.") }
            .sorted { $0.value.number < $1.value.number }
            .map { key, line in
                let hint = nearest(to: key, among: names).map { ", did you mean \($0)?" } ?? ""
                return "\(path):\(line.number): \(key)\(hint)"
            }
    }
}
