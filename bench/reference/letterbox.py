"""Times cv2's letterbox of a 1080p picture to 640: resize, pad, transpose, f32. Prints JSON, ms."""

import json
import sys
import time

import cv2
import numpy as np

from preprocess import Letterbox, tensor


def milliseconds(work, seconds: float) -> float:
    """Median time of one call."""
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return float(np.median(times) * 1e3)


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    picture = np.random.default_rng(1).integers(0, 256, (1080, 1920, 3), np.uint8)
    letterbox = Letterbox(1920, 1080, 640, "center")
    results = {}
    for threads in (1, 2):
        cv2.setNumThreads(threads)
        results[f"threads{threads}"] = milliseconds(
            lambda: tensor(letterbox.pixels(picture), "yolov8"), seconds)
    print(json.dumps(results))


main()
