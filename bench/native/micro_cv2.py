"""What micro.cc times, as a careful Python program does it; prints one JSON object.

One thread; microseconds: the median, and the tenth and ninetieth percentiles, of the repetitions.
The letterbox is cv2's resize and copyMakeBorder, then numpy's transposed copy scaled by 1/255, each
into memory that is there already. Suppression follows torchvision's batched_nms in numpy.
"""

import json
import time

import cv2
import numpy as np

REPETITIONS = 61

cv2.setNumThreads(1)


def measure(work):
    for _ in range(3):
        work()
    times = []
    for _ in range(REPETITIONS):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1e6)
    low, median, high = np.percentile(times, [10, 50, 90])
    return {"median": round(median, 1), "p10": round(low, 1), "p90": round(high, 1)}


CONVERSIONS = {
    "NV12": cv2.COLOR_YUV2RGB_NV12,
    "I420": cv2.COLOR_YUV2RGB_I420,
    "YUYV": cv2.COLOR_YUV2RGB_YUYV,
    "GREY": cv2.COLOR_GRAY2RGB,
}


class Letterbox:
    def __init__(self, name, width, height, size=640):
        rng = np.random.default_rng(1)
        shapes = {
            "RGB": (height, width, 3),
            "NV12": (height * 3 // 2, width),
            "I420": (height * 3 // 2, width),
            "YUYV": (height, width, 2),
            "GREY": (height, width),
        }
        self.name = name
        self.pixels = rng.integers(0, 256, shapes[name], dtype=np.uint8)
        ratio = min(size / width, size / height)
        self.inner = round(width * ratio), round(height * ratio)
        self.top, self.left = (round((size - n) / 2 - 0.1) for n in self.inner[::-1])
        self.bottom = size - self.inner[1] - self.top
        self.right = size - self.inner[0] - self.left
        self.rgb = np.empty((height, width, 3), np.uint8)
        self.small = np.empty((self.inner[1], self.inner[0], 3), np.uint8)
        self.padded = np.empty((size, size, 3), np.uint8)
        self.tensor = np.empty((1, 3, size, size), np.float32)

    def padded_rgb(self):
        image = self.pixels
        if self.name == "GREY":  # one channel until the last moment
            small = cv2.resize(image, self.inner, interpolation=cv2.INTER_LINEAR)
            image = cv2.cvtColor(small, cv2.COLOR_GRAY2RGB, dst=self.small)
        else:
            if self.name != "RGB":
                image = cv2.cvtColor(image, CONVERSIONS[self.name], dst=self.rgb)
            if (image.shape[1], image.shape[0]) != self.inner:
                image = cv2.resize(
                    image, self.inner, dst=self.small, interpolation=cv2.INTER_LINEAR
                )
        return cv2.copyMakeBorder(
            image, self.top, self.bottom, self.left, self.right, cv2.BORDER_CONSTANT,
            dst=self.padded, value=(114, 114, 114),
        )  # fmt: skip

    def f32_nchw(self):
        # One pass: transposed, converted and scaled into the tensor.
        padded = self.padded_rgb()
        np.multiply(padded.transpose(2, 0, 1), np.float32(1 / 255), out=self.tensor[0])

    def f32_nhwc(self):
        padded = self.padded_rgb()
        np.multiply(padded, np.float32(1 / 255), out=self.tensor.reshape(640, 640, 3))

    def u8_nhwc(self):
        self.padded_rgb()

    def blob(self):
        """The same through cv2.dnn, where OpenCV has it."""
        cv2.dnn.blobFromImage(self.padded_rgb(), 1 / 255)


def nms(boxes, scores, threshold):
    """Greedy; torchvision's rule: what overlaps by more than the threshold goes."""
    x1, y1, x2, y2 = boxes.T
    areas = (x2 - x1) * (y2 - y1)
    order = np.argsort(-scores, kind="stable")
    kept = []
    while order.size:
        best, order = order[0], order[1:]
        kept.append(best)
        width = np.minimum(x2[best], x2[order]) - np.maximum(x1[best], x1[order])
        height = np.minimum(y2[best], y2[order]) - np.maximum(y1[best], y1[order])
        common = np.maximum(width, 0) * np.maximum(height, 0)
        order = order[common / (areas[best] + areas[order] - common) <= threshold]
    return np.array(kept, np.int64)


def detect(output, score=0.25, iou=0.7, limit=300):
    scores = output[4:]
    best = scores.max(0)
    found = np.flatnonzero(best > score)
    classes = scores[:, found].argmax(0)
    x, y, w, h = output[:4, found]
    boxes = np.stack([x - w / 2, y - h / 2, x + w / 2, y + h / 2], 1)
    kept = nms(boxes + classes[:, None] * 7680, best[found], iou)[:limit]
    return boxes[kept], best[found][kept], classes[kept]


def head(count, anchors=8400, classes=80):
    rng = np.random.default_rng(2)
    output = (0.05 * rng.random((4 + classes, anchors))).astype(np.float32)
    clusters = anchors // 5
    centres = np.concatenate(
        [rng.uniform(20, 620, (2, clusters)), rng.uniform(20, 170, (2, clusters))]
    )
    output[:4] = np.repeat(centres, 5, axis=1) + rng.uniform(0, 3, (4, anchors))
    ids = np.repeat(rng.integers(0, classes, clusters), 5)
    output[4 + ids[:count], np.arange(count)] = rng.uniform(0.3, 0.9, count)
    return output


def main():
    results = {}
    for name in ("RGB", "NV12", "I420", "YUYV", "GREY"):
        case = Letterbox(name, 1920, 1080)
        results[f"letterbox {name} 1920x1080 to 640x640 f32 NCHW"] = measure(case.f32_nchw)
    for name in ("RGB", "NV12"):
        for width, height in ((1280, 720), (1600, 1200)):
            case = Letterbox(name, width, height)
            results[f"letterbox {name} {width}x{height} to 640x640 f32 NCHW"] = measure(
                case.f32_nchw
            )
    case = Letterbox("I420", 640, 360)
    results["letterbox I420 640x360 to 640x640 f32 NCHW"] = measure(case.f32_nchw)
    case = Letterbox("NV12", 1920, 1080)
    results["letterbox NV12 1920x1080 to 640x640 u8 NHWC"] = measure(case.u8_nhwc)
    results["letterbox NV12 1920x1080 to 640x640 f32 NHWC"] = measure(case.f32_nhwc)
    case = Letterbox("RGB", 1920, 1080)
    results["letterbox RGB 1920x1080 to 640x640 f32 NCHW by blobFromImage"] = measure(case.blob)
    for count in (0, 50, 300, 1000, 4000):
        output = head(count)
        results[f"detect yolov8 8400x80, {count} over the threshold"] = measure(
            lambda output=output: detect(output)
        )
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
