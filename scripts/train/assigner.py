"""Which cell answers for which object: TOOD's task-aligned assignment (Feng 2021), a batch at a time."""

from typing import NamedTuple

import torch

from boxes import overlap


class Assigned(NamedTuple):
    """Per cell: the object's place among its picture's (0 where none), its box, class and soft score."""

    owner: torch.Tensor  # B×N, int64
    box: torch.Tensor  # B×N×4, pixels
    kind: torch.Tensor  # B×N, int64
    score: torch.Tensor  # B×N, 0 where the cell is background


@torch.no_grad()
def assign(scores, boxes, centres, truth, kinds, valid, most=10, alpha=0.5, beta=6.0) -> Assigned:
    """Gives every object its `most` best aligned cells among those whose centre lies in it.

    Alignment is score^alpha · IoU^beta. A cell that two objects want goes to the one that it overlaps
    more. Its soft score is its alignment, scaled so that an object's best cell has its best IoU.

    `scores` B×N×classes (0 to 1) and `boxes` B×N×4 are the predictions, `centres` N×2; `truth` B×M×4,
    `kinds` B×M (int64) and `valid` B×M (bool) the objects, padded to M in every picture.
    """
    batch, count = boxes.shape[:2]
    x, y = centres[:, 0], centres[:, 1]
    x1, y1, x2, y2 = (side[..., None] for side in truth.unbind(-1))
    inside = (x > x1) & (y > y1) & (x < x2) & (y < y2) & valid[..., None]
    iou = overlap(truth[:, :, None], boxes[:, None])  # B×M×N
    own = scores.transpose(1, 2).gather(1, kinds[..., None].expand(-1, -1, count))
    alignment = own.pow_(alpha) * iou.pow(beta) * inside

    best, cell = alignment.topk(min(most, count), -1)  # B×M×k; from here on only these matter
    iou = iou.gather(-1, cell)
    wanted = best > 0
    number = torch.arange(truth.shape[1], device=truth.device)[:, None].expand_as(cell)
    flat = cell.flatten(1)

    def winner(values, among, start, reduce):
        table = values.new_full((batch, count), start)
        spare = values.new_full((), start)
        table.scatter_reduce_(1, flat, torch.where(among, values, spare).flatten(1), reduce)
        return table, table.gather(1, flat).view_as(cell)

    wanted &= iou == winner(iou, wanted, -1.0, "amax")[1]
    none = truth.shape[1]
    owner, first = winner(number, wanted, none, "amin")  # of equal overlaps, the first
    wanted &= number == first

    best = best * wanted
    top = best.amax(-1, keepdim=True)
    soft = best * (iou * wanted).amax(-1, keepdim=True) / (top + 1e-9)
    score = soft.new_zeros(batch, count).scatter_reduce_(1, flat, soft.flatten(1), "amax")
    owner = torch.where(owner == none, 0, owner)
    box = truth.gather(1, owner[..., None].expand(-1, -1, 4))
    return Assigned(owner, box, kinds.gather(1, owner), score)
