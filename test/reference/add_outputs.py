"""Adds a model's inner tensors as outputs: the float ones whose shape can be told.

usage: add_outputs.py MODEL OUTPUT [MOST]

MOST: how many values a tensor may have.
"""
import math
import sys

import onnx

model = onnx.load(sys.argv[1])
most = float(sys.argv[3]) if len(sys.argv) > 3 else math.inf
graph = model.graph
known = {value.name: value for value in onnx.shape_inference.infer_shapes(model).graph.value_info}
taken = {output.name for output in graph.output}
for node in graph.node:
    for name in node.output:
        value = known.get(name)
        if name in taken or value is None or node.op_type == "Constant":
            continue
        tensor = value.type.tensor_type
        size = math.prod(dim.dim_value for dim in tensor.shape.dim)
        if tensor.elem_type == onnx.TensorProto.FLOAT and 0 < size <= most:
            graph.output.append(value)
onnx.save(model, sys.argv[2])
