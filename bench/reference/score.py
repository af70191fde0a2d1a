"""COCO's box mAP of `events` lines, by pycocotools; prints one JSON object of the twelve figures.

    python score.py --annotations instances.json --detections a.jsonl

Line `frame` N is the N-th picture of the annotations by file name. Class id k is the k-th category.
"""

import argparse
import contextlib
import json
import sys

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

FIGURES = ("AP", "AP50", "AP75", "APsmall", "APmedium", "APlarge",
           "AR1", "AR10", "AR100", "ARsmall", "ARmedium", "ARlarge")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--annotations", required=True)
    parser.add_argument("--detections", required=True, help="JSON lines")
    options = parser.parse_args()
    with contextlib.redirect_stdout(sys.stderr):
        truth = COCO(options.annotations)
        images = sorted(truth.imgs.values(), key=lambda image: image["file_name"])
        categories = sorted(truth.cats)
        results = []
        with open(options.detections, encoding="utf-8") as lines:
            for line in map(json.loads, lines):
                image = images[line["frame"]]
                found, expected = (line["width"], line["height"]), (image["width"], image["height"])
                if found != expected:
                    sys.exit(f"frame {line['frame']} is {found}, {image['file_name']} {expected}")
                for detection in line["detections"]:
                    x1, y1, x2, y2 = detection["box"]
                    results.append({
                        "image_id": image["id"], "category_id": categories[detection["classId"]],
                        "bbox": [x1, y1, x2 - x1, y2 - y1], "score": detection["score"],
                    })
        evaluation = COCOeval(truth, truth.loadRes(results), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    figures = dict(zip(FIGURES, (float(v) for v in np.asarray(evaluation.stats))))
    print(json.dumps({**figures, "detections": len(results)}))


main()
