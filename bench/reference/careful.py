"""The pipeline that a careful Python user would write: how many frames a second it manages.

cv2 capture and letterbox, OpenVINO in latency mode, supervision's NMS and ByteTrack, in the way
the libraries' own examples put them together. `--tuned` adds what profiling it teaches: no
blobFromImage, no copies into and out of OpenVINO, and a threshold before anything is decoded.
Prints one JSON object; the clock runs from the first frame asked for to the last one tracked, so
neither loading nor compiling the model counts.
"""

import argparse
import json
import sys
import time

import cv2
import numpy as np
import supervision as sv

from model import Model, default_threads
from postprocess import decode, grid
from preprocess import Letterbox, tensor


class Detector:
    """One picture in, supervision's Detections in source pixels out."""

    def __init__(self, model: Model, score: float, iou: float):
        self.model, self.score, self.iou = model, score, iou
        self.letterbox = None

    def __call__(self, picture: np.ndarray) -> sv.Detections:
        height, width = picture.shape[:2]
        if self.letterbox is None:
            self.letterbox = Letterbox(width, height, self.model.size, self.model.align)
        output = self.infer(self.letterbox.pixels(picture))
        boxes, scores, classes = self.candidates(output)
        found = sv.Detections(self.letterbox.to_source(boxes), confidence=scores, class_id=classes)
        return found.with_nms(self.iou)

    def infer(self, padded: np.ndarray) -> np.ndarray:
        yolov8 = self.model.family == "yolov8"
        blob = cv2.dnn.blobFromImage(padded, 1 / 255 if yolov8 else 1.0, swapRB=yolov8)
        return self.model.compiled(blob)[0]

    def candidates(self, output: np.ndarray):
        """Boxes (x1 y1 x2 y2, tensor pixels), scores and classes of cells over the threshold."""
        boxes, scores = decode(output, self.model.family, self.model.size)
        classes, best = scores.argmax(axis=1), scores.max(axis=1)
        chosen = best > self.score
        return boxes[chosen], best[chosen], classes[chosen]


class TunedDetector(Detector):
    """The same detections in less time."""

    def __init__(self, model: Model, score: float, iou: float):
        super().__init__(model, score, iou)
        self.request = model.compiled.create_infer_request()
        if model.family == "yolox":
            self.grids, self.strides = grid(model.size)

    def infer(self, padded: np.ndarray) -> np.ndarray:
        self.request.infer([tensor(padded, self.model.family)], share_inputs=True)
        return self.request.get_output_tensor(0).data

    def candidates(self, output: np.ndarray):
        output = output[0]
        if self.model.family == "yolov8":
            best = output[4:].max(axis=0)
            cells = np.nonzero(best > self.score)[0]
            chosen = output[:, cells].T
            centre, extent, scores = chosen[:, :2], chosen[:, 2:4], best[cells]
            classes = chosen[:, 4:].argmax(axis=1)
        else:
            # No class score exceeds 1, so a cell's objectness bounds its score.
            cells = np.nonzero(output[:, 4] > self.score)[0]
            chosen = output[cells]
            classes = chosen[:, 5:].argmax(axis=1)
            scores = chosen[:, 4] * chosen[np.arange(len(cells)), 5 + classes]
            over = scores > self.score
            cells, chosen, classes, scores = cells[over], chosen[over], classes[over], scores[over]
            centre = (chosen[:, :2] + self.grids[cells]) * self.strides[cells]
            extent = np.exp(chosen[:, 2:4]) * self.strides[cells]
        return np.concatenate((centre - extent / 2, centre + extent / 2), axis=1), scores, classes


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True)
    parser.add_argument("--video", required=True)
    parser.add_argument("--precision", choices=("fp32", "bf16"), required=True)
    parser.add_argument("--threads", type=int, default=default_threads())
    parser.add_argument("--frames", type=int, default=-1, help="stop after so many")
    parser.add_argument("--tuned", action="store_true", help="with what profiling teaches")
    parser.add_argument("--score", type=float, default=0.25)
    parser.add_argument("--iou", type=float, default=0.7)
    options = parser.parse_args()

    model = Model(options.model, options.precision, "latency", options.threads)
    detect = (TunedDetector if options.tuned else Detector)(model, options.score, options.iou)
    capture = cv2.VideoCapture(options.video)
    if not capture.isOpened():
        sys.exit(f"cannot open {options.video}")
    tracker = sv.ByteTrack(frame_rate=capture.get(cv2.CAP_PROP_FPS))
    frames = tracked = 0
    start = time.perf_counter()
    while frames != options.frames:
        more, picture = capture.read()
        if not more:
            break
        tracked += len(tracker.update_with_detections(detect(picture)))
        frames += 1
    seconds = time.perf_counter() - start
    print(json.dumps({"frames": frames, "seconds": seconds, "fps": frames / seconds,
                      "tracked": tracked, "opencv": cv2.__version__,
                      "supervision": sv.__version__}))


main()
