"""A detection model's raw output into boxes: plain numpy, after the papers' own decoding."""

import numpy as np

STRIDES = (8, 16, 32)


def decode(output: np.ndarray, family: str, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Boxes (N x 4, x1 y1 x2 y2 in tensor pixels) and scores (N x classes)."""
    if family == "yolov8":  # 1 x (4 + classes) x N, boxes cx cy w h
        rows = output[0].T
        centre, extent, scores = rows[:, :2], rows[:, 2:4], rows[:, 4:]
    else:  # YOLOX: 1 x N x (5 + classes), offsets to grid cells, log sizes
        rows = output[0]
        grids, strides = grid(size)
        centre = (rows[:, :2] + grids) * strides
        extent = np.exp(rows[:, 2:4]) * strides
        scores = rows[:, 4:5] * rows[:, 5:]
    return np.concatenate((centre - extent / 2, centre + extent / 2), axis=1), scores


def grid(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Cell corners (N x 2, cells) and strides (N x 1, pixels) of a YOLOX head."""
    corners, strides = [], []
    for stride in STRIDES:
        n = size // stride
        x, y = np.meshgrid(np.arange(n), np.arange(n))
        corners.append(np.stack((x, y), 2).reshape(-1, 2))
        strides.append(np.full((n * n, 1), stride))
    return np.concatenate(corners).astype(np.float32), np.concatenate(strides).astype(np.float32)


def suppress(boxes: np.ndarray, scores: np.ndarray, iou: float) -> np.ndarray:
    """Greedy NMS as torchvision.ops.nms: indices kept, by falling score; suppressed if IoU > iou."""
    order = np.argsort(-scores, kind="stable")
    x1, y1, x2, y2 = boxes.T
    area = (x2 - x1) * (y2 - y1)
    kept = []
    while order.size:
        first, rest = order[0], order[1:]
        kept.append(first)
        width = np.minimum(x2[first], x2[rest]) - np.maximum(x1[first], x1[rest])
        height = np.minimum(y2[first], y2[rest]) - np.maximum(y1[first], y1[rest])
        inter = np.maximum(width, 0) * np.maximum(height, 0)
        order = rest[inter <= iou * (area[first] + area[rest] - inter)]
    return np.array(kept, dtype=np.int64)


def detect(output: np.ndarray, family: str, size: int, score: float, iou: float, limit: int,
           multi_label: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Class-aware NMS: boxes (tensor pixels), scores and class ids by falling score.

    multi_label gives a candidate for every class over the threshold, as COCO evaluation does; else
    only the best class of a cell counts.
    """
    boxes, scores = decode(output, family, size)
    if multi_label:
        cells, classes = np.nonzero(scores > score)
    else:
        best = scores.argmax(axis=1)
        cells = np.nonzero(scores[np.arange(len(best)), best] > score)[0]
        classes = best[cells]
    boxes, scores = boxes[cells].astype(np.float64), scores[cells, classes]
    kept = [np.nonzero(classes == c)[0] for c in np.unique(classes)]
    kept = [members[suppress(boxes[members], scores[members], iou)] for members in kept]
    chosen = np.concatenate(kept) if kept else np.zeros(0, np.int64)
    chosen = chosen[np.argsort(-scores[chosen], kind="stable")][:limit]
    return boxes[chosen], scores[chosen], classes[chosen]
