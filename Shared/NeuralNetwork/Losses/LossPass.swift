import CKernels

/// One evaluation of a loss over a batch: values in doubles, gradients rounded once.
///
/// Exponentials come from the kernels for the whole batch at once, so that an example costs one logarithm.
struct LossPass {
    let outputs: UnsafePointer<Float>
    let targets: UnsafePointer<Float>
    let count: Int
    let width: Int
    let dOutputs: UnsafeMutablePointer<Float>

    /// All levels give the same bytes; one that the environment asks for in vain is reported where a model is made.
    private static let exp = ((try? Kernels().functions) ?? ck_kernels_for(ck_scalar)!.pointee).exp

    /// A target as a class, or nil if it is none.
    static func label(_ target: Float, classes: Int) -> Int? {
        guard let label = Int(exactly: target), label >= 0, label < classes else { return nil }
        return label
    }

    // MARK: Of a class index and the softmax

    func crossEntropy(_ weights: [Float]?, smoothing: Double) -> Loss.Total {
        overClasses(weights, smoothing: smoothing) { logP, _, _ in ((1 - smoothing) * -logP, 1 - smoothing) }
    }

    func focal(_ gamma: Double, _ weights: [Float]?) -> Loss.Total {
        overClasses(weights) { Self.focal(gamma, logP: $0, p: $1, rest: $2) }
    }

    func generalizedCrossEntropy(_ q: Double) -> Loss.Total {
        overClasses(nil) { logP, _, _ in
            let power = PortableMath.exp(q * logP)
            return ((1 - power) / q, power)
        }
    }

    /// Sums `loss` over the true classes' probabilities p, where `pull` is -p·dloss/dp and `rest` is 1 - p.
    ///
    /// The gradient by logit c then is pull·(p_c - [c is true]). Smoothing adds the cross-entropy of every class c with
    /// the weight w_c·smoothing/width.
    @inline(__always)
    private func overClasses(
        _ weights: [Float]?, smoothing: Double = 0,
        _ body: (_ logP: Double, _ p: Double, _ rest: Double) -> (loss: Double, pull: Double)
    ) -> Loss.Total {
        for example in 0..<count {
            let (x, d) = (outputs + example * width, dOutputs + example * width)
            let shift = x[greatest(x)]
            for c in 0..<width { d[c] = x[c] - shift }
        }
        Self.exp(dOutputs, dOutputs, count * width)

        let share = smoothing / Double(width)
        let shares = share * (weights?.reduce(0) { $0 + Double($1) } ?? Double(width))
        var total = Loss.Total()
        for example in 0..<count {
            let (x, d) = (outputs + example * width, dOutputs + example * width)
            guard !targets[example].isNaN else {
                for c in 0..<width { d[c] = 0 }
                continue
            }
            total.decisions += 1
            guard let label = Self.label(targets[example], classes: width) else {
                total.sum = .nan
                continue
            }
            var sum = 0.0
            for c in 0..<width { sum += Double(d[c]) }
            let best = greatest(x)
            let logSum = Double(x[best]) + PortableMath.log(sum)
            let rest = (sum - Double(d[label])) / sum
            let weight = Double(weights?[label] ?? 1)
            var (loss, pull) = body(Double(x[label]) - logSum, Double(d[label]) / sum, rest)
            loss *= weight
            pull *= weight
            let trueGradient = shares * (1 - rest) - pull * rest - share * weight
            let scale = (pull + shares) / sum
            if share > 0 {
                for c in 0..<width {
                    let part = share * Double(weights?[c] ?? 1)
                    loss -= part * (Double(x[c]) - logSum)
                    d[c] = Float(scale * Double(d[c]) - part)
                }
            } else {
                for c in 0..<width { d[c] = Float(scale * Double(d[c])) }
            }
            d[label] = Float(trueGradient)
            total.sum += loss
            total.weight += weight
            total.correct += best == label ? 1 : 0
        }
        return total
    }

    /// The index of an example's greatest output, the first of equals.
    @inline(__always)
    private func greatest(_ x: UnsafePointer<Float>) -> Int {
        var best = 0
        for c in 1..<max(1, width) where x[c] > x[best] { best = c }
        return best
    }

