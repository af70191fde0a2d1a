"""shapes.py MODEL: JSON of the shapes that ONNX's own inference finds, by tensor."""
import json
import sys

import onnx

model = onnx.shape_inference.infer_shapes(onnx.load(sys.argv[1]), data_prop=True)
shapes = {}
for value in [*model.graph.value_info, *model.graph.output]:
    dims = value.type.tensor_type.shape.dim
    shapes[value.name] = [d.dim_value if d.HasField("dim_value") else None for d in dims]
print(json.dumps(shapes))
