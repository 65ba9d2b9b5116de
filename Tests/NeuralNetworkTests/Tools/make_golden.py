"""Writes the reference values under ../Golden with PyTorch in double precision.

    pip install torch numpy safetensors && python make_golden.py [NAME...]

A golden file holds an architecture (metadata) with its weights and inputs, rounded to floats, and as doubles: outputs,
gradients for a given gradient of the outputs, and the course of ten steps of AdamW with clipping. Where layers have
running statistics, outputs are those of evaluation, and all else is of training.
"""

import json
import math
import pathlib
import sys

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

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
    "lstm": {
        "input": [7, 5],
        "layers": [
            {"type": "lstm", "hidden": 4},
            {"type": "lstm", "hidden": 11, "bidirectional": True},
            {"type": "select", "position": 3},
            {"type": "linear", "outputs": 4},
        ],
    },
    "stacked": {
        "input": [6, 3],
        "layers": [
            {"type": "lstm", "hidden": 5, "bidirectional": True, "layers": 2},
            {"type": "gru", "hidden": 6, "bidirectional": True, "layers": 3},
            {"type": "flatten"},
            {"type": "linear", "outputs": 3},
        ],
    },
    "packed": {
        "inputs": [{"name": "reads", "shape": [9, 4]}, {"name": "lengths", "shape": [1]}],
        "layers": [
            {"type": "lstm", "hidden": 5, "bidirectional": True, "layers": 2, "lengths": "lengths"},
            {"type": "gru", "hidden": 6, "bidirectional": True, "lengths": "lengths"},
            {"type": "gru", "hidden": 7, "lengths": "lengths"},
            {"type": "flatten"},
            {"type": "linear", "outputs": 3},
        ],
    },
    "image": {
        "input": [6, 7, 4],
        "layers": [
            {"type": "conv2d", "filters": 6, "kernel": [3, 2], "stride": [1, 2], "padding": [1, 2], "groups": 2},
            {"type": "gelu"},
            {"type": "conv2d", "filters": 5, "kernel": [3, 3], "padding": [2, 1], "dilation": [2, 1]},
            {"type": "tanh"},
            {"type": "flatten"},
            {"type": "linear", "outputs": 3},
        ],
    },
    "pools": {
        "input": [7, 8, 3],
        "layers": [
            {"type": "averagePool2d", "kernel": [2, 3], "stride": [1, 1]},
            {"type": "conv2d", "filters": 4, "kernel": [1, 1]},
            {"type": "maxPool2d", "kernel": [3, 2], "stride": [1, 2]},
            {"type": "softmax"},
            {"type": "averagePool"},
            {"type": "linear", "outputs": 3},
        ],
    },
    "tokens": {
        "inputs": [{"name": "tokens", "kind": "tokens", "shape": [9]}, {"name": "lengths", "shape": [1]}],
        "layers": [
            {"type": "embedding", "vocabulary": 6, "width": 5, "padding": 2},
            {"type": "averagePool1d", "kernel": 2, "stride": 1},
            {"type": "linear", "outputs": 8},
            {"type": "foldStrands"},
            {"type": "maxPool", "lengths": "lengths"},
            {"type": "linear", "outputs": 6},
            {"type": "foldStrands", "join": "mean"},
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
    "attention": {
        "inputs": [{"name": "reads", "shape": [7, 6]}, {"name": "lengths", "shape": [1]}],
        "layers": [
            {"type": "attention", "heads": 3},
            {"type": "layerNorm"},
            {"type": "attention", "heads": 2, "maximumDistance": 3, "lengths": "lengths"},
            {"type": "attentionPool", "hidden": 4, "lengths": "lengths"},
            {"type": "linear", "outputs": 3},
        ],
    },
    "crossAttention": {
        "inputs": [
            {"name": "drug", "shape": [5, 6]},
            {"name": "protein", "shape": [7, 4]},
            {"name": "pocket", "shape": [4, 6]},
        ],
        "layers": [
            {"type": "crossAttention", "heads": 2, "keys": {"input": "protein", "layers": []}},
            {"type": "crossAttention", "heads": 3, "keys": {"input": "pocket", "layers": []}},
            {"type": "attentionPool"},
            {"type": "linear", "outputs": 3},
        ],
    },
    "branches": {
        "inputs": [
            {"name": "bases", "kind": "bases", "shape": [12]},
            {"name": "tracks", "shape": [12, 4]},
            {"name": "age", "shape": [3]},
        ],
        "layers": [
            {
                "type": "parallel",
                "branches": [
                    {
                        "layers": [
                            {"type": "conv1d", "filters": 6, "kernel": 3, "padding": 1, "reverseComplement": True},
                            {"type": "selu"},
                            {
                                "type": "residual",
                                "layers": [
                                    {"type": "conv1d", "filters": 6, "kernel": 3, "padding": 1, "groups": 2},
                                    {"type": "tanh"},
                                ],
                            },
                        ]
                    },
                    {
                        "input": "bases",
                        "layers": [{"type": "oneHot"}, {"type": "conv1d", "filters": 6, "kernel": 1}],
                    },
                    {
                        "input": "tracks",
                        "layers": [
                            {"type": "conv1d", "filters": 6, "kernel": 5, "padding": 2, "groups": 2},
                            {"type": "sigmoid"},
                        ],
                    },
                ],
                "join": "multiply",
            },
            {"type": "maxPool"},
            {
                "type": "parallel",
                "branches": [{"layers": []}, {"input": "age", "layers": [{"type": "linear", "outputs": 6}]}],
                "join": "add",
            },
            {
                "type": "residual",
                "layers": [{"type": "linear", "outputs": 5}, {"type": "selu"}],
                "shortcut": [{"type": "linear", "outputs": 5}],
            },
            {"type": "parallel", "branches": [{"layers": []}, {"input": "age", "layers": []}]},
            {"type": "linear", "outputs": 3},
        ],
    },
    "batchNorm": {
        "input": [8, 3],
        "layers": [
            {"type": "conv1d", "filters": 5, "kernel": 3, "bias": False},
            {"type": "batchNorm"},
            {"type": "tanh"},
            {"type": "maxPool"},
            {"type": "batchNorm", "epsilon": 1e-3, "momentum": 0.3},
            {"type": "linear", "outputs": 3},
        ],
    },
}


class ChannelsLast(nn.Module):
    """A module of (N, C, …) on (N, …, C)."""

    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, x):
        return self.module(x.movedim(-1, 1)).movedim(1, -1)


