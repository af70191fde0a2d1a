"""Writes what the trackers are compared on: per sequence gt.txt, det.txt (both as MOTChallenge has them)
and sequence.json with its frame rate and length.

MOT17: pedestrians of the ground truth turned into detections by a detector model with a fixed seed:
boxes jitter, what is hidden scores less or is missed, some detections are false.
TUD-Campus: the detector output that comes with it; "+weak" adds weak detections where it misses.
PETS09-S2L1 comes without ground truth. Its stand-in is made from all detections at once, by linking in
both directions of time, none of the compared trackers taking part; those tracks are then turned into
detections as MOT17's are, and detections outside of tracks stay in as false ones.

usage: track_input.py SHARED_DATA OUT [SEED [SKIPPED_SEQUENCE…]]
"""

import json
import sys
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

SEQUENCES = {"MOT17-02": 30, "MOT17-04": 30, "MOT17-05": 14, "MOT17-10": 30}


def load(path):
    """Frame to rows of id, x, y, w, h, the 7th, 8th and 9th columns."""
    frames = {}
    for row in np.loadtxt(path, delimiter=",", ndmin=2):
        frames.setdefault(int(row[0]), []).append(row[1:9])
    return {frame: np.array(rows) for frame, rows in frames.items()}


def iou(a, b):
    """IoU of every x, y, w, h of a with every one of b."""
    if len(a) == 0 or len(b) == 0:
        return np.zeros((len(a), len(b)))
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, :2] + a[:, None, 2:], b[None, :, :2] + b[None, :, 2:])
    inner = np.prod(np.clip(high - low, 0, None), axis=2)
    return inner / (np.prod(a[:, 2:], axis=1)[:, None] + np.prod(b[:, 2:], axis=1)[None] - inner)


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


def link(detections, length, gap=20):
    """Tracks through all detections at once: frame-to-frame tracklets, then their ends joined over gaps
    where extrapolation forwards and backwards agree; interpolated; shorter ones than ten boxes are no
    tracks. Returns frame to rows of id, x, y, w, h and frame to boxes outside of any track."""
    tracklets, ends = [], {}
    for frame in range(1, length + 1):
        boxes = detections.get(frame, np.zeros((0, 8)))[:, 1:5]
        owners = list(ends)
        last = np.array([tracklets[o][-1][1] for o in owners]).reshape(-1, 4)
        overlap = iou(last, boxes)
        taken, ends = set(), {}
        for i, j in zip(*linear_sum_assignment(overlap, maximize=True)):
            if overlap[i, j] > 0.5:
                tracklets[owners[i]].append((frame, boxes[j]))
                ends[owners[i]] = True
                taken.add(j)
        for j in set(range(len(boxes))) - taken:
            ends[len(tracklets)] = True
            tracklets.append([(frame, boxes[j])])

    def ahead(points, frame):
        f = np.array([p[0] for p in points])
        centre = np.array([p[1][:2] + p[1][2:] / 2 for p in points])
        speed = (centre[-1] - centre[0]) / max(1, f[-1] - f[0])
        at = 0 if frame < f[0] else -1
        return np.concatenate([centre[at] + speed * (frame - f[at]), points[at][1][2:]])

    n = len(tracklets)
    cost = np.full((n, n), 1e6)
    for a in range(n):
        for b in range(n):
            first, last = tracklets[a][-1][0], tracklets[b][0][0]
            if not 0 < last - first <= gap or len(tracklets[a]) < 3 or len(tracklets[b]) < 3:
                continue
            there = ahead(tracklets[a][-10:], last)
            back = ahead(tracklets[b][:10], first)
            here = ahead(tracklets[a][-10:], first)
            goal = ahead(tracklets[b][:10], last)
            size = (here[2] + goal[2]) / 2
            error = (np.hypot(*(there - goal)[:2]) + np.hypot(*(back - here)[:2])) / 2 / size
            if error < 1:
                cost[a, b] = error + (last - first) / gap
    following = {a: b for a, b in zip(*linear_sum_assignment(cost)) if cost[a, b] < 1e6}
    truth, loose, number = {}, {}, 0
    for a in range(n):
        if a in following.values():
            continue
        points, at = list(tracklets[a]), a
        while at in following:
            at = following[at]
            points += tracklets[at]
        if len(points) < 10:
            for frame, box in points:
                loose.setdefault(frame, []).append(box)
            continue
        number += 1
        known = [p[0] for p in points]
        for frame in range(known[0], known[-1] + 1):
            box = [np.interp(frame, known, [p[1][k] for p in points]) for k in range(4)]
            truth.setdefault(frame, []).append([number, *box])
    return {f: np.array(r) for f, r in truth.items()}, loose


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


def write(out, name, fps, length, truth, detections):
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "gt.txt", "w") as file:
        for frame in sorted(truth):
            for number, x, y, w, h in truth[frame][:, :5]:
                file.write(f"{frame},{int(number)},{x:.3f},{y:.3f},{w:.3f},{h:.3f},1,1,1\n")
    with open(folder / "det.txt", "w") as file:
        for frame in range(1, length + 1):
            for x, y, w, h, score in detections.get(frame, []):
                file.write(f"{frame},-1,{x:.3f},{y:.3f},{w:.3f},{h:.3f},{score:.4f}\n")
    (folder / "sequence.json").write_text(json.dumps({"name": name, "fps": fps, "length": length}))


def main(shared, out, seed, skipped=()):
    mot = shared / "mot"
    for number, (name, fps) in enumerate(SEQUENCES.items()):
        if name in skipped:
            continue
        rows = load(mot / "MOT17" / name / "gt.txt")
        length = max(rows)
        kept = {f: r[(r[:, 5] == 1) & (r[:, 6] == 1)] for f, r in rows.items()}
        kept = {f: r for f, r in kept.items() if len(r)}
        truth = {f: r[:, :5] for f, r in kept.items()}
        seen = {f: r[:, 7] for f, r in kept.items()}
        rng = np.random.default_rng([seed, number])
        write(out, name, fps, length, truth, detector(truth, length, rng, seen))

    rows = load(mot / "PETS09-S2L1/det/det.txt")
    length = max(rows)
    truth, loose = link(rows, length)
    detections = detector(truth, length, np.random.default_rng([seed, 100]), hidden(truth))
    for frame, boxes in loose.items():
        strong = np.column_stack([np.array(boxes), np.full(len(boxes), 0.75)])
        detections[frame] = np.concatenate([detections[frame], strong])
    write(out, "PETS09-S2L1", 7, length, truth, detections)

    truth = {f: r[:, :5] for f, r in load(mot / "TUD-Campus/gt.txt").items()}
    rows = load(mot / "TUD-Campus/det/det.txt")
    length = max(max(rows), max(truth))
    given = {f: rows.get(f, np.zeros((0, 8)))[:, 1:6] for f in range(1, length + 1)}
    write(out, "TUD-Campus", 25, length, truth, given)
    rng = np.random.default_rng([seed, 200])
    write(out, "TUD-Campus+weak", 25, length, truth, weaken(given, truth, rng))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1, sys.argv[4:])
