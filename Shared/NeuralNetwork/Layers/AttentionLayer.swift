import CKernels

/// Multi-head attention of queries to keys, softmax(Q Kᵀ / √d + relative bias) V, between its four projections.
///
/// Inputs are the queries' rows, those of the keys and values unless they are the same, and the lengths.
struct AttentionLayer: Layer {
    let inputShape: [Int]
    let keysShape: [Int]
    let heads: Int
    let maximumDistance: Int?
    /// Whether the keys come from an input of their own.
    let isCross: Bool
    let hasLengths: Bool

    let query, key, value, joined: Projection
    private let relative: Int

    init(
        queries: [Int], keys: [Int]? = nil, heads: Int, maximumDistance: Int? = nil, hasLengths: Bool
    ) {
        inputShape = queries
        keysShape = keys ?? queries
        self.heads = heads
        self.maximumDistance = maximumDistance
        isCross = keys != nil
        self.hasLengths = hasLengths
        let (width, keyWidth) = (queries[1], keysShape[1])
        let (queryCount, keyCount) = (ck_packed_count(width, width), ck_packed_count(keyWidth, width))
        let bias = queryCount + 2 * keyCount
        relative = bias + 3 * width
        let output = relative + heads * (maximumDistance.map { 2 * $0 + 1 } ?? 0)
        query = Projection(inputs: width, outputs: width, weight: 0, bias: bias)
        key = Projection(inputs: keyWidth, outputs: width, weight: queryCount, bias: bias + width)
        value = Projection(inputs: keyWidth, outputs: width, weight: queryCount + keyCount, bias: bias + 2 * width)
        joined = Projection(inputs: width, outputs: width, weight: output, bias: output + queryCount)
    }

    var outputShape: [Int] { inputShape }
    var rowsPerExample: Int { min(queryLength, keyLength) }

    var width: Int { inputShape[1] }
    var queryLength: Int { inputShape[0] }
    var keyLength: Int { keysShape[0] }
    var headWidth: Int { width / heads }
    var scale: Float { 1 / Float(headWidth).squareRoot() }
    var keysInput: Int { isCross ? 1 : 0 }
    var lengthsInput: Int { keysInput + 1 }

    // MARK: Parameters

    /// PyTorch's, whose names depend on whether all three projections have inputs of one width.
    var parameters: [ParameterDescription] {
        let keyWidth = keysShape[1]
        func weight(_ name: String, _ inputs: Int, _ bound: Float, blocks: Int = 1) -> ParameterDescription {
            var panels = PanelLayout.transposed(outputs: width, inputs: inputs)
            (panels.groups, panels.groupStride) = (blocks, width * inputs)
            return ParameterDescription(
                name: name, shape: [blocks * width, inputs], start: .uniform(bound), panels: panels)
        }
        func xavier(_ inputs: Int, _ outputs: Int) -> Float { (6 / Float(inputs + outputs)).squareRoot() }
        var parameters =
            keyWidth == width
            ? [weight("in_proj_weight", width, xavier(width, 3 * width), blocks: 3)]
            : [
                weight("q_proj_weight", width, xavier(width, width)),
                weight("k_proj_weight", keyWidth, xavier(keyWidth, width)),
                weight("v_proj_weight", keyWidth, xavier(keyWidth, width)),
            ]
        parameters.append(ParameterDescription(name: "in_proj_bias", shape: [3 * width], start: .constant(0)))
        if let maximumDistance {
            parameters.append(
                ParameterDescription(
                    name: "relative_bias", shape: [heads, 2 * maximumDistance + 1], start: .constant(0)))
        }
        parameters.append(weight("out_proj.weight", width, 1 / Float(width).squareRoot()))
        parameters.append(ParameterDescription(name: "out_proj.bias", shape: [width], start: .constant(0)))
        return parameters
    }

    // MARK: Relative positions

    /// Distances that occur, from `1 - queryLength` on.
    private var distances: Int { queryLength + keyLength - 1 }

    /// Which of a head's numbers stands for each distance that occurs.
    private func place(_ distance: Int, _ maximum: Int) -> Int {
        min(max(distance - (queryLength - 1), -maximum), maximum) + maximum
    }

