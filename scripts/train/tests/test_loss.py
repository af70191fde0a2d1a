"""Assignment and losses against plain loops, written from the papers."""

import math

import pytest
import torch

from assigner import assign
from boxes import complete_overlap, overlap
from loss import Criterion, GAINS, Targets, sides_loss
from model import cells, corners, expected


def iou(a, b):
    w = min(a[2], b[2]) - max(a[0], b[0])
    h = min(a[3], b[3]) - max(a[1], b[1])
    if w <= 0 or h <= 0:
        return 0.0
    return w * h / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - w * h + 1e-7)


def ciou(a, b):
    value = iou(a, b)
    hull = (max(a[2], b[2]) - min(a[0], b[0])) ** 2 + (max(a[3], b[3]) - min(a[1], b[1])) ** 2
    apart = ((a[0] + a[2] - b[0] - b[2]) / 2) ** 2 + ((a[1] + a[3] - b[1] - b[3]) / 2) ** 2
    v = 4 / math.pi**2 * (math.atan((b[2] - b[0]) / (b[3] - b[1])) - math.atan((a[2] - a[0]) / (a[3] - a[1]))) ** 2
    return value - apart / hull - v * v / (1 - value + v + 1e-7)


def assign_one(scores, boxes, centres, objects, most=10):
    """Cell → (object, soft score), for one picture; objects are (box, class)."""
    wants = {}
    for number, (box, kind) in enumerate(objects):
        found = []
        for cell, (x, y) in enumerate(centres):
            if box[0] < x < box[2] and box[1] < y < box[3]:
                u = iou(box, boxes[cell])
                found.append((scores[cell][kind] ** 0.5 * u**6, u, cell))
        for t, u, cell in sorted(found, reverse=True)[:most]:
            if t > 0:
                wants.setdefault(cell, []).append((u, -number, t))
    owned = {}
    for cell, claims in wants.items():
        u, number, t = max(claims)
        owned.setdefault(-number, []).append((cell, u, t))
    result = {}
    for number, own in owned.items():
        top, reach = max(t for _, _, t in own), max(u for _, u, _ in own)
        for cell, _, t in own:
            result[cell] = (number, t / (top + 1e-9) * reach)
    return result


@pytest.fixture(params=range(4))
def scene(request):
    """Random logits and objects, many of them overlapping, one picture without any."""
    generator = torch.Generator().manual_seed(request.param)
    batch, most, classes, size = 3, 12, 5, 128
    centres, strides = cells(size)
    sides = torch.randn(batch, len(centres), 64, generator=generator, dtype=torch.float64) * 2
    kinds = torch.randn(batch, len(centres), classes, generator=generator, dtype=torch.float64)
    middle = torch.rand(batch, most, 2, generator=generator, dtype=torch.float64) * size
    extent = torch.rand(batch, most, 2, generator=generator, dtype=torch.float64) * 60 + 4
    boxes = torch.cat((middle - extent / 2, middle + extent / 2), -1).clamp(0, size)
    labels = torch.randint(classes, (batch, most), generator=generator)
    valid = torch.rand(batch, most, generator=generator) < 0.7
    valid[2] = False
    return size, centres.double(), strides.double(), sides, kinds, Targets(boxes, labels, valid)


def naive(scene):
    size, centres, strides, sides, kinds, targets = scene
    boxes = corners(expected(sides), centres, strides)
    each = []
    for b in range(len(sides)):
        chosen = [m for m in range(targets.valid.shape[1]) if targets.valid[b, m]]
        objects = [(targets.boxes[b, m].tolist(), int(targets.kinds[b, m])) for m in chosen]
        found = assign_one(kinds[b].sigmoid().tolist(), boxes[b].tolist(), centres.tolist(), objects)
        each.append({cell: (chosen[n], s) for cell, (n, s) in found.items()})
    return boxes, each


