/// The names of models: what can be said again as `NAME@VERSION`, in a table and in a file's name.
public enum ModelName {
    /// Throws ``RegistryError`` for a name that could not be said again.
    public static func check(_ name: String) throws(RegistryError) {
        func refuse(_ reason: String) -> RegistryError {
            let shown = String(String.UnicodeScalarView(name.unicodeScalars.prefix(60).map(shown)))
            return RegistryError(
                "\"\(shown)\" is no name of a model: \(reason); use letters, digits, '.', '_' and '-', such as promoters"
            )
        }
        if name.isEmpty { throw refuse("it is empty") }
        if name.utf8.count > 200 { throw refuse("it has \(name.utf8.count) bytes and at most 200 are allowed") }
        if name.contains("@") { throw refuse("'@' stands before a version's number") }
        if name.contains("/") || name.contains("\\") { throw refuse("it is a path") }
        if name.hasPrefix(".") { throw refuse("it begins with a dot") }
        if name.hasPrefix("-") { throw refuse("it begins with '-', as an option does") }
        if name.unicodeScalars.contains(where: { $0.properties.isWhitespace || isControl($0) }) {
            throw refuse("it holds a space, a line break or another character that is not seen")
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        [.control, .format, .surrogate, .privateUse, .unassigned].contains(scalar.properties.generalCategory)
    }

    /// What is printed of a name that is refused.
    private static func shown(_ scalar: Unicode.Scalar) -> Unicode.Scalar { isControl(scalar) ? "?" : scalar }
}
