/// How a term of a case meets one disease.
struct TermMatch: Sendable, Hashable {
    /// The share of the affected who have the term or a kind of it; 0 where nothing says so.
    var frequency: Float = 0
    /// The same as if kinds of it were independent, and how many people it rests on.
    var joint: Float = 0
    var people: Float = 0
    /// The most telling term that the case's term is a kind of and the disease has: the term itself, or an ancestor.
    var shared: Int32 = -1
    var sharedFrequency: Float = 0
    var sharedJoint: Float = 0
}

extension PhenotypeKnowledge {
    /// How a term meets each disease; as many as there are ``diseases``.
    func matches(of term: Int) -> [TermMatch] {
        var matches = Array(repeating: TermMatch(), count: diseases.count)
        for ancestor in ascending(ontology.ancestors[term]) {
            for posting in diseases(having: Int(ancestor)) {
                let place = Int(posting.disease)
                matches[place].shared = ancestor
                matches[place].sharedFrequency = posting.frequency
                matches[place].sharedJoint = posting.joint
                if ancestor == Int32(term) {
                    matches[place].frequency = posting.frequency
                    matches[place].joint = posting.joint
                    matches[place].people = posting.people
                }
            }
        }
        return matches
    }

    /// How a term meets a disease as a profile describes it.
    func match(of term: Int, with profile: DiseaseProfile) -> TermMatch {
        var match = TermMatch()
        for ancestor in ascending(ontology.ancestors[term]) {
            guard let entry = profile.entry(of: Int(ancestor)) else { continue }
            match.shared = ancestor
            match.sharedFrequency = entry.frequency
            match.sharedJoint = entry.joint
            if ancestor == Int32(term) {
                (match.frequency, match.joint, match.people) = (entry.frequency, entry.joint, entry.people)
            }
        }
        return match
    }

    /// The least telling first; of equals the term itself, and then the narrower, last.
    private func ascending(_ terms: [Int32]) -> [Int32] {
        terms.sorted { (information[Int($0)], $0) < (information[Int($1)], $1) }
    }
}
