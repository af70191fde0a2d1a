"""Writes a trained model as ONNX: output 1×(4+classes)×N as YOLOv8's exports have it.

    python3 export.py O/weights.pt parts-s.onnx [--fp16]
    python3 export.py --random parts-n parts-n.onnx --fp16     # untrained, to measure speed

Boxes are centre x, centre y, width, height in pixels of the input; scores 0 to 1. Batch normalisation
is folded into the convolutions. With --fp16, weights are stored in half precision and cast when the
model is loaded: the file halves, the arithmetic stays what the runtime chooses.
"""

import argparse
import copy
import json
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from blocks import Conv
from model import Detector, cells, expected
from presets import ARCHITECTURE, PRESETS

OPSET = 17


class Exported(nn.Module):
    """The detector with its boxes decoded, rows first: 1×(4+classes)×N."""

    def __init__(self, model: Detector):
        super().__init__()
        self.model = folded(model)
        centres, strides = cells(model.settings["imgsz"])
        self.register_buffer("centres", centres)
        self.register_buffer("strides", strides)

    def forward(self, images):
        sides, kinds = self.model(images)
        lt, rb = expected(sides).chunk(2, -1)
        centre = self.centres + (rb - lt) / 2 * self.strides
        return torch.cat((centre, (lt + rb) * self.strides, kinds.sigmoid()), -1).transpose(1, 2)


def folded(model: Detector) -> Detector:
    """A copy in which each convolution has taken over its normalisation."""
    model = copy.deepcopy(model).eval()
    for part in model.modules():
        if isinstance(part, Conv):
            part.conv = fuse_conv_bn_eval(part.conv, part.bn)
            part.bn = nn.Identity()
            part.act = nn.SiLU()
    return model


def halve(model: onnx.ModelProto):
    """Stores the weights of convolutions in half precision, each with a Cast to single behind it."""
    casts, kept = [], []
    for weight in model.graph.initializer:
        value = numpy_helper.to_array(weight)
        if value.dtype == np.float32 and value.ndim == 4:
            half = numpy_helper.from_array(value.astype(np.float16), f"{weight.name}.half")
            casts.append(helper.make_node("Cast", [half.name], [weight.name], to=TensorProto.FLOAT))
            kept.append(half)
        else:
            kept.append(weight)
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    nodes = casts + list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def metadata(meta: dict) -> dict[str, str]:
    """What the runtime reads (task, stride, names, how pictures are prepared), and where it comes from."""
    imgsz = meta["architecture"]["imgsz"]
    said = {
        "description": f"Lineside {meta['preset']}: parts on a conveyor and their defects",
        "author": "Lineside", "license": "Apache-2.0", "task": "detect", "stride": "32", "batch": "1",
        "imgsz": str([imgsz, imgsz]), "channels": "3",
        "names": str(dict(enumerate(meta["names"]))),
        "order": "RGB", "scale": repr(1 / 255), "align": "center",
    }
    for key in ("seed", "data", "pictures", "val", "epochs", "batch", "optimizer", "rate", "device", "torch"):
        if key in meta:
            said[f"training.{key}"] = str(meta[key])
    for key, value in json.loads(meta.get("info", "{}")).items():
        said[f"data.{key}"] = value if isinstance(value, str) else json.dumps(value)
    for key, value in meta.get("scores", {}).items():
        said[f"validation.{key}"] = str(value)
    return said


def load(path: str) -> tuple[Detector, dict]:
    state = torch.load(path, map_location="cpu", weights_only=True)
    meta = state["meta"]
    model = Detector(**meta["architecture"])
    model.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in state["weights"].items()})
    return model.eval(), meta


def untrained(preset: str, classes: int) -> tuple[Detector, dict]:
    """A preset with random weights; how fast it is does not depend on them."""
    torch.manual_seed(1)
    model = Detector(classes, **{k: PRESETS[preset][k] for k in ARCHITECTURE})
    names = [f"class {i}" for i in range(classes)]
    return model.eval(), {"architecture": model.settings, "preset": preset, "names": names}


def write(model: Detector, meta: dict, path: str, fp16: bool, more: dict[str, str] = {}) -> Exported:
    exported = Exported(model).eval()
    size = model.settings["imgsz"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter is said to be an old one; it needs no further package
        torch.onnx.export(
            exported, (torch.zeros(1, 3, size, size),), path, opset_version=OPSET, dynamo=False,
            input_names=["images"], output_names=["output0"], do_constant_folding=True,
        )
    graph = onnx.load(path)
    if fp16:
        halve(graph)
    helper.set_model_props(graph, {**metadata(meta), **more})
    graph.producer_name, graph.producer_version = "lineside", meta.get("torch", str(torch.__version__))
    onnx.checker.check_model(graph, full_check=True)
    onnx.save(graph, path)
    return exported


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", nargs="?", help="O/weights.pt")
    parser.add_argument("onnx", help="the file to write")
    parser.add_argument("--random", choices=PRESETS, help="a preset with random weights instead")
    parser.add_argument("--classes", type=int, default=23, help="with --random")
    parser.add_argument("--fp16", action="store_true", help="stores weights in half precision")
    parser.add_argument("--set", nargs="*", default=[], metavar="KEY=VALUE", help="further metadata")
    o = parser.parse_args()
    if bool(o.weights) == bool(o.random):
        parser.error("give either the weights or --random")
    model, meta = untrained(o.random, o.classes) if o.random else load(o.weights)
    exported = write(model, meta, o.onnx, o.fp16, dict(pair.split("=", 1) for pair in o.set))
    # For check.py, which may run in another Python: an input and what PyTorch makes of it.
    generator = torch.Generator().manual_seed(1)
    size = model.settings["imgsz"]
    image = torch.rand(1, 3, size, size, generator=generator)
    with torch.no_grad():
        out = exported(image)
    np.savez(Path(o.onnx).with_suffix(".npz"), image=image.numpy(), output=out.numpy())
    print(f"{o.onnx}: {Path(o.onnx).stat().st_size} bytes, output {list(out.shape)}")


if __name__ == "__main__":
    main()
