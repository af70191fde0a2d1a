"""Compares an exported model with PyTorch's answer (the .npz beside it) in OpenVINO, and measures speed.

    python3 check.py parts-n.onnx [--seconds 5] [--threads 2]
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import openvino


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("onnx")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--threads", type=int, default=2)
    o = parser.parse_args()
    told = np.load(Path(o.onnx).with_suffix(".npz"))
    model = openvino.Core().compile_model(o.onnx, "CPU", {
        "INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_NUM_THREADS": o.threads,
    })
    output = model(told["image"])[0]
    apart = np.abs(output - told["output"])[0]
    times = []
    end = time.monotonic() + o.seconds
    while time.monotonic() < end:
        start = time.perf_counter()
        model(told["image"])
        times.append(time.perf_counter() - start)
    half = float(np.median(times))
    print(json.dumps({
        "output": list(output.shape), "box_pixels_apart": float(apart[:4].max()),
        "scores_apart": float(apart[4:].max()), "milliseconds": round(half * 1e3, 2),
        "frames_per_second": round(1 / half, 1), "bytes": Path(o.onnx).stat().st_size,
    }))


if __name__ == "__main__":
    main()
