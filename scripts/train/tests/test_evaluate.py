"""Suppression against the sequential rule, mAP against pycocotools."""

import contextlib
import io

import pytest
import torch

from evaluate import Found, average_precision, match, suppress
from test_loss import iou


def boxes_of(generator, *shape, extent=60):
    corner = torch.rand(*shape, 2, generator=generator) * 300
    return torch.cat((corner, corner + 5 + torch.rand(*shape, 2, generator=generator) * extent), -1)


def test_suppresses_as_the_sequential_rule_does():
    generator = torch.Generator().manual_seed(3)
    boxes = boxes_of(generator, 2, 40) .repeat(1, 4, 1)
    boxes += torch.randn(boxes.shape, generator=generator) * 3
    scores = torch.rand(2, 160, 3, generator=generator)
    found = suppress(boxes, scores, least=0.3, iou=0.5, most=50, candidates=200)
    for b in range(2):
        pairs = sorted(((float(scores[b, n, c]), n, c) for n in range(160) for c in range(3)), reverse=True)[:200]
        kept = []
        for score, n, c in pairs:
            if score > 0.3 and all(c != d or iou(boxes[b, n].tolist(), boxes[b, m].tolist()) <= 0.5 for _, m, d in kept):
                kept.append((score, n, c))
        kept = kept[:50]
        got = [(round(float(s), 6), int(c)) for s, c in zip(found.scores[b], found.kinds[b]) if s > 0]
        assert got == [(round(s, 6), c) for s, _, c in kept]
        assert len(kept) == 50


def test_map_is_pycocotools():
    coco_module = pytest.importorskip("pycocotools.coco")
    from pycocotools.cocoeval import COCOeval

    generator = torch.Generator().manual_seed(5)
    images, most, each, classes = 12, 9, 40, 4
    truth = boxes_of(generator, images, most)
    kinds = torch.randint(classes, (images, most), generator=generator)
    valid = torch.rand(images, most, generator=generator) < 0.8
    # Detections: truth disturbed by more or less, some of another class, some twice, some elsewhere.
    near = truth.repeat(1, 3, 1) + torch.randn(images, 3 * most, 4, generator=generator) * 2
    far = boxes_of(generator, images, each - 3 * most)
    boxes = torch.cat((near, far), 1)
    labels = torch.cat((kinds.repeat(1, 3), torch.randint(classes, (images, each - 3 * most), generator=generator)), 1)
    labels = torch.where(torch.rand(labels.shape, generator=generator) < 0.1, (labels + 1) % classes, labels)
    scores = torch.rand(images, each, generator=generator)
    scores[:, 3 * most :] *= 0.5
    scores, order = scores.sort(dim=1, descending=True)
    found = Found(boxes.gather(1, order[..., None].expand(-1, -1, 4)), scores, labels.gather(1, order))

    right = match(found, truth, kinds, valid)
    positives = torch.bincount(kinds[valid], minlength=classes)
    ap = average_precision(scores.flatten(), right.flatten(0, 1), found.kinds.flatten(), positives)

    def plain(box):
        x1, y1, x2, y2 = box.double().tolist()
        return [x1, y1, x2 - x1, y2 - y1]

    annotations = [
        {"id": 1 + i * most + m, "image_id": i, "category_id": int(kinds[i, m]), "bbox": plain(truth[i, m]),
         "area": plain(truth[i, m])[2] * plain(truth[i, m])[3], "iscrowd": 0}
        for i in range(images) for m in range(most) if valid[i, m]
    ]
    results = [
        {"image_id": i, "category_id": int(found.kinds[i, d]), "bbox": plain(found.boxes[i, d]),
         "score": float(scores[i, d])}
        for i in range(images) for d in range(each)
    ]
    with contextlib.redirect_stdout(io.StringIO()):
        coco = coco_module.COCO()
        coco.dataset = {"images": [{"id": i} for i in range(images)], "annotations": annotations,
                        "categories": [{"id": c} for c in range(classes)]}
        coco.createIndex()
        reference = COCOeval(coco, coco.loadRes(results), "bbox")
        reference.evaluate()
        reference.accumulate()
        reference.summarize()
    assert 0.2 < reference.stats[0] < 0.9
    assert float(ap.nanmean()) == pytest.approx(float(reference.stats[0]), abs=1e-6)
    assert float(ap[:, 0].nanmean()) == pytest.approx(float(reference.stats[1]), abs=1e-6)


def test_a_class_without_objects_does_not_count():
    right = torch.ones(3, 10, dtype=torch.bool)
    ap = average_precision(torch.tensor([0.9, 0.8, 0.7]), right, torch.tensor([0, 0, 1]), torch.tensor([2, 0, 1]))
    assert ap[0].tolist() == [1.0] * 10 and ap[1].isnan().all() and ap[2].tolist() == [0.0] * 10
