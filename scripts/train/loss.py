"""What training lowers: classes (cross entropy with soft targets), boxes (CIoU) and sides (DFL)."""

from typing import NamedTuple

import torch
import torch.nn.functional as F

from assigner import assign
from boxes import complete_overlap
from model import REG_MAX, cells, corners, expected

GAINS = {"box": 7.5, "class": 0.5, "sides": 1.5}


class Targets(NamedTuple):
    """Objects of a batch, padded to the most in one picture."""

    boxes: torch.Tensor  # B×M×4, x1 y1 x2 y2 in input pixels
    kinds: torch.Tensor  # B×M, int64
    valid: torch.Tensor  # B×M, bool


def sides_loss(logits: torch.Tensor, distances: torch.Tensor) -> torch.Tensor:
    """Distribution focal loss (Li 2020), mean of the four sides.

    `logits` …×4×16, `distances` …×4 in cells: the two bins beside a distance share it by nearness.
    """
    distances = distances.clamp(0, REG_MAX - 1 - 0.01)
    low = distances.floor()
    share = distances - low
    low = low.long()[..., None]
    log = logits.log_softmax(-1)
    near = log.gather(-1, low).squeeze(-1) * (1 - share) + log.gather(-1, low + 1).squeeze(-1) * share
    return -near.mean(-1)


class Criterion:
    """The loss for pictures of one size. No step of it waits for the device."""

    def __init__(self, imgsz: int, device):
        self.centres, self.strides = cells(imgsz, device)

    def __call__(self, sides, kinds, targets: Targets) -> tuple[torch.Tensor, torch.Tensor]:
        """The loss (a scalar) and its weighted parts, box, class, sides (3, detached).

        `sides` B×N×64 and `kinds` B×N×classes are the model's logits.
        """
        boxes = corners(expected(sides), self.centres, self.strides)
        found = assign(kinds.detach().sigmoid(), boxes.detach(), self.centres, *targets)
        weight = found.score
        total = weight.sum().clamp(min=1)

        soft = torch.zeros_like(kinds).scatter_(-1, found.kind[..., None], weight[..., None])
        kind = F.binary_cross_entropy_with_logits(kinds, soft, reduction="sum") / total

        # Background weighs nothing, but must not give NaN: there the truth is the prediction itself.
        truth = torch.where(weight[..., None] > 0, found.box, boxes.detach())
        box = ((1 - complete_overlap(boxes, truth)) * weight).sum() / total
        lt, rb = truth.chunk(2, -1)
        distances = torch.cat((self.centres - lt, rb - self.centres), -1) / self.strides
        side = (sides_loss(sides.unflatten(-1, (4, REG_MAX)), distances) * weight).sum() / total

        parts = torch.stack((GAINS["box"] * box, GAINS["class"] * kind, GAINS["sides"] * side))
        return parts.sum(), parts.detach()
