"""Scores tracks with motmetrics, or with TrackEval; prints a JSON list.

motmetrics: rows of the truth with mark 1, and class 1 where classes are told.
trackeval: the same rows; trackeval-distractors: with MOTChallenge's preprocessing.

usage: tracks_reference.py motmetrics|trackeval|trackeval-distractors [TRUTH RESULT]…
"""

import contextlib
import json
import sys
import tempfile
from pathlib import Path

import numpy as np


def by_motmetrics(truth, result):
    import motmetrics

    objects = motmetrics.io.loadtxt(truth, fmt="mot15-2D", min_confidence=1)
    objects = objects[(objects["ClassId"] == 1) | (objects["ClassId"] < 0)]
    tracks = motmetrics.io.loadtxt(result, fmt="mot15-2D")
    accumulator = motmetrics.utils.compare_to_groundtruth(objects, tracks, "iou", distth=0.5)
    names = {
        "mota": "MOTA", "motp": "distance", "num_switches": "IDSW", "num_false_positives": "FP",
        "num_misses": "FN", "num_fragmentations": "Frag", "mostly_tracked": "MT",
        "partially_tracked": "PT", "mostly_lost": "ML", "idf1": "IDF1", "idp": "IDP", "idr": "IDR",
    }
    row = motmetrics.metrics.create().compute(accumulator, metrics=list(names), name="all").loc["all"]
    return {ours: float(row[theirs]) for theirs, ours in names.items()}


def by_trackeval(truth, result, distractors):
    import trackeval

    rows = np.loadtxt(truth, delimiter=",", ndmin=2)
    if not distractors:
        kept = (rows[:, 6] != 0) & ((rows[:, 7] == 1) | (rows[:, 7] < 0))
        length = int(rows[:, 0].max())
        rows = rows[kept]
    found = np.loadtxt(result, delimiter=",", ndmin=2)
    length = int(max(rows[:, 0].max(), found[:, 0].max(), length if not distractors else 0))
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / "gt/s/gt").mkdir(parents=True)
        (folder / "tracks/t/data").mkdir(parents=True)
        np.savetxt(folder / "gt/s/gt/gt.txt", rows, fmt="%.17g", delimiter=",")
        # The class of a result must be 1, its score must be there.
        padded = np.column_stack([found[:, :6], np.ones((len(found), 2))])
        np.savetxt(folder / "tracks/t/data/s.txt", padded, fmt="%.17g", delimiter=",")
        dataset = trackeval.datasets.MotChallenge2DBox({
            "GT_FOLDER": str(folder / "gt"), "TRACKERS_FOLDER": str(folder / "tracks"),
            "SEQ_INFO": {"s": length}, "SKIP_SPLIT_FOL": True, "DO_PREPROC": distractors,
            "PRINT_CONFIG": False,
        })
        raw = dataset.get_raw_seq_data("t", "s")
        data = dataset.get_preprocessed_seq_data(raw, "pedestrian")
    hota = trackeval.metrics.HOTA().eval_sequence(data)
    clear = trackeval.metrics.CLEAR({"PRINT_CONFIG": False}).eval_sequence(data)
    identity = trackeval.metrics.Identity({"PRINT_CONFIG": False}).eval_sequence(data)
    figures = {name: float(np.mean(hota[name])) for name in ("HOTA", "DetA", "AssA", "LocA")}
    figures |= {name: float(identity[name]) for name in ("IDF1", "IDP", "IDR")}
    figures |= {name: float(clear[name]) for name in ("MOTA", "MOTP", "IDSW", "Frag", "MT", "PT", "ML")}
    return figures | {"FP": float(clear["CLR_FP"]), "FN": float(clear["CLR_FN"])}


def main(package, pairs):
    with contextlib.redirect_stdout(sys.stderr):
        scores = [
            by_motmetrics(truth, result) if package == "motmetrics"
            else by_trackeval(truth, result, package == "trackeval-distractors")
            for truth, result in zip(pairs[::2], pairs[1::2])
        ]
    json.dump(scores, sys.stdout)


main(sys.argv[1], sys.argv[2:])
