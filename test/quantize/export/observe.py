"""observe.py MODEL HEIGHTxWIDTH SCALE TENSORS IMAGES…: JSON of least and greatest values, by tensor
and by channel: {tensor: [least, greatest, [[least, greatest] of each channel]]}.

The pictures are only resized: these ranges are for tests, which compare a model with itself."""
import json
import sys

import cv2
import numpy as np
import onnx
import openvino as ov

path, scale, names = sys.argv[1], float(sys.argv[3]), json.loads(sys.argv[4])
height, width = map(int, sys.argv[2].split("x"))
model = onnx.load(path)
for name in names:
    if name not in {v.name for v in [*model.graph.output, *model.graph.input]}:
        model.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
core = ov.Core()
network = core.read_model(model.SerializeToString())
network.reshape([1, 3, height, width])
compiled = core.compile_model(network, "CPU", {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 2})
ranges = {}
for image in sys.argv[5:]:
    picture = cv2.resize(cv2.imread(image), (width, height)).transpose(2, 0, 1)[None].astype(np.float32) * scale
    results = {name: picture for name in compiled.input(0).names}
    for output, value in compiled([picture]).items():
        results |= {name: value for name in output.names}
    for name in names:
        value = np.moveaxis(results[name], 1, 0).reshape(results[name].shape[1], -1)
        low, high = ranges.get(name, (np.inf, -np.inf))
        ranges[name] = np.minimum(low, value.min(1)), np.maximum(high, value.max(1))
print(json.dumps({
    name: [float(low.min()), float(high.max()), np.stack([low, high], 1).tolist()]
    for name, (low, high) in ranges.items()
}))
