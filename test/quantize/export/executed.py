"""executed.py MODE HEIGHTxWIDTH SCALE IMAGE FLOAT MODEL…: JSON of what OpenVINO runs of each model (its
executed graph) and how far its first output is from that of FLOAT: 1 - correlation, the worst of a
batch; for int8 also how far it is from what Q/DQ mean, computed as they stand. MODE is int8, or written: then Q/DQ are computed as they stand, as some form of them is wrong
in OpenVINO's own INT8 (2026.4: signed activations)."""
import json
import sys

import cv2
import numpy as np
import openvino as ov

mode, scale, image = sys.argv[1], float(sys.argv[3]), sys.argv[4]
height, width = map(int, sys.argv[2].split("x"))
core = ov.Core()
picture = cv2.resize(cv2.imread(image), (width, height)).transpose(2, 0, 1)[None].astype(np.float32) * scale


def run(path, mode=mode):
    model = core.read_model(path)
    batch = model.input(0).partial_shape[0]
    batch = batch.get_length() if batch.is_static else 1
    model.reshape([batch, 3, height, width])
    options = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 2}
    if mode == "written":
        options["LP_TRANSFORMS_MODE"] = "NO"
    compiled = core.compile_model(model, "CPU", options)
    text = lambda op, key: str(op.get_rt_info()[key].astype(str))
    layers = [
        {
            "type": text(op, "layerType"),
            "precision": text(op, "runtimePrecision"),
            "originals": text(op, "originalLayersNames").split(","),
        }
        for op in compiled.get_runtime_model().get_ordered_ops()
    ]
    return layers, np.asarray(compiled([np.repeat(picture, batch, 0)])[0]).reshape(batch, -1)


_, expected = run(sys.argv[5])
answers = []
for path in sys.argv[6:]:
    layers, got = run(path)
    distance = lambda a: 1 - min(float(np.corrcoef(a, one)[0, 1]) for one in got)
    answer = {"layers": layers, "batch": len(got), "distance": distance(expected[0])}
    if mode == "int8":
        answer["written"] = distance(run(path, "written")[1][0])
    answers.append(answer)
print(json.dumps(answers))
