"""YOLOv8's detector: backbone, feature pyramid both ways, decoupled anchor-free head.

Layers carry the numbers of the published architecture (0 to 22), so that each can be compared with it.
"""

import math

import torch
from torch import nn

from blocks import C2f, Conv, SPPF

STRIDES = (8, 16, 32)
REG_MAX = 16  # bins of a side's distance, in cells


def channels(published: int, width: float, most: int) -> int:
    """A layer's channels at this width: a multiple of 8, of no more than `most` published ones."""
    return math.ceil(min(published, most) * width / 8) * 8


class Head(nn.Module):
    """Per level: a branch for the four sides' distributions, one for the classes."""

    def __init__(self, classes: int, inputs: tuple[int, ...]):
        super().__init__()
        sides = max(16, inputs[0] // 4, 4 * REG_MAX)
        kinds = max(inputs[0], min(classes, 100))
        self.cv2 = nn.ModuleList(self.branch(c, sides, 4 * REG_MAX) for c in inputs)
        self.cv3 = nn.ModuleList(self.branch(c, kinds, classes) for c in inputs)

    @staticmethod
    def branch(inputs: int, hidden: int, outputs: int) -> nn.Sequential:
        return nn.Sequential(
            Conv(inputs, hidden, 3), Conv(hidden, hidden, 3), nn.Conv2d(hidden, outputs, 1)
        )

    def start(self, imgsz: int):
        """Biases as if about five objects of a class lay in a picture, and boxes were not yet known."""
        for box, kind, stride in zip(self.cv2, self.cv3, STRIDES):
            nn.init.constant_(box[-1].bias, 1.0)
            classes = kind[-1].out_channels
            nn.init.constant_(kind[-1].bias, math.log(5 / classes / (imgsz / stride) ** 2))

    def forward(self, levels):
        both = [
            [self.run(branch[i], x) for i, x in enumerate(levels)]
            for branch in (self.cv2, self.cv3)
        ]
        # B×C×H×W to B×HW×C costs nothing with channels last.
        return tuple(
            torch.cat([y.permute(0, 2, 3, 1).flatten(1, 2) for y in branch], 1) for branch in both
        )

    @staticmethod
    def run(branch, x):
        x = branch[1](branch[0](x))
        # Half precision would round distances to 1/256: the last convolution is done in single.
        with torch.autocast(x.device.type, enabled=False):
            return branch[2](x.float())


class Detector(nn.Module):
    """YOLOv8 of some width and depth.

    In: B×3×S×S, RGB from 0 to 1, S a multiple of 32. Out: logits of the sides' distributions
    B×N×(4·16) (left, top, right, bottom) and of the classes B×N×classes, N the cells of all levels,
    stride 8 first, row by row.
    """

    def __init__(self, classes: int, width=0.25, depth=0.33, most=1024, imgsz=640):
        super().__init__()
        self.settings = dict(classes=classes, width=width, depth=depth, most=most, imgsz=imgsz)
        c = [channels(n, width, most) for n in (64, 128, 256, 512, 1024)]
        n3, n6 = (max(round(n * depth), 1) for n in (3, 6))
        up = nn.Upsample(scale_factor=2)
        join = nn.Identity()  # numbered in the published architecture; the joining is in forward
        self.model = nn.ModuleList([
            Conv(3, c[0], 3, 2),
            Conv(c[0], c[1], 3, 2), C2f(c[1], c[1], n3, True),
            Conv(c[1], c[2], 3, 2), C2f(c[2], c[2], n6, True),
            Conv(c[2], c[3], 3, 2), C2f(c[3], c[3], n6, True),
            Conv(c[3], c[4], 3, 2), C2f(c[4], c[4], n3, True),
            SPPF(c[4], c[4]),
            up, join, C2f(c[4] + c[3], c[3], n3, False),
            up, join, C2f(c[3] + c[2], c[2], n3, False),
            Conv(c[2], c[2], 3, 2), join, C2f(c[2] + c[3], c[3], n3, False),
            Conv(c[3], c[3], 3, 2), join, C2f(c[3] + c[4], c[4], n3, False),
            Head(classes, (c[2], c[3], c[4])),
        ])
        self.model[22].start(imgsz)

    def forward(self, x):
        m = self.model
        x = m[2](m[1](m[0](x)))
        p3 = m[4](m[3](x))
        p4 = m[6](m[5](p3))
        p5 = m[9](m[8](m[7](p4)))
        n4 = m[12](torch.cat((m[10](p5), p4), 1))
        n3 = m[15](torch.cat((m[13](n4), p3), 1))
        o4 = m[18](torch.cat((m[16](n3), n4), 1))
        o5 = m[21](torch.cat((m[19](o4), p5), 1))
        return m[22]((n3, o4, o5))


def cells(imgsz: int, device=None) -> tuple[torch.Tensor, torch.Tensor]:
    """Centres N×2 (x, y) and strides N×1 of all cells, in pixels, in the head's order."""
    centres, strides = [], []
    for stride in STRIDES:
        line = (torch.arange(imgsz // stride, device=device, dtype=torch.float32) + 0.5) * stride
        y, x = torch.meshgrid(line, line, indexing="ij")
        centres.append(torch.stack((x, y), -1).reshape(-1, 2))
        strides.append(torch.full((line.numel() ** 2, 1), float(stride), device=device))
    return torch.cat(centres), torch.cat(strides)


def expected(sides: torch.Tensor) -> torch.Tensor:
    """Mean distances …×4, in cells, of the sides' distributions …×(4·16)."""
    bins = torch.arange(REG_MAX, device=sides.device, dtype=sides.dtype)
    return sides.unflatten(-1, (4, REG_MAX)).softmax(-1) @ bins


def corners(distances: torch.Tensor, centres: torch.Tensor, strides: torch.Tensor) -> torch.Tensor:
    """Boxes …×N×4 (x1 y1 x2 y2, pixels) from distances in cells."""
    lt, rb = (distances * strides).chunk(2, -1)
    return torch.cat((centres - lt, centres + rb), -1)


def parameters(model: nn.Module) -> int:
    """Trained parameters, and the 16 fixed ones that published counts include for the bins."""
    return sum(p.numel() for p in model.parameters()) + REG_MAX
