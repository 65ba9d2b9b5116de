import Plots

/// A model card before it is Markdown or HTML.
struct CardDocument {
    /// A piece of a section.
    enum Block {
        case paragraph(String)
        case list([String])
        /// A header that begins with `#` is of numbers, one with a backtick of digests.
        case table([String], [[String]])
        case code(String)
        /// Plots side by side.
        case plots([NamedPlot])
    }

    struct NamedPlot {
        var file: String
        var plot: Plot
        var caption: String
    }

    struct Section {
        var title: String
        var blocks: [Block]
    }

    var title: String
    var lead: String
    var sections: [Section]

    /// All plots.
    var plots: [NamedPlot] {
        sections.flatMap(\.blocks).flatMap { block -> [NamedPlot] in
            if case .plots(let plots) = block { plots } else { [] }
        }
    }
}
