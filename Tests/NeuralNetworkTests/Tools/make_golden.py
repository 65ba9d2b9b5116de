"""Writes the reference values under ../Golden with PyTorch in double precision.

    pip install torch numpy safetensors && python make_golden.py

A golden file holds an architecture (metadata) with its weights and inputs, rounded to floats, and as doubles: outputs,
gradients for a given gradient of the outputs, and the course of ten steps of AdamW with clipping.
"""

import json
import pathlib

import torch
from safetensors.torch import save_file
from torch import nn

GOLDEN = pathlib.Path(__file__).parent.parent / "Golden"
COUNT = 6

CASES = {
    "linear": {
        "input": [5, 4],
        "layers": [
            {"type": "linear", "outputs": 7},
            {"type": "gelu"},
            {"type": "layerNorm"},
            {"type": "flatten"},
            {"type": "linear", "outputs": 3},
        ],
    },
    "conv1d": {
        "input": [13, 5],
        "layers": [
            {"type": "conv1d", "filters": 34, "kernel": 3, "padding": 1},
            {"type": "relu"},
            {"type": "conv1d", "filters": 6, "kernel": 3, "stride": 2, "padding": 3, "dilation": 2},
            {"type": "tanh"},
            {"type": "maxPool1d", "kernel": 3, "stride": 2},
            {"type": "conv1d", "filters": 4, "kernel": 2},
            {"type": "averagePool"},
        ],
    },
    "gru": {
        "input": [7, 5],
        "layers": [
            {"type": "gru", "hidden": 4},
            {"type": "gru", "hidden": 11, "bidirectional": True},
            {"type": "sigmoid"},
            {"type": "select", "position": 3},
            {"type": "linear", "outputs": 4},
        ],
    },
    "variant": {
        "input": [9, 6],
        "layers": [
            {"type": "conv1d", "filters": 8, "kernel": 3, "padding": 1},
            {"type": "relu"},
            {"type": "conv1d", "filters": 8, "kernel": 3, "padding": 1},
            {"type": "relu"},
            {"type": "gru", "hidden": 5, "bidirectional": True},
            {"type": "flatten"},
            {"type": "linear", "outputs": 12},
            {"type": "relu"},
            {"type": "linear", "outputs": 3},
        ],
    },
}


class ChannelsLast(nn.Module):
    """A module of (N, C, L) on (N, L, C)."""

    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, x):
        return self.module(x.transpose(1, 2)).transpose(1, 2)


class First(nn.Module):
    """The first of a module's outputs."""

    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, x):
        return self.module(x)[0]


class Function(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


def build(architecture):
    shape = list(architecture["input"])
    modules = []
    for layer in architecture["layers"]:
        match layer["type"]:
            case "linear":
                module = nn.Linear(shape[-1], layer["outputs"])
            case "conv1d":
                options = {key: layer[key] for key in ("stride", "padding", "dilation") if key in layer}
                module = ChannelsLast(nn.Conv1d(shape[-1], layer["filters"], layer["kernel"], **options))
            case "gru":
                module = First(
                    nn.GRU(
                        shape[-1], layer["hidden"], batch_first=True, bidirectional=layer.get("bidirectional", False)
                    )
                )
            case "maxPool1d":
                module = ChannelsLast(nn.MaxPool1d(layer["kernel"], layer["stride"]))
            case "averagePool":
                module = Function(lambda x: x.mean(1))
            case "select":
                module = Function(lambda x, position=layer["position"]: x[:, position])
            case "layerNorm":
                module = nn.LayerNorm(shape[-1])
            case "gelu":
                module = nn.GELU(approximate="tanh")
            case "flatten":
                module = nn.Flatten()
            case name:
                module = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}[name]()
        modules.append(module)
        with torch.no_grad():
            shape = list(module(torch.zeros(1, *shape)).shape[1:])
    return nn.Sequential(*modules), shape


def named(model):
    return {name.replace("module.", ""): parameter for name, parameter in model.named_parameters()}


def make(name, architecture):
    torch.manual_seed(len(name))
    model, outputs = build(architecture)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
    model = model.double()
    classes = outputs[0]
    x = torch.randn(COUNT, *architecture["input"]).double().requires_grad_()
    d_output = torch.randn(COUNT, classes).double()
    tensors = {"input": x.float(), "dOutput": d_output.float()}
    tensors |= {f"weights.{key}": value.float() for key, value in named(model).items()}

    output = model(x)
    output.backward(d_output)
    tensors |= {"output": output, "dInput": x.grad}
    tensors |= {f"gradients.{key}": value.grad for key, value in named(model).items()}
    tensors = {key: value.detach().clone().contiguous() for key, value in tensors.items()}

    labels = torch.randint(classes, (COUNT,))
    class_weights = torch.linspace(0.5, 1.5, classes).double()
    loss_function = nn.CrossEntropyLoss(weight=class_weights, label_smoothing=0.1)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01, weight_decay=0.05)
    losses = []
    for _ in range(10):
        optimizer.zero_grad()
        loss = loss_function(model(x.detach()), labels)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        optimizer.step()
        losses.append(loss.item())
    tensors |= {"labels": labels, "classWeights": class_weights.float(), "losses": torch.tensor(losses).double()}
    tensors |= {f"trained.{key}": value.detach().clone().contiguous() for key, value in named(model).items()}
    save_file(tensors, GOLDEN / f"{name}.safetensors", metadata={"architecture": json.dumps(architecture)})


for case in CASES.items():
    make(*case)