class OneHot(nn.Module):
    """Four channels of bases: the letters of each set share 1."""

    def forward(self, x):
        letters = x.detach().long()[..., None] >> torch.arange(4) & 1
        return (letters / letters.sum(-1, keepdim=True).clamp(min=1)).to(x.dtype)


class BothStrands(nn.Module):
    """A convolution whose second half of filters is the first half's reverse complement, in reverse order."""

    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, x):
        weight = torch.cat([self.module.weight, self.module.weight.flip(0, 1, 2)])
        bias = torch.cat([self.module.bias, self.module.bias.flip(0)])
        return nn.functional.conv1d(x, weight, bias, padding=self.module.padding)


class Branches(nn.ModuleList):
    """Lists of modules on the input or on others, and one value of all of theirs."""

    def __init__(self, branches, names, join, inputs):
        super().__init__(nn.Sequential(*modules) for modules in branches)
        self.names = names
        self.join = join
        self.inputs = inputs

    def forward(self, x):
        outputs = [branch(self.inputs[name] if name else x) for branch, name in zip(self, self.names)]
        if self.join == "concatenate":
            return torch.cat(outputs, -1)
        result = outputs[0]
        for output in outputs[1:]:
            result = result + output if self.join == "add" else result * output
        return result


class Recurrent(nn.Module):
    """A recurrent module's states, of packed sequences where an input has their lengths."""

    def __init__(self, kind, channels, layer, inputs):
        super().__init__()
        self.lengths = layer.get("lengths")
        self.inputs = inputs
        self.module = kind(
            channels,
            layer["hidden"],
            layer.get("layers", 1),
            batch_first=True,
            bidirectional=layer.get("bidirectional", False),
        )

    def forward(self, x):
        if self.lengths is None:
            return self.module(x)[0]
        lengths = self.inputs[self.lengths].flatten().long()
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        return pad_packed_sequence(self.module(packed)[0], batch_first=True, total_length=x.shape[1])[0]


class Attention(nn.Module):
    """Multi-head attention to the input or another one, its relative positions as an additive mask."""

    def __init__(self, channels, layer, inputs):
        super().__init__()
        self.heads = layer["heads"]
        self.keys = layer.get("keys", {}).get("input")
        self.lengths = layer.get("lengths")
        self.distance = layer.get("maximumDistance")
        self.inputs = inputs
        width = inputs[self.keys].shape[-1] if self.keys else channels
        self.module = nn.MultiheadAttention(channels, self.heads, batch_first=True, kdim=width, vdim=width)
        if self.distance:
            self.relative_bias = nn.Parameter(torch.zeros(self.heads, 2 * self.distance + 1))

    def forward(self, x):
        keys = self.inputs[self.keys] if self.keys else x
        padding = bias = None
        if self.lengths:
            padding = torch.arange(keys.shape[1]) >= self.inputs[self.lengths]
            padding = torch.zeros_like(padding, dtype=x.dtype).masked_fill(padding, -math.inf)
        if self.distance:
            position = torch.arange(x.shape[1])
            distance = (position - position[:, None]).clamp(-self.distance, self.distance) + self.distance
            bias = self.relative_bias[:, distance].repeat(len(x), 1, 1)
        return self.module(x, keys, keys, key_padding_mask=padding, attn_mask=bias)[0]


