"""Detections from the network's output, and COCO's mAP of them, both on the device."""

from typing import NamedTuple

import torch

from augment import plain
from boxes import overlap
from data import Pictures
from model import cells, corners, expected

THRESHOLDS = [0.5 + 0.05 * i for i in range(10)]


class Found(NamedTuple):
    """Detections, best first, padded: score 0 is none."""

    boxes: torch.Tensor  # B×D×4
    scores: torch.Tensor  # B×D
    kinds: torch.Tensor  # B×D, int64


def suppress(boxes, scores, least=0.001, iou=0.7, most=300, candidates=1000) -> Found:
    """Class-wise non-maximum suppression of boxes B×N×4 and scores B×N×classes, whole batches at a time.

    Of every picture the best `candidates` pairs of cell and class compete.
    """
    classes = scores.shape[-1]
    scores, at = scores.flatten(1).topk(min(candidates, scores[0].numel()), 1)
    kinds = at % classes
    boxes = boxes.gather(1, (at // classes)[..., None].expand(-1, -1, 4))
    alive = scores > least
    rivals = (overlap(boxes[:, :, None], boxes[:, None]) > iou) & (kinds[:, :, None] == kinds[:, None])
    rivals = rivals.triu(1)  # the better one comes first
    keep = alive
    while True:  # settles from the best down: what the sequential rule gives
        now = alive & ~(rivals & keep[..., None]).any(1)
        if torch.equal(now, keep):
            break
        keep = now
    scores, order = (scores * keep).sort(dim=1, descending=True, stable=True)
    order = order[:, :most]
    return Found(boxes.gather(1, order[..., None].expand(-1, -1, 4)), scores[:, :most], kinds.gather(1, order))


def match(found: Found, truth, kinds, valid):
    """Whether each detection is right at each threshold, B×D×10: COCO's greedy rule, best score first."""
    levels = torch.tensor(THRESHOLDS, device=truth.device)
    batch, count = found.scores.shape
    free = valid[..., None].repeat(1, 1, len(levels))  # B×M×10
    right = torch.zeros(batch, count, len(levels), dtype=torch.bool, device=truth.device)
    number = torch.arange(truth.shape[1], device=truth.device)[:, None]
    for i in range(count):
        iou = overlap(truth, found.boxes[:, i, None])
        iou = torch.where(kinds == found.kinds[:, i, None], iou, -1.0) * (found.scores[:, i, None] > 0)
        # Of equal overlaps COCO takes the last.
        best = torch.where(free, iou[..., None], -1.0)
        top = best.amax(1, keepdim=True)
        chosen = (torch.where(best == top, number, -1).amax(1, keepdim=True) == number) & (top >= levels)
        free &= ~chosen
        right[:, i] = chosen.any(1)
    return right


def average_precision(scores, right, kinds, positives) -> torch.Tensor:
    """AP of every class (rows) and threshold (10): 101 points of recall; NaN where nothing is to be found.

    `scores` and `kinds` D, `right` D×10, `positives` the number of objects a class.
    """
    points = torch.linspace(0, 1, 101, dtype=torch.float64, device=scores.device)
    result = torch.full((len(positives), right.shape[1]), torch.nan, dtype=torch.float64, device=scores.device)
    order = scores.sort(dim=0, descending=True, stable=True).indices
    right, kinds = right[order], kinds[order]
    for c, objects in enumerate(positives.tolist()):
        if not objects:
            continue
        hits = right[kinds == c].double().cumsum(0)
        if not len(hits):
            result[c] = 0
            continue
        precision = hits / torch.arange(1, len(hits) + 1, device=hits.device)[:, None]
        recall = (hits / objects).T.contiguous()
        best = precision.flip(0).cummax(0).values.flip(0).T
        at = torch.searchsorted(recall, points.expand(len(recall), -1).contiguous())
        padded = torch.cat((best, best.new_zeros(len(best), 1)), 1)
        result[c] = padded.gather(1, at).mean(1)
    return result


@torch.no_grad()
def evaluate(model, data: Pictures, imgsz: int, batch=32) -> dict:
    """mAP50-95 and mAP50 over the classes that occur, and every class's AP, as in the runtime's way.

    Score 0.001, class-wise IoU 0.7, at most 300 detections a picture (100 of a class).
    """
    device = data.pixels.device
    centres, strides = cells(imgsz, device)
    training = model.training
    model.eval()
    scores, right, kinds, positives = [], [], [], torch.zeros(len(data.names), device=device)
    for start in range(0, len(data.files), batch):
        index = torch.arange(start, min(start + batch, len(data.files)), device=device)
        images, targets = plain(data, index, imgsz)
        sides, logits = model(images)
        found = suppress(corners(expected(sides), centres, strides), logits.sigmoid())
        of = torch.nn.functional.one_hot(found.kinds, len(data.names)).cumsum(1)
        rank = of.gather(2, found.kinds[..., None]).squeeze(-1)
        counted = (found.scores > 0) & (rank <= 100)
        scores.append(found.scores[counted])
        kinds.append(found.kinds[counted])
        right.append(match(found, *targets)[counted])
        positives += torch.bincount(targets.kinds[targets.valid], minlength=len(data.names))
    model.train(training)
    ap = average_precision(torch.cat(scores), torch.cat(right), torch.cat(kinds), positives)
    each = ap.mean(1)
    return {
        "map": round(float(ap.nanmean()), 5),
        "map50": round(float(ap[:, 0].nanmean()), 5),
        "ap": {n: round(v, 4) for n, v in zip(data.names, each.tolist()) if v == v},
    }
