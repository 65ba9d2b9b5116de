/// How tables of genes write the ways in which diseases are inherited, as HPO's terms.
enum Inheritance {
    /// The terms of words such as `AD`, `AR` and `XL`; what is none of these is left out.
    static func terms(_ words: [String]) -> Set<String> {
        Set(words.flatMap { $0.split { ",;/ ".contains($0) } }.compactMap { InheritanceMode(String($0))?.rawValue })
    }
}
