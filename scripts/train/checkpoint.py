"""Files of a training run. Each appears whole or not at all."""

import os
from pathlib import Path

import torch


def write(path: Path, state: dict):
    part = path.with_suffix(path.suffix + ".part")
    with open(part, "wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def read(path: Path, device) -> dict:
    return torch.load(path, map_location=device, weights_only=True)


def weights(model: torch.nn.Module) -> dict:
    """The model's state in half precision, on the CPU: what is exported."""
    return {k: v.half().cpu() if v.is_floating_point() else v.cpu() for k, v in model.state_dict().items()}
