"""Compares Lineside's letterbox with OpenCV's, pixel by pixel.

    python parity.py path/to/letterbox_tool

RGB, BGR and GREY must lie within one level of cv2 INTER_LINEAR + copyMakeBorder everywhere. For YUV
the reference converts first (cv2.cvtColor, 8 bits) and then scales, so it rounds once more: two
levels are allowed, where nothing saturates. Exits with 1 if a case does not hold.
"""

import subprocess
import sys

import cv2
import numpy as np

cv2.setNumThreads(1)


def geometry(width, height, target_width, target_height, centered):
    ratio = min(target_width / width, target_height / height)
    inner = max(1, round(width * ratio)), max(1, round(height * ratio))
    rest = target_width - inner[0], target_height - inner[1]
    left, top = (round(r / 2 - 0.1) if centered else 0 for r in rest)
    return inner, left, top, rest[0] - left, rest[1] - top


def reference(image, target_width, target_height, centered):
    height, width = image.shape[:2]
    inner, left, top, right, bottom = geometry(width, height, target_width, target_height, centered)
    if inner != (width, height):
        image = cv2.resize(image, inner, interpolation=cv2.INTER_LINEAR)
    return cv2.copyMakeBorder(
        image, top, bottom, left, right, cv2.BORDER_CONSTANT, value=(114, 114, 114)
    )


def ours(tool, pixels, name, width, height, target_width, target_height, centered):
    done = subprocess.run(
        [tool, name, *map(str, (width, height, target_width, target_height)), "u8", "NHWC", "RGB",
         "center" if centered else "top-left"],
        input=np.ascontiguousarray(pixels).tobytes(), stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    return np.frombuffer(done.stdout, np.uint8).reshape(target_height, target_width, 3)


def pictures(rng, width, height):
    """Noise (hard edges everywhere) and something smooth."""
    yield "noise", rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
    small = rng.integers(40, 216, (max(2, height // 24), max(2, width // 24), 3), dtype=np.uint8)
    yield "smooth", cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)


def yuv(image, name):
    """The picture in a YUV format, and what OpenCV reads back from it."""
    height, width = image.shape[:2]
    i420 = cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420).reshape(-1)
    if name == "I420":
        return i420, cv2.cvtColor(i420.reshape(-1, width), cv2.COLOR_YUV2RGB_I420)
    luma, chroma = i420[: width * height], i420[width * height :].reshape(2, -1)
    if name == "NV12":
        nv12 = np.concatenate([luma, chroma.T.reshape(-1)])
        return nv12, cv2.cvtColor(nv12.reshape(-1, width), cv2.COLOR_YUV2RGB_NV12)
    planes = [np.repeat(c.reshape(height // 2, width // 2), 2, axis=0) for c in chroma]
    yuyv = np.empty((height, width, 2), np.uint8)
    yuyv[..., 0] = luma.reshape(height, width)
    yuyv[:, 0::2, 1], yuyv[:, 1::2, 1] = planes
    return yuyv, cv2.cvtColor(yuyv, cv2.COLOR_YUV2RGB_YUYV)


def main(tool):
    rng = np.random.default_rng(5)
    sizes = [(1920, 1080, 640, 640), (1280, 720, 640, 640), (640, 360, 640, 640),
             (768, 432, 640, 640), (480, 360, 416, 416), (640, 480, 416, 416), (333, 517, 640, 640),
             (1, 1, 64, 64), (3, 200, 64, 96), (2592, 1944, 640, 384), (97, 31, 320, 320)]  # fmt: skip
    sizes += [tuple(int(n) for n in rng.integers(1, 700, 4)) for _ in range(30)]
    failures = 0
    worst = {}
    for index, (width, height, target_width, target_height) in enumerate(sizes):
        centered = index % 3 != 2
        shape = (width, height, target_width, target_height, centered)
        for kind, image in pictures(rng, width, height):
            cases = [("RGB", image, image, 1), ("BGR", image[..., ::-1], image, 1),
                     ("GREY", image[..., 0], np.repeat(image[..., :1], 3, axis=2), 1)]  # fmt: skip
            # cvtColor wants even sizes; saturation before or after scaling differs on noise.
            if kind == "smooth" and width % 2 == 0 and height % 2 == 0:
                cases += [(name, *yuv(image, name), 2) for name in ("I420", "NV12", "YUYV")]
            for name, pixels, rgb, allowed in cases:
                expected = reference(rgb, target_width, target_height, centered)
                found = ours(tool, pixels, name, *shape)
                gap = np.abs(expected.astype(int) - found.astype(int))
                seen = worst.get(name, (0, 0.0))
                worst[name] = max(seen[0], int(gap.max())), max(seen[1], float(gap.mean()))
                if gap.max() > allowed:
                    failures += 1
                    print(f"{name} {kind} {shape}: off by {gap.max()}, at most {allowed} allowed")
    for name, (largest, mean) in worst.items():
        print(f"{name}: at most {largest} levels apart, mean at most {mean:.3f}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
