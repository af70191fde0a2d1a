"""COCO results of what measure.cc kept of a model's answers.

    python score.py NAME.bin --values 10 --annotations boards.json > NAME.json
    scripts/lineside evaluate --detections NAME.json --annotations boards.json

For pictures of the model's own size, in the order of the annotations' images.
"""

import argparse
import json
import struct
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "reference"))
from postprocess import detect


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("answers", type=Path)
    parser.add_argument("--values", type=int, required=True, help="of an anchor: 4 + classes")
    parser.add_argument("--annotations", type=Path, required=True)
    options = parser.parse_args()

    truth = json.loads(options.annotations.read_text(encoding="utf-8"))
    categories = [category["id"] for category in truth["categories"]]
    content = options.answers.read_bytes()
    at, found = 0, []
    for image in truth["images"]:
        (count,) = struct.unpack_from("<I", content, at)
        rows = np.frombuffer(content, np.float32, count * options.values, at + 4)
        at += 4 + rows.nbytes
        output = rows.reshape(count, options.values).T[None]
        boxes, scores, classes = detect(output, "yolov8", image["width"], 0.001, 0.7, 300, True)
        for (x1, y1, x2, y2), score, label in zip(boxes.tolist(), scores.tolist(), classes):
            found.append({
                "image_id": image["id"], "category_id": categories[label], "score": score,
                "bbox": [x1, y1, x2 - x1, y2 - y1],
            })
    if at != len(content):
        raise SystemExit(f"{options.answers} has {len(content) - at} bytes more than pictures")
    json.dump(found, sys.stdout)


main()
