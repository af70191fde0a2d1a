"""Overlap of boxes x1 y1 x2 y2, whole tensors at a time."""

import math

import torch

EPS = 1e-7


def overlap(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Intersection over union of boxes …×4, paired by broadcasting."""
    wide = torch.minimum(a[..., 2], b[..., 2]) - torch.maximum(a[..., 0], b[..., 0])
    high = torch.minimum(a[..., 3], b[..., 3]) - torch.maximum(a[..., 1], b[..., 1])
    shared = wide.clamp_(min=0) * high.clamp_(min=0)
    return shared / (area(a) + area(b) - shared + EPS)


def area(box: torch.Tensor) -> torch.Tensor:
    return (box[..., 2] - box[..., 0]) * (box[..., 3] - box[..., 1])


def complete_overlap(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """CIoU (Zheng 2020): overlap, less the centres' distance, less the difference in aspect ratio.

    `a` are predictions (gradients flow), `b` the truth; both …×4.
    """
    wa, ha = a[..., 2] - a[..., 0], a[..., 3] - a[..., 1]
    wb, hb = b[..., 2] - b[..., 0], b[..., 3] - b[..., 1]
    wide = (torch.minimum(a[..., 2], b[..., 2]) - torch.maximum(a[..., 0], b[..., 0])).clamp(min=0)
    high = (torch.minimum(a[..., 3], b[..., 3]) - torch.maximum(a[..., 1], b[..., 1])).clamp(min=0)
    shared = wide * high
    iou = shared / (wa * ha + wb * hb - shared + EPS)
    hull = (torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])).square().sum(-1)
    between = (a[..., :2] + a[..., 2:] - b[..., :2] - b[..., 2:]).square().sum(-1) / 4
    aspect = 4 / math.pi**2 * (torch.atan(wb / (hb + EPS)) - torch.atan(wa / (ha + EPS))).square()
    with torch.no_grad():
        weight = aspect / (1 - iou + aspect + EPS)
    return iou - between / (hull + EPS) - weight * aspect
