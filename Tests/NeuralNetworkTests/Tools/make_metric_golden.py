"""Writes the reference values of metrics and calibration as ../Golden/metrics.safetensors.

    pip install numpy safetensors scikit-learn scipy lifelines && python make_metric_golden.py

Tensors are the examples; the metadata `expected` is a JSON object of values by name. `weights` are small whole numbers:
how often an example was drawn.
"""

import json
import pathlib

import numpy as np
from lifelines.utils import concordance_index
from safetensors.numpy import save_file
from scipy import stats
from sklearn import metrics
from sklearn.isotonic import IsotonicRegression

GOLDEN = pathlib.Path(__file__).parent.parent / "Golden"
random = np.random.default_rng(7)
COUNT, CLASSES = 60, 4

# Rounded, so that there are ties.
scores = random.normal(size=COUNT).round(1).astype(np.float32)
positives = (random.random(COUNT) < 1 / (1 + np.exp(-2 * scores))).astype(np.float32)
logits = random.normal(size=(COUNT, CLASSES)).astype(np.float32)
labels = random.integers(CLASSES, size=COUNT)
probabilities = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
probabilities = probabilities.astype(np.float32)
calls = probabilities.argmax(1)
numbers = (scores + random.normal(size=COUNT)).round(1).astype(np.float32)
observed = (random.random(COUNT) < 0.6).astype(np.float32)
weights = random.integers(4, size=COUNT).astype(np.float32)
repeated = np.repeat(np.arange(COUNT), weights.astype(int))

p_of_one = (1 / (1 + np.exp(-scores))).round(2).astype(np.float32)
isotonic = IsotonicRegression(y_min=0.02, y_max=0.98, out_of_bounds="clip").fit(p_of_one, positives)
places = np.linspace(-0.1, 1.1, 49).astype(np.float32)

# The measures in double precision, of the numbers as they are in floats.
x, y = scores.astype(np.float64), numbers.astype(np.float64)
expected = {
    "auroc": metrics.roc_auc_score(positives, scores),
    "auroc.weighted": metrics.roc_auc_score(positives, scores, sample_weight=weights),
    "averagePrecision": metrics.average_precision_score(positives, scores),
    "averagePrecision.weighted": metrics.average_precision_score(positives, scores, sample_weight=weights),
    "matthews": metrics.matthews_corrcoef(labels, calls),
    "matthews.weighted": metrics.matthews_corrcoef(labels, calls, sample_weight=weights),
    "matthews.binary": metrics.matthews_corrcoef(positives, scores > 0),
    "f1": metrics.f1_score(labels, calls, average=None).tolist(),
    "precision": metrics.precision_score(labels, calls, average=None).tolist(),
    "recall": metrics.recall_score(labels, calls, average=None).tolist(),
    "crossEntropy": metrics.log_loss(labels, probabilities.astype(np.float64)),
    "brier": metrics.brier_score_loss(labels, probabilities.astype(np.float64), labels=range(CLASSES)),
    "brier.binary": metrics.brier_score_loss(positives, p_of_one.astype(np.float64)),
    "auroc.classes": np.mean([metrics.roc_auc_score(labels == c, probabilities[:, c]) for c in range(CLASSES)]),
    "concordance": concordance_index(numbers, scores),
    "concordance.censored": concordance_index(numbers, scores, observed),
    "concordance.weighted": concordance_index(numbers[repeated], scores[repeated], observed[repeated]),
    "pearson": stats.pearsonr(x, y).statistic,
    "spearman": stats.spearmanr(x, y).statistic,
    "spearman.weighted": stats.spearmanr(x[repeated], y[repeated]).statistic,
    "rSquared": metrics.r2_score(y, x),
    "rSquared.weighted": metrics.r2_score(y, x, sample_weight=weights),
    "meanSquaredError": metrics.mean_squared_error(y, x),
    "meanAbsoluteError": metrics.mean_absolute_error(y, x),
}
# The corners of the curve: `drop_intermediate` leaves points on a line where steps are unequal.
rates = np.stack(metrics.roc_curve(positives, scores, drop_intermediate=False)[:2], 1)
counts = (rates * [sum(1 - positives), sum(positives)]).round().astype(int)
steps = np.diff(counts, axis=0)
corners = rates[[True, *(steps[:-1, 0] * steps[1:, 1] != steps[1:, 0] * steps[:-1, 1]), True]]
tensors = {
    "scores": scores,
    "positives": positives,
    "probabilities": probabilities,
    "labels": labels.astype(np.float32),
    "numbers": numbers,
    "observed": observed,
    "weights": weights,
    "probabilityOfOne": p_of_one,
    "places": places,
    "isotonic": isotonic.predict(places).astype(np.float64),
    "rocX": corners[:, 0].copy(),
    "rocY": corners[:, 1].copy(),
}
expected = {name: np.asarray(value).tolist() for name, value in expected.items()}
save_file(tensors, GOLDEN / "metrics.safetensors", metadata={"expected": json.dumps(expected)})
