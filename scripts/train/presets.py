"""The two detectors that ship, and how each is trained."""

PRESETS = {
    # YOLOv8n's width: for accuracy.
    "parts-s": dict(width=0.25, depth=0.33, most=1024, imgsz=640, batch=64),
    # Small enough to ship in FP16 in 3 MB: for the quickstart.
    "parts-n": dict(width=0.1875, depth=0.33, most=768, imgsz=416, batch=64),
}
ARCHITECTURE = ("width", "depth", "most", "imgsz")
