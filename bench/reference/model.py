"""OpenVINO models, as the reference programs load them."""

import os

import openvino as ov
import openvino.properties.hint as hints

PRECISIONS = {"fp32": ov.Type.f32, "bf16": ov.Type.bf16}


def geometry(model: ov.Model) -> tuple[int, str, str]:
    """Pixels of its square input, its family by its output's shape, and where a picture lies."""
    size = int(model.input(0).get_partial_shape()[2].get_length())
    rows, columns = (int(d.get_length()) for d in list(model.output(0).get_partial_shape())[1:])
    return (size, "yolov8", "center") if rows < columns else (size, "yolox", "top-left")


class Model:
    """A detection model with square input, as ONNX or as OpenVINO's IR."""

    def __init__(self, path: str, precision: str, mode: str, threads: int):
        core = ov.Core()
        model = core.read_model(path)
        self.size, self.family, self.align = geometry(model)
        self.compiled = core.compile_model(model, "CPU", {
            hints.inference_precision: PRECISIONS[precision],
            hints.performance_mode: getattr(hints.PerformanceMode, mode.upper()),
            "INFERENCE_NUM_THREADS": threads,
        })


def default_threads() -> int:
    return len(os.sched_getaffinity(0))
