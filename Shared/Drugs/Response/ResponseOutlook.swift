/// What a model says of one profile and all drugs, and why.
public struct ResponseOutlook: Sendable {
    /// A gene, a segment, the tissue or the like, and what it adds to the drug's mean.
    public struct Reason: Sendable, Hashable {
        /// The gene's symbol; `gain of ERBB2/…`, `tissue skin` and the like of what is no gene.
        public var name: String
        /// ln IC50 that it adds.
        public var contribution: Double
        /// What of it is due to what is told of the gene: `mutation`, `no mutation`, `expression`; one part of what is no gene.
        public var parts: [Part]

        /// A part of a reason.
        public struct Part: Sendable, Hashable {
            /// What is told.
            public var what: String
            /// ln IC50 that it adds.
            public var contribution: Double
        }
    }

    /// What is said of a drug.
    public struct Entry: Sendable {
        /// The drug.
        public var drug: DrugCatalog.Drug
        /// The prediction; its reasons add up to its deviation from the drug's mean.
        public var prediction: ResponseModel.Prediction
        /// All that moved it, the most first.
        public var reasons: [Reason]
        /// What each block of the profile adds: they add up to the deviation too.
        public var blocks: [ProfileBlock: Double]
        /// How such predictions and responses correlate within the drug, of held-out lines; nil where they were too few.
        public var correlation: Double?
        /// Predicted less the drug's mean: below 0 is more sensitive than most.
        public var deviation: Double { prediction.value - prediction.drugMean }
    }

    /// Every drug of the model, in its order.
    public var entries: [Entry]
    /// The blocks of the profile that the intervals are of.
    public var basis: String
    /// Why nothing is known of such a profile; empty for one like those of the training.
    public var objections: [String]
    /// What of the profile was not told, or not used.
    public var remarks: [String]
}

extension ResponseModel {
    /// Says of every drug how a profile is expected to respond to it; throws where the profile tells nothing.
    public func outlook(_ profile: ResponseProfile) throws(DrugError) -> ResponseOutlook {
        let encoded = encode(profile)
        let told = encoded.profile
        guard
            encoded.part == 0 || told.features.contains(where: { $0 != nil })
                || told.tissue.map(tissues.contains) == true
        else {
            throw DrugError(
                "the profile tells nothing that \(name) knows: no mutation, copy number, tissue or expression")
        }
        let view = head.views[encoded.view]
        let owners = owners(told)
        let entries = catalog.drugs.indices.map { place in
            ResponseOutlook.Entry(
                drug: catalog.drugs[place], prediction: predict(encoded, place: place),
                reasons: reasons(encoded, place, owners), blocks: blocks(encoded, place),
                correlation: view.correlations[place])
        }
        return ResponseOutlook(
            entries: entries, basis: view.name, objections: objections(to: encoded),
            remarks: remarks(profile, encoded))
    }

    /// Why nothing is known of such a profile: it is further from the training's than 99.5 % of held-out lines are; empty for others.
    public func objections(to profile: EncodedProfile) -> [String] {
        novelty.objections(novelty.measure(profile.row, profile.profile, hasExpression: profile.part == 0))
    }

    private func remarks(_ profile: ResponseProfile, _ encoded: EncodedProfile) -> [String] {
        var remarks: [String] = []
        func share(_ values: [Double?], _ what: String) {
            let told = values.count { $0 != nil }
            guard told < values.count else { return }
            remarks.append(
                told == 0
                    ? "the profile tells no \(what); the mean of the training's lines is taken"
                    : "the profile tells \(told) of \(values.count) \(what); the others count as the training's mean, not as 0"
            )
        }
        let levels = profile.expression.count { $0 != nil }
        if levels > 0, encoded.part > 0 {
            remarks.append(
                "expression of \(levels) of \(genes.count) genes is too little and is not used: it takes half of them")
        } else {
            share(profile.expression, "levels of expression")
        }
        for (block, what) in [(ProfileBlock.mutations, "mutations"), (.copyNumbers, "copy numbers")] {
            share(features.indices.filter { encoding.kinds[$0].block == block }.map { profile.features[$0] }, what)
        }
        switch profile.tissue {
        case nil: remarks.append("the profile tells no tissue; the mean of the training's lines is taken")
        case let tissue? where !tissues.contains(tissue):
            remarks.append(
                "the tissue \"\(tissue)\" is none of the training's and is not used; those are \(tissues.joined(separator: ", "))"
            )
        default: break
        }
        return remarks
    }

    /// What each number of a row belongs to: the reason's name and the part of it.
    private func owners(_ profile: ResponseProfile) -> [(name: String, part: String)] {
        let ofFeatures = zip(encoding.kinds, profile.features).map { feature, value in
            let word =
                feature.kind == .mutation ? "mutation" : feature.kind == .other ? "instability" : feature.kind.rawValue
            return (name: feature.label, part: value == 0 ? "no \(word)" : word)
        }
        return genes.map { ($0, "expression") } + ofFeatures
            + tissues.map { _ in ("tissue \(profile.tissue ?? "")", "tissue") }
    }

    private func blocks(_ profile: EncodedProfile, _ drug: Int) -> [ProfileBlock: Double] {
        var sums = Dictionary(uniqueKeysWithValues: ProfileBlock.allCases.map { ($0, 0.0) })
        let (places, features) = (Self.places(ofPart: profile.part, encoding), encoding.featurePlaces)
        for (place, weight) in zip(places, weights[profile.part].row(drug)) {
            let block: ProfileBlock =
                place < features.lowerBound
                ? .expression
                : place < features.upperBound ? encoding.kinds[place - features.lowerBound].block : .tissue
            sums[block, default: 0] += weight * profile.row[place]
        }
        return sums
    }

    private func reasons(
        _ profile: EncodedProfile, _ drug: Int, _ owners: [(name: String, part: String)]
    ) -> [ResponseOutlook.Reason] {
        var reasons: [ResponseOutlook.Reason] = []
        var known: [String: Int] = [:]
        let places = Self.places(ofPart: profile.part, encoding)
        for (place, weight) in zip(places, weights[profile.part].row(drug)) where profile.row[place] != 0 {
            let (own, value) = (owners[place], weight * profile.row[place])
            let index = known[own.name] ?? reasons.count
            if index == reasons.count {
                reasons.append(.init(name: own.name, contribution: 0, parts: []))
                known[own.name] = index
            }
            reasons[index].contribution += value
            if let part = reasons[index].parts.firstIndex(where: { $0.what == own.part }) {
                reasons[index].parts[part].contribution += value
            } else {
                reasons[index].parts.append(.init(what: own.part, contribution: value))
            }
        }
        return reasons.filter { $0.contribution != 0 }.sorted {
            (abs($1.contribution), $0.name) < (abs($0.contribution), $1.name)
        }
    }
}
