"""compare.py [--outputs] BEFORE AFTER…: whether two ONNX files say and compute the same, or compute
nearly the same; one line a pair."""
import sys

import numpy as np
import onnx
import openvino as ov

core = ov.Core()
core.set_property("CPU", {"INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "f32"})


def answers(path):
    model = core.read_model(path)
    random = np.random.default_rng(0)
    model.reshape({i.any_name: [d.get_length() if d.is_static else 64 for d in i.partial_shape] for i in model.inputs}
                  if any(not i.partial_shape.is_static for i in model.inputs) else
                  {i.any_name: i.partial_shape for i in model.inputs})
    feeds = [(random.random(list(i.shape)) * 2).astype(i.element_type.to_dtype()) for i in model.inputs]
    return list(core.compile_model(model, "CPU")(feeds).values())


nearly = sys.argv[1] == "--outputs"
pairs = sys.argv[1 + nearly :]
for before, after in zip(pairs[::2], pairs[1::2]):
    computes = not before.endswith("attributes.onnx")  # its operator is nobody's
    if computes:
        onnx.checker.check_model(after, full_check=False)
    one, other = onnx.load(before), onnx.load(after)  # external data is taken in
    same = nearly or one == other
    if computes:
        for a, b in zip(answers(before), answers(after), strict=True):
            assert np.allclose(a, b, 1e-4, 1e-4) if nearly else np.array_equal(a, b), f"{after}: other outputs"
    print("equal" if same else "different", before)