def test_assigns_as_the_loops_do(scene):
    size, centres, strides, sides, kinds, targets = scene
    boxes, each = naive(scene)
    got = assign(kinds.sigmoid(), boxes, centres, *targets)
    assert sum(map(len, each)) > 50
    for b, want in enumerate(each):
        cells_ = got.score[b].nonzero().flatten().tolist()
        assert cells_ == sorted(want)
        for cell in cells_:
            number, score = want[cell]
            assert int(got.owner[b, cell]) == number
            assert float(got.score[b, cell]) == pytest.approx(score, rel=1e-6)
            assert got.box[b, cell].tolist() == targets.boxes[b, number].tolist()
            assert int(got.kind[b, cell]) == int(targets.kinds[b, number])


def test_losses_are_the_loops(scene):
    size, centres, strides, sides, kinds, targets = scene
    boxes, each = naive(scene)
    total = max(1.0, sum(s for want in each for _, s in want.values()))
    box = side = kind = 0.0
    for b, want in enumerate(each):
        for cell in range(len(centres)):
            number, score = want.get(cell, (None, 0.0))
            for c in range(kinds.shape[-1]):
                p = float(kinds[b, cell, c].sigmoid())
                y = score if number is not None and c == int(targets.kinds[b, number]) else 0.0
                kind -= y * math.log(p) + (1 - y) * math.log(1 - p)
            if number is None:
                continue
            truth = targets.boxes[b, number].tolist()
            box += (1 - ciou(boxes[b, cell].tolist(), truth)) * score
            x, y, s = *centres[cell].tolist(), float(strides[cell])
            for i, d in enumerate([x - truth[0], y - truth[1], truth[2] - x, truth[3] - y]):
                d = min(max(d / s, 0), 14.99)
                p = sides[b, cell, 16 * i : 16 * i + 16].softmax(-1).tolist()
                low = int(d)
                side -= score / 4 * ((low + 1 - d) * math.log(p[low]) + (d - low) * math.log(p[low + 1]))
    criterion = Criterion(size, "cpu")
    criterion.centres, criterion.strides = centres, strides
    loss, parts = criterion(sides, kinds, targets)
    want = [GAINS["box"] * box / total, GAINS["class"] * kind / total, GAINS["sides"] * side / total]
    assert parts.tolist() == pytest.approx(want, rel=1e-5)
    assert float(loss) == pytest.approx(sum(want), rel=1e-5)


def test_gradients_stay_finite_where_nothing_is_to_be_found():
    criterion = Criterion(64, "cpu")
    sides = torch.randn(2, 84, 64, requires_grad=True)
    kinds = torch.randn(2, 84, 3, requires_grad=True)
    nothing = Targets(torch.zeros(2, 4, 4), torch.zeros(2, 4, dtype=torch.long), torch.zeros(2, 4, dtype=torch.bool))
    criterion(sides, kinds, nothing)[0].backward()
    assert sides.grad.abs().sum() == 0
    assert kinds.grad.isfinite().all() and kinds.grad.abs().sum() > 0


def test_overlaps_are_the_loops():
    generator = torch.Generator().manual_seed(7)
    a, b = (torch.rand(200, 4, generator=generator, dtype=torch.float64) * 50 for _ in range(2))
    for box in (a, b):
        box[:, 2:] += box[:, :2] + 1
    for i, (p, q) in enumerate(zip(a.tolist(), b.tolist())):
        assert float(overlap(a, b)[i]) == pytest.approx(iou(p, q), abs=1e-7)
        assert float(complete_overlap(a, b)[i]) == pytest.approx(ciou(p, q), abs=1e-6)
    same = complete_overlap(a, a)
    assert same.min() > 1 - 1e-6


def test_sides_loss_is_least_at_the_truth():
    logits = torch.full((1, 4, 16), -20.0)
    logits[..., 5] = logits[..., 6] = 0.0
    at = [float(sides_loss(logits, torch.full((1, 4), d))) for d in (4.0, 5.5, 7.0)]
    assert at[1] == pytest.approx(math.log(2), abs=1e-4) and at[0] > 10 and at[2] > 10
