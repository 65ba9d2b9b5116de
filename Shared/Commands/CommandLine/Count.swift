/// Numbers of things in sentences: `1 SNV`, `2 SNVs`.
public enum Count {
    /// A number and its noun; `plural` where that is not the noun with an s.
    public static func of(_ number: some BinaryInteger, _ noun: String, _ plural: String? = nil) -> String {
        "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
    }
}
