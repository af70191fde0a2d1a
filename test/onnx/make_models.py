"""Writes ONNX models with everything that src/onnx must carry through: make_models.py FOLDER."""
import sys

import numpy as np
import onnx
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper as nh

folder = sys.argv[1]


def save(name, graph, opset, **more):
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", opset)], ir_version=8, **more)
    model.metadata_props.add(key="stride", value="32")
    onnx.checker.check_model(model)
    onnx.save(model, f"{folder}/{name}.onnx")


def value(name, shape, kind=T.FLOAT):
    return h.make_tensor_value_info(name, kind, shape)


# Every way to store numbers; an If whose branches capture an outer tensor; a sparse constant.
def kinds(opset):
    numbers = np.array([-2.5, 0, 1.5, 1024], np.float32)
    typed = [
        h.make_tensor("float", T.FLOAT, [4], numbers),
        h.make_tensor("double", T.DOUBLE, [4], numbers),
        h.make_tensor("half", T.FLOAT16, [4], numbers),
        h.make_tensor("brain", T.BFLOAT16, [4], numbers),
        h.make_tensor("int8", T.INT8, [2], [-128, 127]),
        h.make_tensor("uint8", T.UINT8, [2], [0, 255]),
        h.make_tensor("int32", T.INT32, [2], [-(2**31), 2**31 - 1]),
        h.make_tensor("int64", T.INT64, [3], [-(2**63), 2**63 - 1, 7]),
        h.make_tensor("uint64", T.UINT64, [2], [0, 2**64 - 1]),
        h.make_tensor("bool", T.BOOL, [2], [True, False]),
        h.make_tensor("text", T.STRING, [2], [b"a", b"\xff\x00"]),
        nh.from_array(numbers, "raw float"),
        nh.from_array(numbers.astype(np.float16), "raw half"),
        nh.from_array(np.array([-1, 2**62], np.int64), "raw int64"),
        nh.from_array(np.zeros((0, 3), np.float32), "empty"),
    ]
    branch = lambda name, op: h.make_graph(
        [h.make_node(op, ["x", "float"], [name])], name, [], [value(name, [4])]
    )
    nodes = [
        h.make_node(
            "If", ["condition"], ["chosen"],
            then_branch=branch("sum", "Add"), else_branch=branch("product", "Mul"),
        ),
        h.make_node("Constant", [], ["constant"], value=h.make_tensor("", T.FLOAT, [], [2.0])),
        h.make_node("Mul", ["chosen", "constant"], ["y"], name="last"),
    ]
    graph = h.make_graph(
        nodes, "kinds", [value("x", [4]), value("condition", [], T.BOOL)], [value("y", [4])], typed
    )
    save(f"kinds{opset}", graph, opset)


# Attributes of all kinds on an operator of another domain; functions; training info is unknown here.
def attributes():
    inner = h.make_graph([h.make_node("Identity", ["i"], ["o"])], "g", [value("i", [])], [value("o", [])])
    tensor = h.make_tensor("t", T.FLOAT, [1], [1.0])
    node = h.make_node(
        "Everything", ["x"], ["z"], domain="example.test",
        f=0.1, i=-(2**63), s=b"\x00\xff", t=tensor, g=inner, floats=[0.1, -0.0], ints=[2**63 - 1, -1],
        strings=[b"", b"b"], tensors=[tensor, tensor], graphs=[inner, inner],
    )
    graph = h.make_graph([node, h.make_node("Relu", ["z"], ["y"])], "a", [value("x", [1])], [value("y", [1])])
    model = h.make_model(
        graph, ir_version=10,
        opset_imports=[h.make_opsetid("", 22), h.make_opsetid("example.test", 1)],
        functions=[h.make_function(
            "example.test", "Everything", ["x"], ["z"],
            [h.make_node("Neg", ["x"], ["z"])], [h.make_opsetid("", 22)],
        )],
    )
    # A field that no ONNX has yet: number 999, length-delimited.
    with open(f"{folder}/attributes.onnx", "wb") as file:
        file.write(model.SerializeToString() + bytes([0xBA, 0x3E, 0x03, 1, 2, 3]))


def opset9():
    weights = [
        nh.from_array(np.linspace(-1, 1, 24, dtype=np.float32).reshape(2, 3, 2, 2), "w"),
        nh.from_array(np.array([1, 1, 2, 2], np.float32), "scales"),
    ]
    nodes = [
        h.make_node("Conv", ["x", "w"], ["c"], kernel_shape=[2, 2]),
        h.make_node("Slice", ["c"], ["s"], axes=[2], starts=[1], ends=[2**63 - 1]),
        h.make_node("Upsample", ["s", "scales"], ["y"], mode="nearest"),
    ]
    # As before IR 4, weights are inputs, too.
    inputs = [value("x", [1, 3, 6, 6]), value("w", [2, 3, 2, 2]), value("scales", [4])]
    model = h.make_model(
        h.make_graph(nodes, "old", inputs, [value("y", [1, 2, 8, 10])], weights),
        opset_imports=[h.make_opsetid("", 9)], ir_version=3,
    )
    onnx.checker.check_model(model)
    onnx.save(model, f"{folder}/opset9.onnx")


def external():
    weights = nh.from_array(np.arange(300, dtype=np.float32).reshape(100, 3), "w")
    more = nh.from_array(np.arange(3, dtype=np.float32), "b")
    nodes = [h.make_node("MatMul", ["x", "w"], ["m"]), h.make_node("Add", ["m", "b"], ["y"])]
    graph = h.make_graph(nodes, "external", [value("x", [2, 100])], [value("y", [2, 3])], [weights, more])
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, f"{folder}/inside.onnx")
    onnx.save(
        model, f"{folder}/external.onnx", save_as_external_data=True, location="weights.bin",
        size_threshold=0,
    )


kinds(13)
kinds(22)
attributes()
opset9()
external()
