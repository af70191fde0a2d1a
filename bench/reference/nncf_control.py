"""An INT8 model by NNCF with accuracy control: layers go back to float until AP is kept.

    python nncf_control.py --model m.onnx --images list.txt --count 300 \
        --annotations instances.json --validate 100 --output out

NNCF itself ranks the quantised layers by what each one's return to float gives, and gives them back
one by one until AP on annotated pictures of the calibration set is within --max-drop. Writes
out/control.xml and .bin and prints one JSON object as nncf_models.py does.
"""

import argparse
import contextlib
import json
import logging
import os
import time
from pathlib import Path

import cv2
import nncf
import numpy as np
import openvino as ov
from nncf.quantization.advanced_parameters import AdvancedAccuracyRestorerParameters
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from model import geometry
from nncf_models import dataset, evenly, int8_share, listed
from postprocess import detect
from preprocess import Letterbox, tensor


class Metric:
    """AP of a compiled model on pictures, as NNCF asks for it."""

    def __init__(self, model: ov.Model, annotations: str):
        self.size, self.family, self.align = geometry(model)
        with contextlib.redirect_stdout(open(os.devnull, "w", encoding="utf-8")):
            self.truth = COCO(annotations)
        self.ids = {Path(image["file_name"]).name: image["id"] for image in self.truth.imgs.values()}
        self.categories = sorted(self.truth.cats)

    def __call__(self, compiled: ov.CompiledModel, paths) -> tuple[float, None]:
        results, seen = [], []
        for path in paths:
            image = self.ids[Path(path).name]
            seen.append(image)
            results += self.found(compiled, path, image)
        if not results:
            return 0.0, None
        with contextlib.redirect_stdout(open(os.devnull, "w", encoding="utf-8")):
            evaluation = COCOeval(self.truth, self.truth.loadRes(results), "bbox")
            evaluation.params.imgIds = seen
            evaluation.evaluate()
            evaluation.accumulate()
            evaluation.summarize()
        return max(0.0, float(evaluation.stats[0])), None

    def found(self, compiled: ov.CompiledModel, path: str, image: int) -> list[dict]:
        picture = cv2.imread(path)
        height, width = picture.shape[:2]
        letterbox = Letterbox(width, height, self.size, self.align)
        output = compiled(tensor(letterbox.pixels(picture), self.family))[0]
        boxes, scores, classes = detect(output, self.family, self.size, 0.001, 0.7, 300, True)
        corners = letterbox.to_source(boxes)
        return [{"image_id": image, "category_id": self.categories[kind], "score": float(score),
                 "bbox": [float(v) for v in np.concatenate((box[:2], box[2:] - box[:2]))]}
                for box, score, kind in zip(corners, scores, classes)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True)
    parser.add_argument("--images", required=True, help="a folder, or a list in a text file")
    parser.add_argument("--count", type=int, default=300, help="of the images, evenly")
    parser.add_argument("--annotations", required=True, help="of these images, COCO's")
    parser.add_argument("--validate", type=int, default=100, help="images to hold AP on, evenly")
    parser.add_argument("--rank", type=int, default=30, help="of these, to rank layers by")
    parser.add_argument("--max-drop", type=float, default=0.003, help="of AP, a fraction")
    parser.add_argument("--output", required=True)
    given = parser.parse_args()
    logging.getLogger("nncf").setLevel(logging.WARNING)
    images = listed(given.images)
    start = time.perf_counter()
    model = ov.Core().read_model(given.model)
    validation = dataset(model, evenly(images, given.validate))
    calibration = evenly(images, given.count)
    quantised = nncf.quantize_with_accuracy_control(
        model, dataset(model, calibration), validation, Metric(model, given.annotations),
        max_drop=given.max_drop, preset=nncf.QuantizationPreset.MIXED,
        subset_size=len(calibration),
        advanced_accuracy_restorer_parameters=AdvancedAccuracyRestorerParameters(
            ranking_subset_size=given.rank, num_ranking_workers=1))
    Path(given.output).mkdir(parents=True, exist_ok=True)
    file = Path(given.output, "control.xml")
    ov.save_model(quantised, file, compress_to_fp16=False)
    print(json.dumps({"variant": "control", "file": str(file), "images": len(calibration),
                      "seconds": round(time.perf_counter() - start, 1),
                      "int8": int8_share(quantised), "nncf": nncf.__version__,
                      "openvino": ov.__version__}))


main()
