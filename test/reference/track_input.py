"""Writes what the trackers are compared on: per sequence gt.txt, det.txt (both as MOTChallenge has them)
and sequence.json with its frame rate and length.

literal: nothing is drawn at random.
  MOT17-NN truth: every considered pedestrian of the ground truth is a detection with score 0.9.
  MOT17-NN visibility: its score is 0.15 + 0.8 · visibility; under visibility 0.1 it is missing.
  PETS09-S2L1: det.txt and, where a true box has none of its detections at IoU 0.5, a weak one of score 0.3.
    The sequence comes without ground truth here; its stand-in is made from all detections at once, by
    linking in both directions of time, none of the compared trackers taking part.
  TUD-Campus: the ground truth and the detector output that come with it.
noisy: detections made from the same truth by a detector model (track_noise.py) with the seed.

usage: track_input.py SHARED_DATA OUT literal|noisy [SEED]
"""

import sys
from pathlib import Path

import numpy as np
from track_boxes import iou, link, load, write
from track_noise import detector, hidden, weaken

MOT17 = {"MOT17-02": 30, "MOT17-04": 30, "MOT17-05": 14, "MOT17-10": 30}


def pedestrians(path):
    """Considered pedestrians of MOT17: frame to id, x, y, w, h and frame to visibility; the length."""
    rows = load(path)
    kept = {f: r[(r[:, 5] == 1) & (r[:, 6] == 1)] for f, r in rows.items()}
    kept = {f: r for f, r in kept.items() if len(r)}
    return {f: r[:, :5] for f, r in kept.items()}, {f: r[:, 7] for f, r in kept.items()}, max(rows)


def literal(mot, out):
    for name, fps in MOT17.items():
        truth, visibility, length = pedestrians(mot / "MOT17" / name / "gt.txt")
        plain = {f: np.column_stack([r[:, 1:], np.full(len(r), 0.9)]) for f, r in truth.items()}
        write(out, f"{name} truth", fps, length, truth, plain)
        scored = {
            f: np.column_stack([r[:, 1:], np.clip(0.15 + 0.8 * visibility[f], 0, 1)])[visibility[f] >= 0.1]
            for f, r in truth.items()
        }
        write(out, f"{name} visibility", fps, length, truth, scored)

    rows = load(mot / "PETS09-S2L1/det/det.txt")
    length = max(rows)
    truth, _ = link(rows, length)
    detections = {}
    for frame in range(1, length + 1):
        given = rows.get(frame, np.zeros((0, 8)))[:, 1:6]
        boxes = truth.get(frame, np.zeros((0, 5)))[:, 1:5]
        missed = boxes[iou(boxes, given[:, :4]).max(axis=1, initial=0) < 0.5]
        weak = np.column_stack([missed, np.full(len(missed), 0.3)])
        detections[frame] = np.concatenate([given, weak])
    write(out, "PETS09-S2L1", 7, length, truth, detections)

    truth = {f: r[:, :5] for f, r in load(mot / "TUD-Campus/gt.txt").items()}
    rows = load(mot / "TUD-Campus/det/det.txt")
    length = max(max(rows), max(truth))
    write(out, "TUD-Campus", 25, length, truth, {f: r[:, 1:6] for f, r in rows.items()})


def noisy(mot, out, seed):
    for number, (name, fps) in enumerate(MOT17.items()):
        truth, visibility, length = pedestrians(mot / "MOT17" / name / "gt.txt")
        rng = np.random.default_rng([seed, number])
        write(out, f"{name} noisy", fps, length, truth, detector(truth, length, rng, visibility))

    rows = load(mot / "PETS09-S2L1/det/det.txt")
    length = max(rows)
    truth, loose = link(rows, length)
    detections = detector(truth, length, np.random.default_rng([seed, 100]), hidden(truth))
    for frame, boxes in loose.items():
        strong = np.column_stack([np.array(boxes), np.full(len(boxes), 0.75)])
        detections[frame] = np.concatenate([detections[frame], strong])
    write(out, "PETS09-S2L1 noisy", 7, length, truth, detections)

    truth = {f: r[:, :5] for f, r in load(mot / "TUD-Campus/gt.txt").items()}
    rows = load(mot / "TUD-Campus/det/det.txt")
    length = max(max(rows), max(truth))
    given = {f: rows.get(f, np.zeros((0, 8)))[:, 1:6] for f in range(1, length + 1)}
    rng = np.random.default_rng([seed, 200])
    write(out, "TUD-Campus weak", 25, length, truth, weaken(given, truth, rng))


def main(shared, out, kind, seed="1"):
    if kind == "literal":
        literal(shared / "mot", out)
    elif kind == "noisy":
        noisy(shared / "mot", out, int(seed))
    else:
        sys.exit(f"kind {kind}; expected literal or noisy")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
