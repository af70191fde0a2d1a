"""What a model's SiLUs cost in OpenVINO: its time with other functions in their place.

    .lineside/references-nncf/bin/python bench/reference/activations.py m.onnx m.int8.openvino.onnx

One thread, all models by turns, medians. With other functions the answers are wrong: it is the time
that counts. `polynomial` is a polynomial of a polynomial, at most 0.0008 away from SiLU.
"""

import argparse
import statistics
import time

import numpy as np
import openvino as ov
from openvino import opset13 as op

# Found by least squares with weights moved to where the error was greatest: the bound beyond which x
# is cut off, then the coefficients of x, x^3, x^5, x^7 of both, of x divided by the bound.
BOUND = 9.1036014
INNER = (2.1255206, -2.883459, 2.5342614, -0.88183505)
OUTER = (1.0615428, -1.1733215, 1.0069228, -0.40696333)


def constant(value):
    return op.constant(np.array([value], np.float32))


def odd(x, coefficients):
    square = op.multiply(x, x)
    last, *others = reversed(coefficients)
    total = constant(last)
    for value in others:
        total = op.add(op.multiply(total, square), constant(value))
    return op.multiply(x, total)


def polynomial(x):
    inside = op.multiply(op.clamp(x, -BOUND, BOUND), constant(1 / BOUND))
    return op.multiply(x, op.add(odd(odd(inside, INNER), OUTER), constant(0.5)))


FUNCTIONS = {
    "SiLU": op.swish,
    "GELU": lambda x: op.gelu(x, "erf"),
    "polynomial": polynomial,
    "HardSwish": op.hswish,
    "Relu": op.relu,
}


def with_function(core, path, function):
    """The model with `function` in place of its SiLUs, and how many values those make."""
    model, count = core.read_model(path), 0
    for node in model.get_ordered_ops():
        if node.get_type_name() != "Sigmoid":
            continue
        x = node.input_value(0)
        for use in list(node.output(0).get_target_inputs()):
            product = use.get_node()
            if product.get_type_name() != "Multiply" or product.input_value(1 - use.get_index()) != x:
                continue
            count += int(np.prod(list(product.get_output_shape(0))))
            made = function(x).output(0)
            for reader in list(product.output(0).get_target_inputs()):
                reader.replace_source_output(made)
    return model, count


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="+")
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    core = ov.Core()
    config = {"INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1, "INFERENCE_PRECISION_HINT": "f32"}
    for path in options.models:
        requests, times, count = {}, {name: [] for name in FUNCTIONS}, 0
        for name, function in FUNCTIONS.items():
            model, count = with_function(core, path, function)
            request = core.compile_model(model, "CPU", config).create_infer_request()
            picture = np.random.default_rng(0).random(request.get_input_tensor().shape)
            request.get_input_tensor().data[:] = (255 * picture).astype(np.float32)
            requests[name] = request
        for turn in range(options.rounds + 1):  # the first warms up
            for name, request in requests.items():
                for _ in range(10):
                    begun = time.perf_counter()
                    request.infer()
                    if turn > 0:
                        times[name].append(time.perf_counter() - begun)
        print(f"{path}: {count / 1e6:.1f} million values")
        for name, taken in times.items():
            print(f"  {name:10} {1000 * statistics.median(taken):7.2f} ms a picture")


main()