    private static func focal(
        _ gamma: Double, logP: Double, p: Double, rest: Double
    ) -> (loss: Double, pull: Double) {
        // A rest of 0 comes with ln p = 0: the least number in its place keeps 0 · ∞ away.
        let muted = PortableMath.power(max(rest, 1e-300), gamma - 1)
        return (-muted * rest * logP, muted * (rest - gamma * p * logP))
    }

    // MARK: Of a logit and the sigmoid

    func binaryCrossEntropy(_ weights: [Float]?) -> Loss.Total {
        exponentialsOfDistance()
        var total = Loss.Total()
        for example in 0..<count {
            for c in 0..<width {
                let i = example * width + c
                guard !targets[i].isNaN else {
                    dOutputs[i] = 0
                    continue
                }
                let (target, weight) = (Double(targets[i]), Double(weights?[c] ?? 1))
                let (p, rest, logP, logRest) = sigmoid(i)
                total.sum -= weight * target * logP + (1 - target) * logRest
                dOutputs[i] = Float((1 - target) * p - weight * target * rest)
                total.decisions += 1
                total.correct += (outputs[i] > 0) == (target > 0.5) ? 1 : 0
            }
        }
        total.weight = Double(total.decisions)
        return total
    }

    func binaryFocal(_ gamma: Double, _ weights: [Float]?) -> Loss.Total {
        exponentialsOfDistance()
        var total = Loss.Total()
        for i in 0..<count {
            guard !targets[i].isNaN else {
                dOutputs[i] = 0
                continue
            }
            total.decisions += 1
            guard let label = Self.label(targets[i], classes: 2) else {
                total.sum = .nan
                continue
            }
            let (p, rest, logP, logRest) = sigmoid(i)
            let isPositive = label == 1
            let (loss, pull) =
                isPositive
                ? Self.focal(gamma, logP: logP, p: p, rest: rest)
                : Self.focal(gamma, logP: logRest, p: rest, rest: p)
            let weight = Double(weights?[label] ?? 1)
            total.sum += weight * loss
            total.weight += weight
            dOutputs[i] = Float(weight * pull * (isPositive ? -rest : p))
            total.correct += (outputs[i] > 0) == isPositive ? 1 : 0
        }
        return total
    }

    /// Puts exp(-|x|), which is never large, in the place of the gradients.
    private func exponentialsOfDistance() {
        for i in 0..<count * width { dOutputs[i] = -abs(outputs[i]) }
        Self.exp(dOutputs, dOutputs, count * width)
    }

    /// The probability of output `i`, what it lacks to 1, and the logarithms of both, given exp(-|x|).
    @inline(__always)
    private func sigmoid(_ i: Int) -> (p: Double, rest: Double, logP: Double, logRest: Double) {
        let (x, e) = (Double(outputs[i]), Double(dOutputs[i]))
        let logSum = PortableMath.log(1 + e)
        let (more, less) = (1 / (1 + e), e / (1 + e))
        return x >= 0 ? (more, less, -logSum, -x - logSum) : (less, more, x - logSum, -logSum)
    }

    // MARK: Of numbers

    /// Sums `body`'s loss of the error and gives its slope, over all targets that are there.
    @inline(__always)
    func regression(_ body: (_ error: Double) -> (loss: Double, slope: Double)) -> Loss.Total {
        var total = Loss.Total()
        for i in 0..<count * width {
            guard !targets[i].isNaN else {
                dOutputs[i] = 0
                continue
            }
            let (loss, slope) = body(Double(outputs[i]) - Double(targets[i]))
            total.sum += loss
            total.weight += 1
            dOutputs[i] = Float(slope)
        }
        return total
    }

    func huber(_ delta: Double) -> Loss.Total {
        regression { error in
            let distance = abs(error)
            if distance <= delta { return (0.5 * error * error, error) }
            return (delta * (distance - 0.5 * delta), error < 0 ? -delta : delta)
        }
    }

    func poisson() -> Loss.Total {
        Self.exp(outputs, dOutputs, count * width)
        var total = Loss.Total()
        for i in 0..<count * width {
            guard !targets[i].isNaN else {
                dOutputs[i] = 0
                continue
            }
            let (rate, target) = (Double(dOutputs[i]), Double(targets[i]))
            total.sum += rate - target * Double(outputs[i])
            total.weight += 1
            dOutputs[i] = Float(rate - target)
        }
        return total
    }
}
