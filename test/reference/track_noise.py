"""A detector model with seeds: detections as a detector might make them of ground truth. The comparison
without it is the one that counts (track_input.py); this one shows how far it holds when boxes shake,
scores wander and some detections are missing or false.
"""

import numpy as np
from track_boxes import iou


def detector(truth, length, rng, visibility):
    """Frame to rows x, y, w, h, score: what a detector might see of the truth. As a detector's, its
    errors persist: the score of an object falls as it is hidden and wanders (first-order
    autoregression, 0.9 from frame to frame); under 0.1 it is missed. Boxes wander too (0.6), the more
    the lower the score. Besides, 2 % are missed at random, and 0.3 a frame are false."""
    every = np.concatenate(list(truth.values()))[:, 1:5]
    detections, wander = {}, {}
    for frame in range(1, length + 1):
        rows, seen = [], visibility.get(frame, [])
        for (number, x, y, w, h), share in zip(truth.get(frame, np.zeros((0, 5))), seen):
            draw = rng.normal(0, 1, 5)
            state = wander.get(number, draw)
            keep = np.array([0.9, 0.6, 0.6, 0.6, 0.6])
            state = wander[number] = keep * state + np.sqrt(1 - keep**2) * draw
            score = min(0.99, 0.9 - 0.75 * (1 - share) ** 1.5 + 0.12 * state[0])
            if rng.random() < 0.02 or score < 0.1:
                continue
            sigma = 0.02 + 0.04 * (1 - score)
            x, y, w, h = np.array([x, y, w, h]) + sigma * state[1:] * [w, h, w, h]
            rows.append([x, y, max(w, 2), max(h, 2), score])
        for _ in range(rng.poisson(0.3)):
            x, y, w, h = every[rng.integers(len(every))]
            shift = rng.normal(0, 1.5, 2) * [w, h]
            rows.append([x + shift[0], y + shift[1], w, h, 0.1 + 0.65 * rng.random()])
        detections[frame] = np.array(rows).reshape(-1, 5)
    return detections


def hidden(truth):
    """Visibility of each box: the share that no box with a lower foot (nearer the camera) covers."""
    result = {}
    for frame, rows in truth.items():
        box = rows[:, 1:5]
        low = np.maximum(box[:, None, :2], box[None, :, :2])
        high = np.minimum(box[:, None, :2] + box[:, None, 2:], box[None, :, :2] + box[None, :, 2:])
        share = np.prod(np.clip(high - low, 0, None), axis=2) / np.prod(box[:, 2:], axis=1)[:, None]
        foot = box[:, 1] + box[:, 3]
        share[foot[:, None] >= foot[None]] = 0
        result[frame] = 1 - share.max(axis=1, initial=0)
    return result


def weaken(detections, truth, rng):
    """Adds weak detections where a true box has no detection, and weak false ones."""
    result = {}
    for frame, rows in detections.items():
        boxes = truth.get(frame, np.zeros((0, 5)))[:, 1:5]
        missed = boxes[iou(boxes, rows[:, :4]).max(axis=1, initial=0) < 0.5]
        more = []
        for x, y, w, h in missed:
            draw, noise = rng.random(2), rng.normal(0, 0.06, 4)
            if draw[0] < 0.7:
                more.append([x + noise[0] * w, y + noise[1] * h, w * (1 + noise[2]), h * (1 + noise[3]),
                             0.1 + 0.4 * draw[1]])
        result[frame] = np.concatenate([rows, np.array(more).reshape(-1, 5)])
    return result
