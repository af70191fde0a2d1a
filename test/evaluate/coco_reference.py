"""Scores detections with pycocotools; prints a JSON list: the twelve
figures, and per class by category id.

usage: coco_reference.py [ANNOTATIONS RESULTS]…
"""

import contextlib
import json
import sys

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

FIGURES = ("AP", "AP50", "AP75", "APsmall", "APmedium", "APlarge",
           "AR1", "AR10", "AR100", "ARsmall", "ARmedium", "ARlarge")


def mean(values):
    known = values[values > -1]
    return float(known.mean()) if known.size else -1.0


def score(truth, results):
    evaluation = COCOeval(truth, truth.loadRes(results), "bbox")
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    precision, recall = evaluation.eval["precision"], evaluation.eval["recall"]
    classes = {
        str(category): {
            "AP": mean(precision[:, :, k, 0, -1]),
            "AP50": mean(precision[0, :, k, 0, -1]),
            "AP75": mean(precision[5, :, k, 0, -1]),
            "AR100": mean(recall[:, k, 0, -1]),
        }
        for k, category in enumerate(evaluation.params.catIds)
    }
    figures = dict(zip(FIGURES, map(float, np.asarray(evaluation.stats))))
    return {"figures": figures, "classes": classes}


def main(pairs):
    scores = []
    with contextlib.redirect_stdout(sys.stderr):
        for annotations, results in zip(pairs[::2], pairs[1::2]):
            scores.append(score(COCO(annotations), results))
    json.dump(scores, sys.stdout)


main(sys.argv[1:])
