"""MOTChallenge files and boxes x, y, w, h, for the other scripts here."""

import json

import numpy as np
from scipy.optimize import linear_sum_assignment


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
