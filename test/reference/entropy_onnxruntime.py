"""The entropy thresholds that ONNX Runtime finds in histograms.

usage: entropy_onnxruntime.py FILE

The file is a JSON list of {"exponent", "bins": [counts]}; the bins lie over [-2^exponent,
2^exponent). Prints a JSON list of [below, above]: bins kept on either side of zero.
"""
import json
import sys

import numpy as np
from onnxruntime.quantization.calibrate import HistogramCollector


def kept(case):
    bins = np.array(case["bins"], dtype=np.int64)
    end = 2.0 ** case["exponent"]
    edges = np.linspace(-end, end, len(bins) + 1).astype(np.float32)
    collector = HistogramCollector("entropy", True, 128, 128, 99.99, "same")
    # No value limits the range: it is to be what the divergence alone finds.
    far = np.float32(3e38)
    low, high = collector.get_entropy_threshold((bins, edges, -far, far, far), 128)
    width = 2 * end / len(bins)
    return [round(float(low) / width), round(float(high) / width)]


print(json.dumps([kept(case) for case in json.load(open(sys.argv[1]))]))
