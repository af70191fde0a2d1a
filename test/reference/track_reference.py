"""Runs the ByteTrack of trackers and of supervision, with the paper's parameters, over every sequence
that track_input.py wrote; writes trackers.txt and supervision.txt beside each det.txt.

The paper's: scores from 0.6 on are high, tracks begin from 0.7 on, no match under IoU 0.2, lost tracks are
kept for 30 frames at 30 frames/s. What can't be passed: trackers takes scores under 0.1 too (there are none
in the input); supervision begins tracks from its activation threshold + 0.1 on, takes 0.1 as the low
threshold, and matches low scores from IoU 0.5 and unconfirmed tracks from 0.3 on. The frames that confirm
a track are each package's default.

usage: track_reference.py OUT
"""

import json
import sys
from pathlib import Path

import numpy as np
import supervision
from trackers import ByteTrackTracker


def by_trackers(fps):
    tracker = ByteTrackTracker(
        lost_track_buffer=30,
        frame_rate=fps,
        track_activation_threshold=0.7,
        minimum_consecutive_frames=2,
        minimum_iou_threshold=0.2,
        high_conf_det_threshold=0.6,
    )
    return tracker.update


def by_supervision(fps):
    tracker = supervision.ByteTrack(
        track_activation_threshold=0.6,
        lost_track_buffer=30,
        minimum_matching_threshold=0.8,
        frame_rate=fps,
        minimum_consecutive_frames=1,
    )
    return tracker.update_with_detections


def main(out):
    for folder in sorted(path.parent for path in out.glob("*/sequence.json")):
        sequence = json.loads((folder / "sequence.json").read_text())
        rows = np.loadtxt(folder / "det.txt", delimiter=",", ndmin=2)
        for name, make in {"trackers": by_trackers, "supervision": by_supervision}.items():
            update = make(sequence["fps"])
            with open(folder / f"{name}.txt", "w") as file:
                for frame in range(1, sequence["length"] + 1):
                    mine = rows[rows[:, 0] == frame]
                    box = mine[:, 2:6].copy()
                    box[:, 2:] += box[:, :2]
                    result = update(supervision.Detections(
                        xyxy=box, confidence=mine[:, 6], class_id=np.zeros(len(mine), dtype=int)
                    ))
                    for (x1, y1, x2, y2), number in zip(result.xyxy, result.tracker_id):
                        if number >= 0:
                            file.write(f"{frame},{number},{x1:.3f},{y1:.3f},{x2 - x1:.3f},{y2 - y1:.3f},1\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