class AttentionPool(nn.Linear):
    """The mean over positions, weighted by a softmax of scores, of which those beyond the lengths are left out."""

    def __init__(self, channels, layer, inputs):
        super().__init__(layer.get("hidden", channels), 1)
        self.hidden = nn.Linear(channels, layer["hidden"]) if "hidden" in layer else None
        self.lengths = layer.get("lengths")
        self.inputs = inputs

    def forward(self, x):
        scores = super().forward(x if self.hidden is None else self.hidden(x).tanh())[..., 0]
        if self.lengths:
            scores = scores.masked_fill(torch.arange(x.shape[1]) >= self.inputs[self.lengths], -math.inf)
        return (scores.softmax(1)[..., None] * x).sum(1)


class Network(nn.Sequential):
    """Layers on the first of an example's inputs, which come one after the other; the rest is for who names them."""

    def __init__(self, modules, shapes, inputs):
        super().__init__(*modules)
        self.shapes = shapes
        self.inputs = inputs

    def forward(self, x):
        parts = x.flatten(1).split([math.prod(shape) for shape in self.shapes.values()], 1)
        for (name, shape), part in zip(self.shapes.items(), parts):
            self.inputs[name] = part.unflatten(1, shape)
        return super().forward(next(iter(self.inputs.values())))


class Tokens(nn.Module):
    """A module of whole numbers."""

    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, x):
        return self.module(x.long())


class FoldStrands(nn.Module):
    """Channel c with channel C - 1 - c."""

    def __init__(self, join):
        super().__init__()
        self.join = join

    def forward(self, x):
        own, opposite = x.chunk(2, -1)[0], x.flip(-1).chunk(2, -1)[0]
        return torch.maximum(own, opposite) if self.join == "maximum" else (own + opposite) / 2


class GlobalPool(nn.Module):
    """The greatest or the mean of all positions, or of the first ones where an input has their number."""

    def __init__(self, layer, inputs):
        super().__init__()
        self.is_mean = layer["type"] == "averagePool"
        self.lengths = layer.get("lengths")
        self.inputs = inputs

    def forward(self, x):
        if self.lengths is None:
            return x.flatten(1, -2).mean(1) if self.is_mean else x.flatten(1, -2).max(1)[0]
        lengths = self.inputs[self.lengths].flatten().long().clamp(0, x.shape[1])
        rows = [value[:length].flatten(0, -2) for value, length in zip(x, lengths)]
        return torch.stack([row.mean(0) if self.is_mean else row.max(0)[0] for row in rows])


