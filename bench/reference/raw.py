"""Raw OpenVINO, as benchmark_app -hint throughput: ready tensors, as many requests as it asks for.

The most that any pipeline on this machine could reach. Inputs are written once; only inference
runs between the clock's start and stop. Prints one JSON object.
"""

import argparse
import json
import time

import numpy as np
import openvino as ov

from model import Model, default_threads


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True)
    parser.add_argument("--precision", choices=("fp32", "bf16"), required=True)
    parser.add_argument("--threads", type=int, default=default_threads())
    parser.add_argument("--frames", type=int, default=1189)
    options = parser.parse_args()

    compiled = Model(options.model, options.precision, "throughput", options.threads).compiled
    queue = ov.AsyncInferQueue(compiled)
    random = np.random.default_rng(1)
    for request in queue:
        tensor = request.get_input_tensor(0)
        tensor.data[:] = random.random(tuple(tensor.shape), dtype=np.float32)
    for _ in range(2 * len(queue)):
        queue.start_async()
    queue.wait_all()
    start = time.perf_counter()
    for _ in range(options.frames):
        queue.start_async()
    queue.wait_all()
    seconds = time.perf_counter() - start
    print(json.dumps({
        "frames": options.frames, "seconds": seconds, "fps": options.frames / seconds,
        "requests": len(queue), "streams": compiled.get_property("NUM_STREAMS"),
        "openvino": ov.__version__,
    }))


main()
