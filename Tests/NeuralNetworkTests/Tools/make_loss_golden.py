"""Writes the reference values of losses, optimizers and schedules under ../Golden with PyTorch.

    pip install torch numpy safetensors && python make_loss_golden.py

losses.safetensors: for each loss its document (metadata), outputs and targets in floats, and in double precision the
batch's mean and its gradient by outputs. optimizers.safetensors: for each optimizer its document, and parameters after
ten steps along given gradients. schedules.safetensors: the rates of OneCycleLR over their greatest.
"""

import json
import pathlib

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional

GOLDEN = pathlib.Path(__file__).parent.parent / "Golden"
COUNT, CLASSES = 7, 5
NAN = float("nan")


def focal(x, y, gamma, weights):
    log_p = functional.log_softmax(x, 1).gather(1, y[:, None])[:, 0]
    w = weights[y]
    return -(w * (1 - log_p.exp()) ** gamma * log_p).sum() / w.sum()


def binary_focal(x, y, gamma, weights):
    log_p = functional.logsigmoid(torch.where(y > 0, x, -x))
    w = weights[y.long()]
    return -(w * (1 - log_p.exp()) ** gamma * log_p).sum() / w.sum()


def generalized(x, y, q):
    p = x.softmax(1).gather(1, y[:, None])[:, 0]
    return ((1 - p**q) / q).mean()


def present(function):
    """The loss over targets that are not missing."""

    def masked(x, y):
        keep = ~y.isnan()
        return function(x[keep], y[keep])

    return masked


torch.manual_seed(1)
outputs = (3 * torch.randn(COUNT, CLASSES)).float()
one = (3 * torch.randn(COUNT, 1)).float()
labels = torch.randint(CLASSES, (COUNT,))
flags = torch.rand(COUNT, CLASSES).round()
flags[2, 3] = 0.25
flags[4, 1] = NAN
numbers = (2 * torch.randn(COUNT, CLASSES)).float()
numbers[1, 1] = NAN
counts = torch.poisson(3 * torch.rand(COUNT, CLASSES))
weights = [0.5, 1, 2, 4, 0.25]
W = torch.tensor(weights).double()

LOSSES = {
    "cross-entropy": ({"type": "softmaxCrossEntropy"}, outputs, labels, nn.CrossEntropyLoss()),
    "weighted-cross-entropy": (
        {"type": "softmaxCrossEntropy", "classWeights": weights, "labelSmoothing": 0.125},
        outputs,
        labels,
        nn.CrossEntropyLoss(weight=W, label_smoothing=0.125),
    ),
    "binary": ({"type": "binaryCrossEntropy"}, outputs, flags, present(nn.BCEWithLogitsLoss())),
    "weighted-binary": (
        {"type": "binaryCrossEntropy", "positiveWeights": weights},
        outputs,
        flags.nan_to_num(1),
        nn.BCEWithLogitsLoss(pos_weight=W),
    ),
    "focal": (
        {"type": "focal", "gamma": 1.5, "classWeights": weights},
        outputs,
        labels,
        lambda x, y: focal(x, y, 1.5, W),
    ),
    "binary-focal": (
        {"type": "focal", "gamma": 2, "classWeights": [1, 3]},
        one,
        flags[:, :1],
        lambda x, y: binary_focal(x, y, 2, torch.tensor([1.0, 3]).double()),
    ),
    "squared": ({"type": "meanSquaredError"}, outputs, numbers, present(nn.MSELoss())),
    "huber": ({"type": "huber", "delta": 0.75}, outputs, numbers, present(nn.HuberLoss(delta=0.75))),
    "poisson": ({"type": "poisson"}, outputs, counts, nn.PoissonNLLLoss(log_input=True, full=False)),
    "generalized": ({"type": "generalizedCrossEntropy", "q": 0.75}, outputs, labels, lambda x, y: generalized(x, y, 0.75)),
}

tensors, documents = {}, {}
for name, (document, x, y, loss) in LOSSES.items():
    inputs = x.double().requires_grad_()
    value = loss(inputs, y if y.dtype == torch.int64 else y.double())
    value.backward()
    documents[name] = json.dumps(document)
    tensors |= {f"{name}.outputs": x.clone(), f"{name}.targets": y.float().clone().contiguous()}
    tensors |= {f"{name}.value": value.detach().reshape(1), f"{name}.gradient": inputs.grad}
save_file(tensors, GOLDEN / "losses.safetensors", metadata=documents)

OPTIMIZERS = {
    "sgd": ({"type": "sgd"}, lambda p: torch.optim.SGD(p, lr=0.1)),
    "nesterov": (
        {"type": "sgd", "momentum": 0.9, "nesterov": True, "weightDecay": 0.05},
        lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.05),
    ),
    "momentum": ({"type": "sgd", "momentum": 0.75}, lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.75)),
    "adam": (
        {"type": "adam", "weightDecay": 0.05},
        lambda p: torch.optim.Adam(p, lr=0.1, weight_decay=0.05),
    ),
    "adamW": (
        {"beta1": 0.8, "beta2": 0.99, "epsilon": 1e-6, "weightDecay": 0.05},
        lambda p: torch.optim.AdamW(p, lr=0.1, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.05),
    ),
}
PARAMETERS, STEPS = 37, 10
start, gradients = torch.randn(PARAMETERS).float(), torch.randn(STEPS, PARAMETERS).float()
tensors, documents = {"start": start, "gradients": gradients}, {}
for name, (document, make) in OPTIMIZERS.items():
    parameter = nn.Parameter(start.double().clone())
    optimizer = make([parameter])
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=STEPS, cycle_momentum=False)
    for step, gradient in enumerate(gradients):
        parameter.grad = gradient.double()
        optimizer.step()
        if step < STEPS - 1:
            schedule.step()
    documents[name] = json.dumps(document)
    tensors[name] = parameter.detach()
save_file(tensors, GOLDEN / "optimizers.safetensors", metadata=documents)

SCHEDULES = {
    "default": (100, {"type": "oneCycle"}, {}),
    "ten": (10, {"type": "oneCycle"}, {}),
    "other": (
        57,
        {"type": "oneCycle", "pctStart": 0.4, "divFactor": 10, "finalDivFactor": 100},
        {"pct_start": 0.4, "div_factor": 10, "final_div_factor": 100},
    ),
}
tensors, documents = {}, {}
for name, (steps, document, options) in SCHEDULES.items():
    optimizer = torch.optim.SGD([nn.Parameter(start.clone())], lr=1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1, total_steps=steps, cycle_momentum=False, **options)
    rates = []
    for step in range(steps):
        rates.append(schedule.get_last_lr()[0])
        if step < steps - 1:
            optimizer.step()
            schedule.step()
    documents[name] = json.dumps(document)
    tensors[name] = torch.tensor(rates).double()
save_file(tensors, GOLDEN / "schedules.safetensors", metadata=documents)