class Function(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


def inputs_of(architecture):
    """The shapes of an architecture's inputs by their names."""
    inputs = architecture.get("inputs") or [{"name": "input", "shape": architecture["input"]}]
    return {value["name"]: value["shape"] for value in inputs}


def examples(architecture):
    """Random inputs; lengths are random too, one of them whole."""
    parts = [torch.randn(COUNT, math.prod(shape)) for shape in inputs_of(architecture).values()]
    if "tokens" in inputs_of(architecture):
        parts[0] = torch.randint(architecture["layers"][0]["vocabulary"], parts[0].shape).float()
    if "bases" in inputs_of(architecture):
        parts[0] = torch.randint(16, parts[0].shape).float()
    if "lengths" in inputs_of(architecture):
        length = architecture["inputs"][0]["shape"][0]
        parts[-1] = torch.cat([torch.tensor([length]), torch.randint(1, length + 1, (COUNT - 1,))])[:, None].float()
    x = torch.cat(parts, 1)
    return x if "inputs" in architecture else x.reshape(COUNT, *architecture["input"])


def build(architecture):
    shapes = inputs_of(architecture)
    inputs = {name: torch.ones(1, *shape) for name, shape in shapes.items()}
    bases = {value["name"] for value in architecture.get("inputs", []) if value.get("kind") == "bases"}
    first = next(iter(shapes))
    modules, shape = build_layers(architecture["layers"], list(shapes[first]), first in bases, inputs, bases)
    return Network(modules, shapes, inputs), shape


def build_layers(layers, shape, is_bases, inputs, bases):
    """The modules of layers on an input of this shape, and the shape of their output."""
    modules = []
    for layer in layers:
        match layer["type"]:
            case "linear":
                module = nn.Linear(shape[-1], layer["outputs"])
            case "conv1d":
                names = ("stride", "padding", "dilation", "groups", "bias")
                options = {key: layer[key] for key in names if key in layer}
                shares = layer.get("reverseComplement", False)
                filters = layer["filters"] // 2 if shares else layer["filters"]
                module = nn.Conv1d(4 if is_bases else shape[-1], filters, layer["kernel"], **options)
                module = ChannelsLast(BothStrands(module) if shares else module)
                if is_bases:
                    module.register_forward_pre_hook(lambda _, x: OneHot()(x[0]))
            case "oneHot":
                module = OneHot()
            case "parallel":
                branches = layer["branches"]
                names = [branch.get("input") for branch in branches]
                starts = [list(inputs[name].shape[1:]) if name else shape for name in names]
                module = Branches(
                    [
                        build_layers(
                            branch["layers"], start, name in bases if name else is_bases, inputs, bases
                        )[0]
                        for branch, start, name in zip(branches, starts, names)
                    ],
                    names,
                    layer.get("join", "concatenate"),
                    inputs,
                )
            case "residual":
                parts = [layer["layers"], layer.get("shortcut", [])]
                built = [build_layers(part, shape, is_bases, inputs, bases)[0] for part in parts]
                module = Branches(built, [None, None], "add", inputs)
            case "conv2d":
                options = {key: layer[key] for key in ("stride", "padding", "dilation", "groups") if key in layer}
                module = ChannelsLast(nn.Conv2d(shape[-1], layer["filters"], layer["kernel"], **options))
            case "gru" | "lstm":
                kind = nn.GRU if layer["type"] == "gru" else nn.LSTM
                module = Recurrent(kind, shape[-1], layer, inputs)
            case "maxPool1d":
                module = ChannelsLast(nn.MaxPool1d(layer["kernel"], layer["stride"]))
            case "attention" | "crossAttention":
                module = Attention(shape[-1], layer, inputs)
            case "attentionPool":
                module = AttentionPool(shape[-1], layer, inputs)
            case "batchNorm":
                module = nn.BatchNorm1d(shape[-1], layer.get("epsilon", 1e-5), layer.get("momentum", 0.1))
                module = ChannelsLast(module) if len(shape) > 1 else module
            case "averagePool1d":
                module = ChannelsLast(nn.AvgPool1d(layer["kernel"], layer["stride"]))
            case "maxPool2d" | "averagePool2d":
                kind = nn.MaxPool2d if layer["type"] == "maxPool2d" else nn.AvgPool2d
                module = ChannelsLast(kind(layer["kernel"], layer["stride"]))
            case "averagePool" | "maxPool":
                module = GlobalPool(layer, inputs)
            case "embedding":
                module = Tokens(nn.Embedding(layer["vocabulary"], layer["width"], layer.get("padding")))
            case "softmax":
                module = nn.Softmax(-1)
            case "foldStrands":
                module = FoldStrands(layer.get("join", "maximum"))
            case "select":
                module = Function(lambda x, position=layer["position"]: x[:, position])
            case "layerNorm":
                module = nn.LayerNorm(shape[-1])
            case "gelu":
                module = nn.GELU(approximate="tanh")
            case "flatten":
                module = nn.Flatten()
            case name:
                module = {"relu": nn.ReLU, "selu": nn.SELU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}[name]()
        modules.append(module)
        is_bases = False
        with torch.no_grad():
            shape = list(module.eval()(torch.zeros(1, *shape)).shape[1:])
        module.train()
    return modules, shape


def named(model):
    return {name.replace("module.", ""): parameter for name, parameter in model.named_parameters()}


def statistics(model):
    """The running means and variances by their names."""
    buffers = {name.replace("module.", ""): buffer for name, buffer in model.named_buffers()}
    return {name: buffer for name, buffer in buffers.items() if "running" in name}


def make(name, architecture):
    torch.manual_seed(len(name))
    model, outputs = build(architecture)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
        for statistic in statistics(model).values():
            statistic.add_(0.2 * torch.rand_like(statistic))
    model = model.double()
    classes = outputs[0]
    x = examples(architecture).double().requires_grad_()
    d_output = torch.randn(COUNT, classes).double()
    tensors = {"input": x.float(), "dOutput": d_output.float()}
    tensors |= {f"weights.{key}": value.float() for key, value in named(model).items()}
    start = {key: value.clone() for key, value in statistics(model).items()}
    tensors |= {f"weights.{key}": value.float() for key, value in start.items()}

    output = model(x)
    output.backward(d_output)
    if start:
        for key, value in statistics(model).items():
            value.copy_(start[key])
        output = model.eval()(x)
        model.train()
    tensors |= {"output": output, "dInput": torch.zeros_like(x) if x.grad is None else x.grad}
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
    trained = named(model) | statistics(model)
    tensors |= {f"trained.{key}": value.detach().clone().contiguous() for key, value in trained.items()}
    save_file(tensors, GOLDEN / f"{name}.safetensors", metadata={"architecture": json.dumps(architecture)})


for case in sys.argv[1:] or CASES:
    make(case, CASES[case])
