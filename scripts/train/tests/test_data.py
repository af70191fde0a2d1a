"""Loading of COCO folders, and what augmentation does to pictures and boxes."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from augment import Augment, Placement, letterboxed, move, plain, warp
from data import GREY, DataError, load
from scenes import COLOURS, write


def test_loads_pictures_boxes_and_names(tmp_path):
    data = load([str(write(tmp_path / "d", 20))], 64)
    assert data.pixels.shape == (20, 72, 96, 3) and data.names == list(COLOURS)
    assert data.info == {"recipe": "rectangles"}
    assert data.valid.sum(1).tolist() == data.counts.tolist()
    right = 0
    for i in range(20):
        for box, kind in zip(data.boxes[i][data.valid[i]].int().tolist(), data.kinds[i][data.valid[i]]):
            middle = data.pixels[i, (box[1] + box[3]) // 2, (box[0] + box[2]) // 2].int()
            right += (middle - torch.tensor(COLOURS[data.names[kind]])).abs().max() < 25
    assert right > 0.8 * data.valid.sum()  # a few lie under another


def test_finds_pictures_spread_over_folders(tmp_path):
    whole = load([str(write(tmp_path / "whole", 20))], 64)
    first = write(tmp_path / "a", 12, listed=20)
    second = write(tmp_path / "b", 8, first=12)
    both = load([str(first), str(second)], 64)
    assert both.files == whole.files
    assert torch.equal(both.pixels, whole.pixels) and torch.equal(both.boxes, whole.boxes)
    with pytest.raises(DataError, match="8 of 20 pictures listed are in none of .*0012.jpg"):
        load([str(first)], 64)


def test_says_what_is_wrong(tmp_path):
    with pytest.raises(DataError, match="nowhere/annotations.json is no COCO annotation file"):
        load([str(tmp_path / "nowhere")], 64)
    first, second = write(tmp_path / "a", 2), write(tmp_path / "b", 2)
    coco = json.loads((second / "annotations.json").read_text())
    coco["categories"][0]["name"] = "violet"
    (second / "annotations.json").write_text(json.dumps(coco))
    with pytest.raises(DataError, match="violet.*expected those of"):
        load([str(first), str(second)], 64)


def test_fits_pictures_of_several_sizes(tmp_path):
    folder = write(tmp_path / "d", 3)
    Image.new("RGB", (40, 160), (255, 0, 0)).save(folder / "images/0001.jpg")
    data = load([str(folder)], 80)
    assert data.pixels.shape == (3, 80, 80, 3)
    assert data.pixels[1, :, :28].unique().tolist() == [GREY] and data.pixels[1, 40, 40, 0] > 250
    assert data.boxes[0, 0, :2].tolist() == pytest.approx((np.array(load_box(folder)) * 80 / 96 + [0, 10]).tolist())


def load_box(folder):
    coco = json.loads((folder / "annotations.json").read_text())
    return next(a["bbox"][:2] for a in coco["annotations"] if a["image_id"] == 7)


def test_letterboxes_bilinearly_with_half_pixel_centres(tmp_path):
    data = load([str(write(tmp_path / "d", 1))], 64)
    images, targets = plain(data, torch.tensor([0]), 64)
    assert images.shape == (1, 3, 64, 64)
    bytes_ = images[0] * 255
    assert torch.allclose(bytes_[:, :8], torch.tensor(float(GREY))) and torch.allclose(bytes_[:, 56:], torch.tensor(float(GREY)))
    source = data.pixels[0].double().numpy()
    for x, y in ((0, 8), (17, 30), (63, 55), (40, 20)):
        sx, sy = (x + 0.5) * 1.5 - 0.5, (y - 8 + 0.5) * 1.5 - 0.5
        x0, y0 = int(np.floor(sx)), int(np.floor(sy))
        at = lambda px, py: source[min(max(py, 0), 71), min(max(px, 0), 95)]  # noqa: E731
        fx, fy = sx - x0, sy - y0
        want = (at(x0, y0) * (1 - fx) + at(x0 + 1, y0) * fx) * (1 - fy) + (at(x0, y0 + 1) * (1 - fx) + at(x0 + 1, y0 + 1) * fx) * fy
        assert np.abs(bytes_[:, y, x].numpy() - want).max() < 0.02
    torch.testing.assert_close(targets.boxes[0, 0], data.boxes[0, 0] / 1.5 + torch.tensor([0, 8.0, 0, 8]))


def test_mirrored_and_cut_boxes_stay_on_their_colour(tmp_path):
    data = load([str(write(tmp_path / "d", 24))], 64)
    augment = Augment(data, 96)
    seen = 0
    for seed in range(6):
        generator = torch.Generator().manual_seed(seed)
        index = torch.randperm(24, generator=generator)
        partners = torch.randint(24, (3, 8), generator=generator)
        images, targets = augment(index, partners, 16, generator, calm=seed % 2 == 1)
        assert images.shape == (24, 3, 96, 96) and 0 <= images.min() and images.max() <= 1
        for i in range(24):
            for box, kind in zip(targets.boxes[i][targets.valid[i]], targets.kinds[i][targets.valid[i]]):
                x1, y1, x2, y2 = box.tolist()
                assert 0 <= x1 < x2 <= 96 and 0 <= y1 < y2 <= 96
                x, y = int((x1 + x2) / 2), int((y1 + y2) / 2)
                colour = images[i, :, y, x] - images[i].mean((1, 2))
                seen += 1 if int(colour.argmax()) == int(kind) else -5
    assert seen > 100  # one in six may be wrong: hidden by another, or coloured anew


def test_the_same_generator_gives_the_same_batch(tmp_path):
    augment = Augment(load([str(write(tmp_path / "d", 8))], 64), 64)
    index, partners = torch.arange(8), torch.tensor([[1, 2], [3, 4], [5, 6]])
    a, b, c = (augment(index, partners, 8, torch.Generator().manual_seed(s)) for s in (4, 4, 5))
    assert torch.equal(a[0], b[0]) and torch.equal(a[1].boxes, b[1].boxes)
    assert not torch.equal(a[0], c[0])


def test_drops_what_is_hardly_seen():
    where = letterboxed(1, 64, 64, 64, "cpu")
    where = Placement(where.scale, where.shift, torch.tensor([[0.0, 0, 32, 64]]))
    boxes = torch.tensor([[[0.0, 0, 20, 20], [30, 0, 50, 20], [24, 0, 44, 20], [40, 0, 60, 9]]])
    moved, valid = move(boxes, torch.ones(1, 4, dtype=torch.bool), where)
    assert valid.tolist() == [[True, False, True, False]]
    assert moved[0, 2].tolist() == [24, 0, 32, 20]
    images, shown = warp(torch.full((1, 64, 64, 3), 200, dtype=torch.uint8), where, 64)
    assert shown[0, 0, :, :32].all() and not shown[0, 0, :, 32:].any() and images.min() > 0.78
