"""Writes small models of old opsets, with operators that have changed since: make_old.py FOLDER."""
import sys

import numpy as np
import onnx
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper as nh

folder = sys.argv[1]
random = np.random.default_rng(1)


def save(name, opset, nodes, shapes, outputs, weights=(), ir=6):
    graph = h.make_graph(
        nodes, name,
        [h.make_tensor_value_info(k, T.FLOAT, v) for k, v in shapes.items()],
        [h.make_tensor_value_info(k, T.FLOAT, [f"{k}{i}" for i in range(4)]) for k in outputs],
        [nh.from_array(np.asarray(v), k) for k, v in dict(weights).items()],
    )
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", opset)], ir_version=ir)
    onnx.checker.check_model(model)
    onnx.save(model, f"{folder}/{name}.onnx")


f = np.float32
w = {"w": random.standard_normal((4, 3, 3, 3)).astype(f), **{k: random.random(4).astype(f) for k in "gbmv"}}
body = [
    h.make_node("Conv", ["x", "w"], ["c"], pads=[1, 1, 1, 1]),
    h.make_node("BatchNormalization", ["c", *"gbmv"], ["n"]),
    h.make_node("Clip", ["n"], ["l"], min=0.0, max=6.0),
    h.make_node("Slice", ["l"], ["s"], axes=[2, 3], starts=[1, -4], ends=[5, 2**31 - 1]),
    h.make_node("Pad", ["s"], ["p"], mode="constant", pads=[0, 0, 1, 0, 0, 0, 0, 2], value=0.5),
    h.make_node("Split", ["p"], ["a", "d"], axis=1, split=[1, 3]),
    h.make_node("Unsqueeze", ["a"], ["u"], axes=[0]),
    h.make_node("Squeeze", ["u"], ["q"], axes=[0]),
    h.make_node("ReduceSum", ["d"], ["r"], axes=[1], keepdims=1),
    h.make_node("ReduceMean", ["d"], ["e"], axes=[1], keepdims=1),
    h.make_node("Add", ["q", "r"], ["o"]),
    h.make_node("Add", ["o", "e"], ["t"]),
    h.make_node("Softmax", ["t"], ["y"], axis=2),
    h.make_node("Softmax", ["t"], ["z"]),
    h.make_node("Dropout", ["t"], ["i"], ratio=0.3),
]
x = {"x": [1, 3, 6, 6]}
up = {"k": np.array([1, 1, 2, 2], f)}
save("seven", 7, body + [h.make_node("Upsample", ["i"], ["j"], mode="nearest", scales=[1.0, 1.0, 2.0, 2.0])],
     x, ["y", "z", "j"], w)
save("nine", 9, body + [h.make_node("Upsample", ["i", "k"], ["j"], mode="linear")], x, ["y", "z", "j"], {**w, **up})
save("ten", 10, [h.make_node("Resize", ["x", "k"], ["y"], mode="nearest")], x, ["y"],
     {"k": np.array([1, 1, 1.5, 2.5], f)})
save("eleven", 11, [
    h.make_node("Split", ["x"], ["a", "b"], axis=2),
    h.make_node("Transpose", ["a"], ["t"], perm=[0, 2, 3, 1]),
    h.make_node("Softmax", ["t"], ["y"], axis=3),
    h.make_node("LogSoftmax", ["b"], ["z"], axis=1),
], x, ["y", "z"])
