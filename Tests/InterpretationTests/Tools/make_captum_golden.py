"""Writes the reference values under ../Golden with Captum and PyTorch in double precision.

    pip install torch captum numpy safetensors && python make_captum_golden.py

A golden file holds an architecture (metadata) with its weights, rounded to floats, relaxed inputs and references, and what
Captum says: gradients, integrated gradients, and DeepLIFT where its rules hold for every layer: not for products and
recurrent layers, which it goes through by the gradient without a word.
"""

import json
import pathlib

import numpy as np
import torch
from captum.attr import DeepLift, IntegratedGradients
from safetensors.torch import save_file
from torch import nn

GOLDEN = pathlib.Path(__file__).parent.parent / "Golden"
LENGTH = 24


class Convolution(nn.Module):
    """Every activation a module of its own, and no maximum: Captum's DeepLIFT is wrong where a module is used twice, and
    on this network with `MaxPool1d` it is incomplete by 0.5."""

    document = [
        {"type": "conv1d", "filters": 6, "kernel": 5, "padding": 2},
        {"type": "relu"},
        {"type": "averagePool1d", "kernel": 2},
        {"type": "conv1d", "filters": 5, "kernel": 3},
        {"type": "relu"},
        {"type": "flatten"},
        {"type": "linear", "outputs": 7},
        {"type": "tanh"},
        {"type": "linear", "outputs": 2},
    ]
    has_rules = True

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleDict({
            "0": nn.Conv1d(4, 6, 5, padding=2), "1": nn.ReLU(), "2": nn.AvgPool1d(2), "3": nn.Conv1d(6, 5, 3),
            "4": nn.ReLU(), "6": nn.Linear(50, 7), "7": nn.Tanh(), "8": nn.Linear(7, 2),
        })

    def forward(self, x):
        x = x.transpose(1, 2)
        for name in "01234":
            x = self.layers[name](x)
        x = x.transpose(1, 2).flatten(1)
        for name in "678":
            x = self.layers[name](x)
        return x


class Recurrent(nn.Module):
    document = [
        {"type": "conv1d", "filters": 5, "kernel": 3, "padding": 1},
        {"type": "relu"},
        {"type": "lstm", "hidden": 4},
        {"type": "select", "position": LENGTH - 1},
        {"type": "linear", "outputs": 2},
    ]
    has_rules = False

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleDict({
            "0": nn.Conv1d(4, 5, 3, padding=1), "2": nn.LSTM(5, 4, batch_first=True), "4": nn.Linear(4, 2),
        })

    def forward(self, x):
        x = torch.relu(self.layers["0"](x.transpose(1, 2))).transpose(1, 2)
        return self.layers["4"](self.layers["2"](x)[0][:, -1])


class Products(nn.Module):
    document = [
        {"type": "parallel", "join": "multiply", "branches": [
            {"layers": [{"type": "conv1d", "filters": 4, "kernel": 3}, {"type": "sigmoid"}]},
            {"layers": [{"type": "conv1d", "filters": 4, "kernel": 3}]},
        ]},
        {"type": "softmax"},
        {"type": "flatten"},
        {"type": "linear", "outputs": 2},
    ]
    has_rules = False

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleDict({
            "0-0-0": nn.Conv1d(4, 4, 3), "0-1-0": nn.Conv1d(4, 4, 3), "3": nn.Linear(4 * (LENGTH - 2), 2),
        })

    def forward(self, x):
        x = x.transpose(1, 2)
        x = torch.sigmoid(self.layers["0-0-0"](x)) * self.layers["0-1-0"](x)
        return self.layers["3"](torch.softmax(x.transpose(1, 2), -1).flatten(1))


def one_hot(random, count):
    return torch.eye(4, dtype=torch.float64)[torch.from_numpy(random.integers(0, 4, (count, LENGTH)))]


def make(name, kind):
    torch.manual_seed(len(name))
    random = np.random.default_rng(len(name))
    model = kind().double()
    with torch.no_grad():
        for parameter in model.parameters():
            # Larger than PyTorch begins with, so that layers are not nearly linear.
            parameter.mul_(2)
            parameter.copy_(parameter.float().double())
    inputs = one_hot(random, 3)
    references = torch.cat([torch.full((1, LENGTH, 4), 0.25, dtype=torch.float64), one_hot(random, 3)])
    tensors = {"inputs": inputs.float(), "references": references.float()}
    for key, value in model.layers.state_dict().items():
        layer, parameter = key.split(".", 1)
        tensors[f"weights.{layer.replace('-', '.')}.{parameter}"] = value.float()

    x = inputs.clone().requires_grad_()
    outputs = model(x)
    outputs[:, 1].sum().backward()
    tensors["outputs"] = outputs.detach()
    tensors["gradients"] = x.grad
    lines, shares = [], []
    for example in inputs:
        pairs = example.expand(len(references), LENGTH, 4).contiguous()
        lines.append(
            IntegratedGradients(model).attribute(
                pairs, references, target=1, n_steps=4000, method="riemann_middle", internal_batch_size=2000))
        if kind.has_rules:
            shares.append(DeepLift(model, eps=1e-12).attribute(pairs, references, target=1))
    tensors["integratedGradients"] = torch.stack(lines)
    if shares:
        tensors["deepLIFT"] = torch.stack(shares)
    document = {"input": {"kind": "bases", "shape": [LENGTH]}, "layers": kind.document}
    save_file(
        {key: value.detach().contiguous() for key, value in tensors.items()}, GOLDEN / f"{name}.safetensors",
        metadata={"architecture": json.dumps(document)})
    difference = (outputs[:, 1][:, None] - model(references)[:, 1]).detach()
    for key in ("integratedGradients", "deepLIFT"):
        if key in tensors:
            lack = (tensors[key].sum((-1, -2)) - difference).abs().max()
            print(f"{name}: {key} is complete to {lack:.2g}")


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for case in (Convolution, Recurrent, Products):
        make(case.__name__.lower(), case)
