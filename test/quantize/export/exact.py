"""exact.py MODEL…: JSON of how far OpenVINO's INT8 is from what each model's Q/DQ mean, computed as
they stand, on an input that is 255 everywhere: the greatest difference as a share of the greatest
number; and of the precision that convolutions and products run in."""
import json
import sys

import numpy as np
import openvino as ov

core = ov.Core()


def run(path, options):
    compiled = core.compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32", **options})
    text = lambda op, key: str(op.get_rt_info()[key].astype(str))
    precisions = [
        text(op, "runtimePrecision")
        for op in compiled.get_runtime_model().get_ordered_ops()
        if text(op, "layerType") in ("Convolution", "Deconvolution", "FullyConnected", "MatMul")
    ]
    return precisions, compiled(np.full(compiled.input(0).shape, 255, np.float32))[0]


answers = []
for path in sys.argv[1:]:
    precisions, got = run(path, {})
    meant = run(path, {"LP_TRANSFORMS_MODE": "NO"})[1]
    off = float(np.abs(got - meant).max() / np.abs(meant).max())
    answers.append({"precisions": precisions, "off": off})
print(json.dumps(answers))
