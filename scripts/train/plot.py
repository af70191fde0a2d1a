"""Draws a run's losses, mAP and learning rate: python3 plot.py O/log.jsonl curves.png"""

import json
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402


def read(path: str):
    """Epochs and validations of a log, the last line of each epoch counting (a resumed run repeats some)."""
    epochs, scores = {}, {}
    for line in Path(path).read_text().splitlines():
        entry = json.loads(line)
        if entry["event"] in ("epoch", "validation"):
            (epochs if entry["event"] == "epoch" else scores)[entry["epoch"]] = entry
    return [sorted(each.values(), key=lambda e: e["epoch"]) for each in (epochs, scores)]


def main(log: str, picture: str):
    epochs, scores = read(log)
    figure, (left, middle, right) = pyplot.subplots(1, 3, figsize=(14, 4), layout="constrained")
    x = [e["epoch"] for e in epochs]
    for key, label in (("box", "box (CIoU)"), ("kind", "class (BCE)"), ("sides", "sides (DFL)")):
        left.plot(x, [e[key] for e in epochs], label=label)
    left.set(title="training loss, weighted", yscale="log")
    for key, label in (("map", "mAP50-95"), ("map50", "mAP50")):
        middle.plot([e["epoch"] for e in scores], [e[key] for e in scores], marker=".", label=label)
    last = f": {scores[-1]['map']:.4f} at the end" if scores else ""
    middle.set(title=f"validation{last}", ylim=(0, 1))
    right.plot(x, [e["rate"] for e in epochs], label="learning rate")
    right.set(title="learning rate")
    for axis in (left, middle, right):
        axis.set_xlabel("epoch")
        axis.grid(alpha=0.3)
        axis.legend()
    figure.savefig(picture, dpi=110)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
