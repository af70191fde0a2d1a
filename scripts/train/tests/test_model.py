"""The architecture against YOLOv8n's published size and its convolutions' shapes."""

from collections import defaultdict

import onnx
import torch
from torch import nn

from model import Detector, cells, corners, expected, parameters


def test_has_as_many_parameters_as_yolov8n():
    assert parameters(Detector(80)) == 3_157_200


def test_every_layers_convolutions_are_yolov8ns(shared):
    graph = onnx.load(shared / "models/yolov8n_fp32_reconstructed.onnx").graph
    sizes = {w.name: tuple(w.dims) for w in graph.initializer}
    published = defaultdict(dict)
    for node in graph.node:
        if node.op_type != "Conv" or "dfl" in node.name:
            continue
        _, layer, *path, _ = node.name.split("/")  # /model.2/m.0/cv1/conv/Conv
        if len(path) > 1 and path[1].startswith(path[0]):
            path = path[1:]  # /model.22/cv2.0/cv2.0.1/conv/Conv
        stride = next(tuple(a.ints) for a in node.attribute if a.name == "strides")
        published[layer][".".join(path)] = sizes[node.input[1]], stride
    ours = defaultdict(dict)
    for number, layer in enumerate(Detector(80).model):
        for name, part in layer.named_modules():
            if isinstance(part, nn.Conv2d):
                ours[f"model.{number}"][name] = tuple(part.weight.shape), part.stride
    assert ours == published
    assert sum(map(len, ours.values())) == 63


def test_decodes_a_known_cell():
    centres, strides = cells(64)
    assert centres.shape == (64 + 16 + 4, 2) and centres[8].tolist() == [4, 12]
    logits = torch.full((1, len(centres), 4, 16), -50.0)
    logits[..., 3] = 50  # three cells to every side
    box = corners(expected(logits.flatten(-2)), centres, strides)[0]
    torch.testing.assert_close(box[64], torch.tensor([8.0 - 48, 8 - 48, 8 + 48, 8 + 48]))


def test_learns_in_every_parameter():
    model = Detector(3, width=0.125, imgsz=64)
    sides, kinds = model(torch.rand(2, 3, 64, 64))
    assert sides.shape == (2, 84, 64) and kinds.shape == (2, 84, 3)
    (sides.square().sum() + kinds.square().sum()).backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())