    func preparedCount(training: Bool) -> Int { maximumDistance == nil ? 0 : heads * distances }

    /// Spreads each head's numbers over the distances: a query's biases are a window of that.
    func prepare(_ preparation: Preparation) {
        guard let maximumDistance else { return }
        for head in 0..<heads {
            let bias = preparation.parameters + relative + head * (2 * maximumDistance + 1)
            let spread = preparation.prepared + head * distances
            for distance in 0..<distances { spread[distance] = bias[place(distance, maximumDistance)] }
        }
    }

    private func foldRelativeGradient(_ spread: UnsafePointer<Float>, into dParameters: UnsafeMutablePointer<Float>) {
        guard let maximumDistance else { return }
        (dParameters + relative).update(repeating: 0, count: heads * (2 * maximumDistance + 1))
        for head in 0..<heads {
            let dBias = dParameters + relative + head * (2 * maximumDistance + 1)
            for distance in 0..<distances {
                dBias[place(distance, maximumDistance)] += spread[head * distances + distance]
            }
        }
    }

    // MARK: Memory

    /// What a forward pass computes; kept for the backward pass, else in scratch memory.
    private struct Rows {
        let query, key, value, joined, shares: UnsafeMutablePointer<Float>
    }

    private func rows(_ memory: UnsafeMutablePointer<Float>, _ count: Int) -> Rows {
        let (queries, keys) = (count * queryLength * width, count * keyLength * width)
        let key = memory + queries
        return Rows(
            query: memory, key: key, value: key + keys, joined: key + 2 * keys, shares: key + 2 * keys + queries)
    }

    private var scoreCount: Int { queryLength * keyLength }
    private var packedCount: Int { max(ck_packed_count(headWidth, keyLength), ck_packed_count(keyLength, headWidth)) }
    private func rowCount(_ count: Int) -> Int { 2 * count * (queryLength + keyLength) * width }

    func keptCount(_ count: Int) -> Int { rowCount(count) + count * heads * scoreCount }

    func scratchCount(_ count: Int, training: Bool) -> Int {
        guard training else { return rowCount(count) + scoreCount + packedCount }
        let transposed = max(query.transposedCount, key.transposedCount)
        return count * (queryLength + 2 * keyLength) * width + scoreCount + heads * distances
            + max(packedCount, transposed)
    }

    private func scan(_ inputs: UnsafePointer<UnsafePointer<Float>>, _ count: Int) -> SequenceScan {
        SequenceScan(
            count: count, length: keyLength, isReverse: false, lengths: hasLengths ? inputs[lengthsInput] : nil)
    }

    // MARK: Passes

    func forward(_ pass: ForwardPass) {
        let (count, functions, keys) = (pass.count, pass.kernels.functions, pass.inputs[keysInput])
        let rows = rows(pass.kept ?? pass.scratch, count)
        let packed = pass.kept == nil ? pass.scratch + rowCount(count) + scoreCount : pass.scratch
        query.forward(pass, pass.input, into: rows.query, rows: count * queryLength)
        key.forward(pass, keys, into: rows.key, rows: count * keyLength)
        value.forward(pass, keys, into: rows.value, rows: count * keyLength)
        let scale = scale
        for i in 0..<count * queryLength * width { rows.query[i] *= scale }

        let scan = scan(pass.inputs, count)
        for example in 0..<count {
            let valid = scan.validCount(example)
            let (ofQueries, ofKeys) = (example * queryLength * width, example * keyLength * width)
            guard valid > 0 else {
                (rows.joined + ofQueries).update(repeating: 0, count: queryLength * width)
                continue
            }
            for head in 0..<heads {
                let column = head * headWidth
                let shares = rows.shares + (pass.kept == nil ? 0 : (example * heads + head) * scoreCount)
                ck_pack(rows.key + ofKeys + column, 1, width, headWidth, valid, packed)
                pass.product(
                    rows.query + ofQueries + column, stride: width, packed: packed, bias: nil, into: shares,
                    stride: valid, m: queryLength, k: headWidth, n: valid)
                if maximumDistance != nil {
                    let bias = pass.prepared + head * distances + queryLength - 1
                    for i in 0..<queryLength { functions.add_rows(bias - i, shares + i * valid, 1, valid) }
                }
                functions.softmax(shares, shares, queryLength, valid)
                ck_pack(rows.value + ofKeys + column, width, 1, valid, headWidth, packed)
                pass.product(
                    shares, stride: valid, packed: packed, bias: nil, into: rows.joined + ofQueries + column,
                    stride: width, m: queryLength, k: valid, n: headWidth)
            }
        }
        joined.forward(pass, rows.joined, into: pass.output, rows: count * queryLength)
    }

