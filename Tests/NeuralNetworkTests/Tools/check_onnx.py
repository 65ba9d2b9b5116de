#!/usr/bin/env python3
"""Compares exported networks with our predictions in ONNX Runtime.

Reads FOLDER/*.onnx, and beside each the random inputs and the outputs that the suite computed, as the tests write
them with HELICASE_ONNX=FOLDER. Needs onnx, onnxruntime and safetensors.

Usage: check_onnx.py FOLDER
"""
import pathlib
import sys

import numpy
import onnx
import onnxruntime
from safetensors.numpy import load_file

TOLERANCE = 1e-5  # of float sums in another order, relative to max(1, |y|)


def check(path):
    """The greatest difference of all outputs, for one example and for all."""
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    tensors = load_file(path.with_suffix(".safetensors"))
    types = {"tensor(float)": numpy.float32, "tensor(int64)": numpy.int64}
    inputs = {i.name: tensors["input." + i.name].astype(types[i.type]) for i in session.get_inputs()}
    names = [output.name for output in session.get_outputs()]
    worst = 0.0
    for count in (1, 5):
        outputs = session.run(names, {name: values[:count] for name, values in inputs.items()})
        for name, values in zip(names, outputs):
            ours = tensors[name][:count].astype(numpy.float64)
            assert values.shape == ours.shape, f"{path.name}: {name} has shape {values.shape}, ours is {ours.shape}"
            difference = numpy.abs(values - ours) / numpy.maximum(1, numpy.abs(ours))
            assert not numpy.isnan(difference).any(), f"{path.name}: {name} is not a number"
            worst = max(worst, float(difference.max()))
    return worst


def main():
    paths = sorted(pathlib.Path(sys.argv[1]).glob("*.onnx"))
    if not paths:
        sys.exit(f"there are no .onnx files in {sys.argv[1]}")
    failed = False
    for path in paths:
        worst = check(path)
        failed |= worst > TOLERANCE
        print(f"{path.stem:24} {worst:.1e}{'  FAILED' if worst > TOLERANCE else ''}")
    print(f"{len(paths)} networks in ONNX Runtime {onnxruntime.__version__}, tolerance {TOLERANCE}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
