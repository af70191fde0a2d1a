"""executed.py SIZE SCALE IMAGE FLOAT MODEL…: JSON of what OpenVINO runs of each model (its executed
graph) and how far its first output is from that of FLOAT: 1 - correlation."""
import json
import sys

import cv2
import numpy as np
import openvino as ov

size, scale, image = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
core = ov.Core()
picture = cv2.resize(cv2.imread(image), (size, size)).transpose(2, 0, 1)[None].astype(np.float32) * scale


def run(path):
    model = core.read_model(path)
    model.reshape([1, 3, size, size])
    compiled = core.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 2})
    text = lambda op, key: str(op.get_rt_info()[key].astype(str))
    layers = [
        {
            "type": text(op, "layerType"),
            "precision": text(op, "runtimePrecision"),
            "originals": text(op, "originalLayersNames").split(","),
        }
        for op in compiled.get_runtime_model().get_ordered_ops()
    ]
    return layers, np.asarray(compiled([picture])[0]).ravel()


_, expected = run(sys.argv[4])
answers = []
for path in sys.argv[5:]:
    layers, got = run(path)
    answers.append({"layers": layers, "distance": 1 - float(np.corrcoef(expected, got)[0, 1])})
print(json.dumps(answers))