    func backward(_ pass: BackwardPass) {
        let (count, functions, keys) = (pass.count, pass.kernels.functions, pass.inputs[keysInput])
        let (queryRows, keyRows) = (count * queryLength, count * keyLength)
        let rows = rows(pass.kept, count)
        let dJoined = pass.scratch
        let dKey = dJoined + queryRows * width
        let dValue = dKey + keyRows * width
        let dScores = dValue + keyRows * width
        let dRelative = dScores + scoreCount
        let packed = dRelative + heads * distances
        joined.parameterGradients(pass, input: rows.joined, dOutput: pass.dOutput, rows: queryRows)
        joined.inputGradient(pass, dOutput: pass.dOutput, rows: queryRows, transposed: packed, into: dJoined)
        dRelative.update(repeating: 0, count: heads * distances)
        // Nothing reads the joined heads any more.
        let dQuery = rows.joined

        let scan = scan(pass.inputs, count)
        scan.clearInvalid(dKey, width: width)
        scan.clearInvalid(dValue, width: width)
        for example in 0..<count {
            let valid = scan.validCount(example)
            guard valid > 0 else {
                (dQuery + example * queryLength * width).update(repeating: 0, count: queryLength * width)
                continue
            }
            for head in 0..<heads {
                let ofQueries = example * queryLength * width + head * headWidth
                let ofKeys = example * keyLength * width + head * headWidth
                let shares = rows.shares + (example * heads + head) * scoreCount
                let dJoined = dJoined + ofQueries

                functions.product_gradient(
                    shares, valid, dJoined, width, packed, queryLength, valid, headWidth, false)
                ck_unpack(packed, valid, headWidth, dValue + ofKeys, width, 1)

                ck_pack(rows.value + ofKeys, 1, width, headWidth, valid, packed)
                functions.product(dJoined, width, packed, nil, dScores, valid, queryLength, headWidth, valid)
                functions.softmax_backward(shares, dScores, dScores, queryLength, valid)
                if maximumDistance != nil {
                    let dBias = dRelative + head * distances + queryLength - 1
                    for i in 0..<queryLength { functions.add_rows(dScores + i * valid, dBias - i, 1, valid) }
                }

                functions.product_gradient(
                    dScores, valid, rows.query + ofQueries, width, packed, queryLength, valid, headWidth, false)
                ck_unpack(packed, valid, headWidth, dKey + ofKeys, width, 1)

                ck_pack(rows.key + ofKeys, width, 1, valid, headWidth, packed)
                functions.product(
                    dScores, valid, packed, nil, dQuery + ofQueries, width, queryLength, valid, headWidth)
            }
        }
        let scale = scale
        for i in 0..<queryRows * width { dQuery[i] *= scale }

        foldRelativeGradient(dRelative, into: pass.dParameters)
        query.parameterGradients(pass, input: pass.input, dOutput: dQuery, rows: queryRows)
        key.parameterGradients(pass, input: keys, dOutput: dKey, rows: keyRows, biasHasSlope: false)
        value.parameterGradients(pass, input: keys, dOutput: dValue, rows: keyRows)
        if let dInput = pass.dInput {
            query.inputGradient(pass, dOutput: dQuery, rows: queryRows, transposed: packed, into: dInput)
        }
        if let dKeys = pass.dInputs[keysInput] {
            key.inputGradient(pass, dOutput: dKey, rows: keyRows, adds: !isCross, transposed: packed, into: dKeys)
            value.inputGradient(pass, dOutput: dValue, rows: keyRows, adds: true, transposed: packed, into: dKeys)
        }
        if hasLengths, let dLengths = pass.dInputs[lengthsInput] { dLengths.update(repeating: 0, count: count) }
    }
}
