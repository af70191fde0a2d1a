"""COCO folders, decoded once into one tensor of bytes.

A folder holds `annotations.json` and `images/`. Pictures may be spread over several folders whose
annotations list all of them: what one folder lists, another may hold.
"""

import json
import mmap
import multiprocessing
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image

GREY = 114


class DataError(Exception):
    """The folders don't hold what was expected; the message says what and where."""


class Pictures(NamedTuple):
    """Pictures of one size with their objects, padded to the most that one has."""

    pixels: torch.Tensor  # N×H×W×3, uint8, RGB
    boxes: torch.Tensor  # N×M×4, x1 y1 x2 y2 in pixels
    kinds: torch.Tensor  # N×M, int64
    valid: torch.Tensor  # N×M, bool
    counts: np.ndarray  # N, objects a picture
    files: list[str]
    names: list[str]  # classes, in the order of their categories' ids
    info: dict  # what the annotations say of themselves: the generator's recipe and seed

    def to(self, device):
        moved = (t.to(device) for t in self[:4])
        return Pictures(*moved, *self[4:])


def load(folders: list[str], canvas: int, limit: int | None = None) -> Pictures:
    """Reads the folders' pictures, in the order of their names; the first `limit` of them.

    Pictures of one size are kept as they are. Where sizes differ, each is fitted into a square of
    `canvas` pixels, centred on grey.

    Raises DataError: no annotations, other categories in another folder, a picture that none holds.
    """
    names, info, listed, paths = None, {}, {}, {}
    for folder in map(Path, folders):
        file = folder / "annotations.json"
        try:
            coco = json.loads(file.read_text())
            kinds = sorted(coco["categories"], key=lambda c: c["id"])
        except (OSError, ValueError, KeyError) as error:
            raise DataError(f"{file} is no COCO annotation file: {error!r}") from error
        here = [c["name"] for c in kinds]
        if names is not None and here != names:
            raise DataError(f"{file} has the categories {here}; expected those of {folders[0]}: {names}")
        names = here
        info = info or coco.get("info", {})
        order = {c["id"]: i for i, c in enumerate(kinds)}
        new = {i["id"]: i["file_name"] for i in coco["images"] if i["file_name"] not in listed}
        listed.update((name, []) for name in new.values())
        for a in coco["annotations"]:
            # A crowd has no box of its own to learn.
            if a["image_id"] in new and not a.get("iscrowd"):
                x, y, w, h = a["bbox"]
                if w > 0 and h > 0:
                    listed[new[a["image_id"]]].append((x, y, x + w, y + h, order[a["category_id"]]))
        images = folder / "images"
        if images.is_dir():
            paths.update((e.name, e.path) for e in os.scandir(images))
    files = sorted(listed)[:limit]
    missing = [f for f in files if f not in paths]
    if missing or not files:
        raise DataError(
            f"{len(missing)} of {len(files)} pictures listed are in none of {', '.join(folders)}"
            + (f": {', '.join(missing[:3])}…" if missing else "")
        )
    pixels, place = decode([paths[f] for f in files], canvas)
    return Pictures(torch.from_numpy(pixels), *objects([listed[f] for f in files], place), files, names, info)


def objects(lists, place):
    """Lists of (x1, y1, x2, y2, class) a picture → padded tensors and counts, moved by `place`."""
    counts = np.array([len(each) for each in lists])
    most = max(1, int(counts.max()))
    table = np.zeros((len(lists), most, 5), np.float32)
    for row, each, (scale, left, top) in zip(table, lists, place):
        if each:
            row[: len(each)] = each
            row[: len(each), :4] = row[: len(each), :4] * scale + (left, top, left, top)
    table = torch.from_numpy(table)
    valid = torch.from_numpy(np.arange(most) < counts[:, None])
    return table[..., :4].contiguous(), table[..., 4].long(), valid, counts


def decode(paths: list[str], canvas: int):
    """N×H×W×3 bytes of the files, and where each picture lies in its frame (scale, left, top)."""
    sizes = []
    for path in paths:
        with Image.open(path) as image:
            sizes.append(image.size)
    one = len(set(sizes)) == 1
    width, height = sizes[0] if one else (canvas, canvas)
    shape = (len(paths), height, width, 3)
    # Memory that forked processes share: no picture is sent through a pipe.
    store = np.frombuffer(mmap.mmap(-1, int(np.prod(shape))), np.uint8).reshape(shape)

    def work(part):
        for i in range(part, len(paths), workers):
            place[i] = put(paths[i], store[i], fit=not one)

    workers = max(1, min(os.cpu_count() or 1, len(paths) // 16))
    place = np.frombuffer(mmap.mmap(-1, len(paths) * 24), np.float64).reshape(-1, 3)
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=work, args=(part,)) for part in range(workers)]
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    if any(p.exitcode for p in processes):
        raise DataError("a picture can't be decoded: see the trace above")
    return store, place


def put(path: str, frame: np.ndarray, fit: bool):
    """Decodes one file into its frame; fitted and centred on grey where `fit`."""
    with Image.open(path) as image:
        image = image.convert("RGB")
        if not fit:
            frame[:] = np.asarray(image)
            return 1.0, 0.0, 0.0
        side = frame.shape[0]
        scale = side / max(image.size)
        width, height = (max(1, round(s * scale)) for s in image.size)
        left, top = (side - width) // 2, (side - height) // 2
        frame[:] = GREY
        frame[top : top + height, left : left + width] = np.asarray(image.resize((width, height), Image.BILINEAR))
        return scale, float(left), float(top)
