"""Scores trackers' results against gt.txt at IoU 0.5: MOTA and IDF1 by motmetrics (its venv), HOTA by
TrackEval (the other). Prints JSON: sequence, tracker, metric.

usage: track_score.py motmetrics|trackeval OUT TRACKER…
"""

import json
import sys
from pathlib import Path

import numpy as np


def load(path):
    frames = {}
    if path.stat().st_size:
        for row in np.loadtxt(path, delimiter=",", ndmin=2):
            frames.setdefault(int(row[0]), []).append(row[1:6])
    return {frame: np.array(rows) for frame, rows in frames.items()}


def iou(a, b):
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, :2] + a[:, None, 2:], b[None, :, :2] + b[None, :, 2:])
    inner = np.prod(np.clip(high - low, 0, None), axis=2)
    return inner / (np.prod(a[:, 2:], axis=1)[:, None] + np.prod(b[:, 2:], axis=1)[None] - inner)


NOTHING = np.zeros((0, 5))


def by_motmetrics(truth, found, length):
    import motmetrics

    accumulator = motmetrics.MOTAccumulator(auto_id=True)
    for frame in range(1, length + 1):
        a, b = truth.get(frame, NOTHING), found.get(frame, NOTHING)
        distance = 1 - iou(a[:, 1:], b[:, 1:])
        distance[distance > 0.5] = np.nan
        accumulator.update(a[:, 0].astype(int), b[:, 0].astype(int), distance)
    metrics = motmetrics.metrics.create()
    names = ["mota", "idf1", "num_switches"]
    row = metrics.compute(accumulator, metrics=names, name="all").loc["all"]
    return {"MOTA": row["mota"], "IDF1": row["idf1"], "switches": int(row["num_switches"])}


def by_trackeval(truth, found, length):
    from trackeval.metrics import HOTA

    def ids(frames):
        every = sorted({int(i) for rows in frames.values() for i in rows[:, 0]})
        return {i: n for n, i in enumerate(every)}

    true_ids, found_ids = ids(truth), ids(found)
    data = {"gt_ids": [], "tracker_ids": [], "similarity_scores": []}
    for frame in range(1, length + 1):
        a, b = truth.get(frame, NOTHING), found.get(frame, NOTHING)
        data["gt_ids"].append(np.array([true_ids[int(i)] for i in a[:, 0]], dtype=int))
        data["tracker_ids"].append(np.array([found_ids[int(i)] for i in b[:, 0]], dtype=int))
        data["similarity_scores"].append(iou(a[:, 1:], b[:, 1:]))
    data["num_gt_ids"], data["num_tracker_ids"] = len(true_ids), len(found_ids)
    data["num_gt_dets"] = sum(map(len, data["gt_ids"]))
    data["num_tracker_dets"] = sum(map(len, data["tracker_ids"]))
    data["num_timesteps"] = length
    return {"HOTA": float(np.mean(HOTA().eval_sequence(data)["HOTA"]))}


def main(package, out, names):
    score = {"motmetrics": by_motmetrics, "trackeval": by_trackeval}[package]
    scores = {}
    for folder in sorted(path.parent for path in out.glob("*/sequence.json")):
        sequence = json.loads((folder / "sequence.json").read_text())
        truth = load(folder / "gt.txt")
        scores[sequence["name"]] = {
            name: score(truth, load(folder / f"{name}.txt"), sequence["length"]) for name in names
        }
    json.dump(scores, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
