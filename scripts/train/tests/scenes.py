"""COCO folders of coloured rectangles on grey, for tests: small, and learnable in a minute."""

import json

import numpy as np
from PIL import Image

COLOURS = {"red": (200, 60, 50), "green": (60, 180, 70), "blue": (60, 80, 200)}


def write(folder, count, size=(96, 72), seed=0, listed=None, first=0):
    """Writes `count` pictures from number `first`; the annotations list `listed` of them (all)."""
    width, height = size
    (folder / "images").mkdir(parents=True)
    images, annotations = [], []
    for number in range(first + max(count, (listed or count))):
        draw = np.random.default_rng((seed, number))
        name = f"{number:04}.jpg"
        pixels = draw.normal(110, 6, (height, width, 3))
        images.append({"id": number + 7, "file_name": name, "width": width, "height": height})
        for _ in range(draw.integers(1, 4)):
            kind = int(draw.integers(3))
            w, h = draw.integers(14, 34, 2).tolist()
            x, y = int(draw.integers(width - w)), int(draw.integers(height - h))
            pixels[y : y + h, x : x + w] = list(COLOURS.values())[kind]
            annotations.append({"id": len(annotations) + 1, "image_id": number + 7, "category_id": 10 * (kind + 1),
                                "bbox": [x, y, w, h], "area": w * h, "iscrowd": 0})
        if first <= number < first + count:
            picture = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
            picture.save(folder / "images" / name, quality=95)
    # Categories out of order, as a file may have them.
    categories = [{"id": 10 * (i + 1), "name": n} for i, n in reversed(list(enumerate(COLOURS)))]
    (folder / "annotations.json").write_text(json.dumps(
        {"images": images, "annotations": annotations, "categories": categories, "info": {"recipe": "rectangles"}}
    ))
    return folder
