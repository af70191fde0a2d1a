"""A picture into a model's input, with cv2 alone: what the native letterbox is compared with."""

import cv2
import numpy as np

PAD = 114


class Letterbox:
    """Scales to `size` x `size` pixels, keeping proportions, and remembers the way back.

    align "center" is Ultralytics' LetterBox (odd remainders go to the bottom right), "top-left" is
    YOLOX's. Inner sizes are rounded, and boxes go back by what each axis was really scaled by.
    `framework` does what the frameworks' own code does instead: YOLOX cuts inner sizes off, and
    both take boxes back by the one ratio that was meant.
    """

    def __init__(self, width: int, height: int, size: int, align: str, framework: bool = False):
        self.size = size
        ratio = min(size / width, size / height)
        self.source = (width, height)
        centred = align == "center"
        whole = int if framework and not centred else round
        self.inner = (whole(width * ratio), whole(height * ratio))
        scales = (ratio, ratio) if framework else (self.inner[0] / width, self.inner[1] / height)
        self.scales = np.array(scales * 2)
        spare = (size - self.inner[0], size - self.inner[1])
        self.left, self.top = (round(s / 2 - 0.1) if centred else 0 for s in spare)
        self.right, self.bottom = spare[0] - self.left, spare[1] - self.top

    def pixels(self, bgr: np.ndarray) -> np.ndarray:
        """The padded BGR picture, uint8 size x size x 3."""
        if self.inner != self.source:
            bgr = cv2.resize(bgr, self.inner, interpolation=cv2.INTER_LINEAR)
        return cv2.copyMakeBorder(bgr, self.top, self.bottom, self.left, self.right,
                                  cv2.BORDER_CONSTANT, value=(PAD, PAD, PAD))

    def to_source(self, boxes: np.ndarray) -> np.ndarray:
        """Boxes x1 y1 x2 y2 from tensor pixels to source pixels, within the picture."""
        boxes = (boxes - (self.left, self.top, self.left, self.top)) / self.scales
        width, height = self.source
        return np.clip(boxes, 0, (width, height, width, height))


def tensor(padded: np.ndarray, family: str) -> np.ndarray:
    """1 x 3 x H x W float32: RGB 0-1 for YOLOv8, BGR 0-255 for YOLOX."""
    if family == "yolov8":
        padded = padded[..., ::-1]
    chw = np.ascontiguousarray(padded.transpose(2, 0, 1)[None], dtype=np.float32)
    return chw / 255 if family == "yolov8" else chw
