"""Writes ../Golden/heads.safetensors: ten steps of AdamW on a network with four heads, with PyTorch in double precision.

    pip install torch numpy safetensors && python make_heads_golden.py

Targets are missing here and there: each head's loss is PyTorch's mean over those that are there, and the batch's loss the
weighted sum over heads. Weights and inputs are rounded to floats first.
"""

import json
import pathlib

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

GOLDEN = pathlib.Path(__file__).parent.parent / "Golden"
COUNT, LENGTH, CHANNELS = 8, 12, 3

ARCHITECTURE = {
    "input": [LENGTH, CHANNELS],
    "layers": [{"type": "conv1d", "filters": 6, "kernel": 3, "padding": 1}, {"type": "tanh"}],
    "heads": [
        {"name": "profile", "layers": [{"type": "conv1d", "filters": 2, "kernel": 1}]},
        {"name": "kind", "layers": [{"type": "averagePool"}, {"type": "linear", "outputs": 3}]},
        {"name": "marks", "layers": [{"type": "flatten"}, {"type": "linear", "outputs": 4}]},
        {"name": "segments", "layers": [{"type": "conv1d", "filters": 3, "kernel": 1}]},
    ],
}
LOSSES = {
    "profile": {"type": "poisson"},
    "kind": {"type": "softmaxCrossEntropy", "classWeights": [1, 2, 0.5], "labelSmoothing": 0.1},
    "marks": {"type": "binaryCrossEntropy", "positiveWeights": [1, 3, 1, 2]},
    "segments": {"type": "softmaxCrossEntropy"},
}
WEIGHTS = {"profile": 0.25, "marks": 2}


class Heads(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Conv1d(CHANNELS, 6, 3, padding=1)
        self.profile, self.kind = nn.Conv1d(6, 2, 1), nn.Linear(6, 3)
        self.marks, self.segments = nn.Linear(6 * LENGTH, 4), nn.Conv1d(6, 3, 1)

    def forward(self, x):
        x = torch.tanh(self.trunk(x.transpose(1, 2)))
        return {
            "profile": self.profile(x).transpose(1, 2),
            "kind": self.kind(x.mean(2)),
            "marks": self.marks(x.transpose(1, 2).flatten(1)),
            "segments": self.segments(x).transpose(1, 2),
        }


NAMES = {"trunk": "0", "profile": "profile.0", "kind": "kind.1", "marks": "marks.1", "segments": "segments.0"}


def loss_of(outputs, targets):
    """The loss of the batch, and that of each head."""
    def there(name):
        return ~targets[name].isnan()

    known = there("profile")
    losses = {"profile": F.poisson_nll_loss(outputs["profile"][known], targets["profile"][known])}
    known = there("kind")
    losses["kind"] = F.cross_entropy(
        outputs["kind"][known], targets["kind"][known].long(), torch.tensor([1, 2, 0.5], dtype=torch.double),
        label_smoothing=0.1)
    known = there("marks")
    positive = torch.tensor([1, 3, 1, 2], dtype=torch.double).expand(COUNT, 4)[known]
    losses["marks"] = F.binary_cross_entropy_with_logits(
        outputs["marks"][known], targets["marks"][known], pos_weight=positive)
    known = there("segments")
    losses["segments"] = F.cross_entropy(outputs["segments"][known], targets["segments"][known].long())
    return sum(WEIGHTS.get(name, 1) * loss for name, loss in losses.items()), losses


def parameters(model):
    return {f"{NAMES[k.split('.')[0]]}.{k.split('.')[1]}": v.detach().clone() for k, v in model.named_parameters()}


torch.manual_seed(11)
model = Heads().float().double()
inputs = torch.randn(COUNT, LENGTH, CHANNELS).float().double()
targets = {
    "profile": torch.poisson(torch.full((COUNT, LENGTH, 2), 2.0)).double(),
    "kind": torch.randint(0, 3, (COUNT,)).double(),
    "marks": torch.randint(0, 2, (COUNT, 4)).double(),
    "segments": torch.randint(0, 3, (COUNT, LENGTH)).double(),
}
targets["profile"][2], targets["profile"][5, 3:7, 1] = torch.nan, torch.nan
targets["kind"][torch.tensor([1, 5, 6])] = torch.nan
targets["marks"][:, 2], targets["marks"][3] = torch.nan, torch.nan
targets["segments"][0, :5], targets["segments"][7] = torch.nan, torch.nan

tensors = {"inputs": inputs.float()}
tensors |= {f"targets.{name}": target.float() for name, target in targets.items()}
tensors |= {f"initial.{name}": value.float() for name, value in parameters(model).items()}
tensors["output"] = torch.cat([value.flatten(1) for value in model(inputs).values()], 1).detach()
optimizer, course = torch.optim.AdamW(model.parameters(), lr=0.01, weight_decay=0.05), []
for _ in range(10):
    loss, parts = loss_of(model(inputs), targets)
    course.append(torch.stack([loss, *parts.values()]).detach())
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 0.5)
    optimizer.step()
tensors["losses"] = torch.stack(course)
tensors |= {f"trained.{name}": value for name, value in parameters(model).items()}
documents = {"architecture": ARCHITECTURE, "losses": LOSSES, "lossWeights": WEIGHTS}
save_file(
    {name: value.contiguous() for name, value in tensors.items()}, GOLDEN / "heads.safetensors",
    {name: json.dumps(document) for name, document in documents.items()})
