"""The reference detector: cv2, OpenVINO in f32 and numpy, writing the lines that `events` writes.

    python detect.py --model m.onnx --video clip.mp4 > reference.jsonl
    python detect.py --model m.xml --images coco/val2017 --score 0.001 --multi-label > coco.jsonl

Pictures of a folder, or those that a text file lists, are read in the order of their names; `frame`
is the index in that order. Models are ONNX or OpenVINO's IR.
"""

import argparse
import json
from pathlib import Path

import cv2

from decode import captured, frames
from model import Model, default_threads
from postprocess import detect
from preprocess import Letterbox, tensor


def listed(place: str) -> list[str]:
    """Pictures of a folder, or of a text file with one path a line, by name."""
    if Path(place).is_dir():
        found = [p for p in Path(place).iterdir() if p.suffix in (".jpg", ".png")]
    else:
        lines = Path(place).read_text(encoding="utf-8").splitlines()
        found = [Path(place).parent / line for line in lines if line.strip()]
    return [str(path) for path in sorted(found, key=lambda path: path.name)]


def read(path: str):
    """A BGR picture."""
    picture = cv2.imread(path)
    if picture is None:
        raise SystemExit(f"cv2 cannot read {path}")
    return picture


def pictures(place: str):
    """(index, seconds, BGR picture) of `listed` ones."""
    for index, path in enumerate(listed(place)):
        yield index, float(index), read(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True)
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--video")
    place.add_argument("--images", help="a folder of .jpg and .png files, or a list in a text file")
    parser.add_argument("--frames", type=int, default=-1, help="stop after so many")
    parser.add_argument("--capture", action="store_true", help="decode by cv2.VideoCapture")
    parser.add_argument("--score", type=float, default=0.25)
    parser.add_argument("--iou", type=float, default=0.7)
    parser.add_argument("--max", type=int, default=300)
    parser.add_argument("--multi-label", action="store_true")
    parser.add_argument("--framework", action="store_true",
                        help="sizes and boxes as Ultralytics' and YOLOX's own code has them")
    parser.add_argument("--precision", choices=("fp32", "bf16"), default="fp32")
    parser.add_argument("--threads", type=int, default=default_threads())
    parser.add_argument("--camera", default="clip")
    options = parser.parse_args()

    model = Model(options.model, options.precision, "latency", options.threads)
    letterbox = None
    if options.images:
        source = pictures(options.images)
    else:
        source = (captured if options.capture else frames)(options.video, options.frames)
    for index, pts, picture in source:
        height, width = picture.shape[:2]
        if letterbox is None or letterbox.source != (width, height):
            letterbox = Letterbox(width, height, model.size, model.align, options.framework)
        blob = tensor(letterbox.pixels(picture), model.family)
        output = model.compiled(blob)[0]
        boxes, scores, classes = detect(output, model.family, model.size, options.score,
                                        options.iou, options.max, options.multi_label)
        boxes = letterbox.to_source(boxes)
        print(json.dumps({
            "camera": options.camera, "frame": index, "pts": round(pts, 6),
            "width": width, "height": height,
            "detections": [
                {"classId": int(c), "score": float(s), "box": [float(v) for v in b]}
                for b, s, c in zip(boxes, scores, classes)
            ],
        }))


main()
