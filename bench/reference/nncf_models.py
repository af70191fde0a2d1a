"""INT8 models by NNCF, OpenVINO's own quantiser: what ours are compared with.

    python nncf_models.py --model m.onnx --images list.txt --count 300 --output out \
        --head /a/Mul_output_0,/b/Mul_output_0 default mixed convolutions mixed-head

Writes out/VARIANT.xml and .bin for each variant and prints a JSON object a line: the file, seconds,
images, the share of the convolutions' multiply-adds in INT8. A variant is one or several of these words, with dashes:

    default         symmetric activations and weights, NNCF's preset for convolutional models
    mixed           asymmetric activations
    convolutions    all but convolutions ignored
    head            what lies behind the tensors of --head stays float
    last25          what lies from the last 25 per cent of the convolutions on stays float
    global          ranges from the least to the greatest value of all images; NNCF averages else
    cut             ranges from the least to the greatest of the images' 0.01 and 99.99 % quantiles
    halved          all weights in half their range, for processors without VNNI; else the first layer's

Pictures go in as preprocess.py prepares them, chosen evenly as Lineside chooses them.
"""

import argparse
import json
import logging
import time
from pathlib import Path

import cv2
import nncf
import numpy as np
import openvino as ov
from nncf.quantization.advanced_parameters import AdvancedQuantizationParameters, OverflowFix
from nncf.quantization.range_estimator import (AggregatorType, RangeEstimatorParameters,
                                               StatisticsCollectorParameters, StatisticsType)

from model import geometry
from preprocess import Letterbox, tensor

CONVOLUTIONS = ("Convolution", "GroupConvolution", "ConvolutionBackpropData")
SOURCES = ("Constant", "Parameter", "Result")


def evenly(items: list, most: int) -> list:
    if len(items) <= most:
        return items
    return [items[int((i + 0.5) * len(items) / most)] for i in range(most)]


def listed(path: str) -> list[str]:
    """Pictures of a text file, one a line, or of a folder, by name."""
    if Path(path).is_dir():
        return sorted(str(p) for p in Path(path).iterdir() if p.suffix in (".jpg", ".png"))
    lines = Path(path).read_text().split("\n")
    return [str(Path(path).parent / line.strip()) for line in lines if line.strip()]


def dataset(model: ov.Model, paths: list[str]) -> nncf.Dataset:
    size, family, align = geometry(model)

    def prepared(path: str):
        picture = cv2.imread(path)
        if picture is None:
            raise SystemExit(f"cannot read {path}")
        height, width = picture.shape[:2]
        return tensor(Letterbox(width, height, size, align).pixels(picture), family)

    return nncf.Dataset(paths, prepared)


def behind(model: ov.Model, tensors: set[str]) -> list[str]:
    """Names of the operations between these tensors and the outputs, found backwards."""
    found, stack, met = {}, [result.input_value(0) for result in model.get_results()], set()
    while stack:
        output = stack.pop()
        names = output.get_names() & tensors
        met |= names
        operation = output.get_node()
        name = operation.get_friendly_name()
        if names or name in found or operation.get_type_name() in SOURCES:
            continue
        found[name] = True
        stack.extend(value.get_source_output() for value in operation.inputs())
    if met != tensors:
        raise SystemExit(f"the model has no {', '.join(sorted(tensors - met))} before its outputs")
    return list(found)


def last_share(model: ov.Model, share: float) -> list[str]:
    """Names of all operations from the last `share` of the convolutions on, in the graph's order."""
    order = [op for op in model.get_ordered_ops() if op.get_type_name() not in SOURCES]
    places = [i for i, op in enumerate(order) if op.get_type_name() in CONVOLUTIONS]
    count = round(share * len(places))
    if count == 0:
        return []
    return [op.get_friendly_name() for op in order[places[len(places) - count]:]]


def ranges(least: StatisticsType, greatest: StatisticsType) -> AdvancedQuantizationParameters:
    low, high = (
        StatisticsCollectorParameters(statistics_type=kind, aggregator_type=over_images,
                                      quantile_outlier_prob=1e-4)
        for kind, over_images in ((least, AggregatorType.MIN), (greatest, AggregatorType.MAX)))
    return AdvancedQuantizationParameters(
        activations_range_estimator_params=RangeEstimatorParameters(min=low, max=high))


def options(variant: str, model: ov.Model, head: set[str]) -> dict:
    """What nncf.quantize is told."""
    given, names, types = {}, [], set()
    for word in variant.split("-"):
        if word == "mixed":
            given["preset"] = nncf.QuantizationPreset.MIXED
        elif word == "convolutions":
            types |= {op.get_type_name() for op in model.get_ops()} - {*CONVOLUTIONS, *SOURCES}
        elif word == "head" and head:
            names += behind(model, head)
        elif word.startswith("last") and word[4:].isdigit():
            names += last_share(model, int(word[4:]) / 100)
        elif word == "global":
            given["advanced_parameters"] = ranges(StatisticsType.MIN, StatisticsType.MAX)
        elif word == "cut":
            given["advanced_parameters"] = ranges(StatisticsType.QUANTILE, StatisticsType.QUANTILE)
        elif word == "halved":
            advanced = given.setdefault("advanced_parameters", AdvancedQuantizationParameters())
            advanced.overflow_fix = OverflowFix.ENABLE
        elif word != "default":
            raise SystemExit(f"no variant {word}" + (" without --head" if word == "head" else ""))
    if names or types:
        given["ignored_scope"] = nncf.IgnoredScope(
            names=sorted(set(names)), types=sorted(types), validate=False)
    return given


def int8_share(model: ov.Model) -> float:
    """Share of the convolutions' multiply-adds whose weights are scaled or cut to 8 bits."""
    total = quantised = 0
    for operation in model.get_ordered_ops():
        if operation.get_type_name() not in CONVOLUTIONS:
            continue
        weights = operation.input_value(1)
        outputs = np.prod(list(operation.output(0).get_shape())[2:])
        products = int(outputs * np.prod(list(weights.get_shape())))
        source = weights.get_node()
        while source.get_type_name() in ("Reshape", "Convert"):
            source = source.input_value(0).get_node()
        total += products
        quantised += products if source.get_type_name() in ("Multiply", "FakeQuantize") else 0
    return quantised / total


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True)
    parser.add_argument("--images", required=True, help="a folder, or a list in a text file")
    parser.add_argument("--count", type=int, default=300, help="of the images, evenly")
    parser.add_argument("--output", required=True)
    parser.add_argument("--head", default="", help="tensors where it begins, comma-separated")
    parser.add_argument("variants", nargs="+")
    given = parser.parse_args()
    logging.getLogger("nncf").setLevel(logging.WARNING)
    paths = evenly(listed(given.images), given.count)
    head = set(filter(None, given.head.split(",")))
    Path(given.output).mkdir(parents=True, exist_ok=True)
    for variant in given.variants:
        start = time.perf_counter()
        model = ov.Core().read_model(given.model)
        quantised = nncf.quantize(model, dataset(model, paths), subset_size=len(paths),
                                  **options(variant, model, head))
        file = Path(given.output, f"{variant}.xml")
        ov.save_model(quantised, file, compress_to_fp16=False)
        print(json.dumps({"variant": variant, "file": str(file), "images": len(paths),
                          "seconds": round(time.perf_counter() - start, 1),
                          "int8": int8_share(quantised), "nncf": nncf.__version__,
                          "openvino": ov.__version__}), flush=True)


main()
