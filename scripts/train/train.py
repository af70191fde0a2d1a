"""Trains a detector from scratch on COCO folders.

    python3 train.py --preset parts-s --data D… --val V --out O --time-budget 700
    python3 train.py --preset parts-s --data D… --val V --out O --time-budget 700 --resume

O/log.jsonl is written as it goes (one JSON object a line), O/checkpoint.pt every --save-every seconds,
O/weights.pt (half precision, for export.py) at every validation and at the end.
"""

import argparse
import hashlib
import json
import platform
import sys
import time
from pathlib import Path

import numpy as np
import torch

import checkpoint
from augment import Augment, plain
from average import Average
from data import DataError, Pictures, load
from evaluate import evaluate
from loss import Criterion
from model import Detector, parameters
from presets import ARCHITECTURE, PRESETS
from schedule import Plan, rate

STARTED = time.monotonic()


def arguments(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--preset", choices=PRESETS, default="parts-s")
    add("--data", nargs="+", required=True, help="COCO folders to train on; one listing, spread pictures")
    add("--val", nargs="+", default=[], help="COCO folders to validate on")
    add("--out", type=Path, required=True)
    add("--time-budget", type=float, help="seconds of all runs together, start and decoding included")
    add("--epochs", type=int, help="instead of --time-budget")
    add("--resume", action="store_true", help="goes on from O/checkpoint.pt, if there is one")
    add("--save-every", type=float, default=60, metavar="SECONDS")
    add("--validate-every", type=int, default=10, metavar="EPOCHS")
    add("--seed", type=int, default=1)
    add("--limit", type=int, help="only so many training pictures")
    add("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    add("--optimizer", choices=("adamw", "sgd"), default="adamw")
    add("--rate", type=float, help="highest learning rate; default 0.002 (adamw), 0.01 (sgd)")
    add("--warmup", type=int, default=500, metavar="STEPS")
    add("--mosaic", type=float, default=0.15, help="share of pictures made of four")
    add("--precision", choices=("bf16", "fp32"), help="default bf16 on CUDA, fp32 elsewhere")
    add("--compile", nargs="?", const="default", help="torch.compile, of this mode")
    add("--watch-waits", action="store_true", help="warns where the program waits for the GPU")
    add("--no-augment", action="store_true", help="pictures as inference sees them (for tests)")
    for name in (*ARCHITECTURE, "batch"):
        kind = float if name in ("width", "depth") else int
        add(f"--{name}", type=kind, help="instead of the preset's")
    o = parser.parse_args(argv)
    if (o.time_budget is None) == (o.epochs is None):
        parser.error("give either --time-budget or --epochs")
    for name, value in PRESETS[o.preset].items():
        if getattr(o, name) is None:
            setattr(o, name, value)
    if o.imgsz % 32:
        parser.error(f"--imgsz is {o.imgsz}; expected a multiple of 32")
    if o.rate is None:
        o.rate = {"adamw": 0.002, "sgd": 0.01}[o.optimizer]
    if o.precision is None:
        o.precision = "bf16" if o.device.startswith("cuda") else "fp32"
    return o


class Journal:
    """The run's log: one JSON object a line, also on standard output."""

    def __init__(self, path: Path, fresh: bool):
        self.file = open(path, "w" if fresh else "a")

    def __call__(self, event: str, **values):
        line = json.dumps({"event": event, **values})
        print(line, file=self.file, flush=True)
        print(line, flush=True)


def make_optimizer(model, o):
    """Weights of convolutions decay; biases and normalisation do not."""
    decaying = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim <= 1]
    fused = o.device.startswith("cuda")
    if o.optimizer == "adamw":
        groups = [{"params": decaying, "weight_decay": 0.03}, {"params": others, "weight_decay": 0.0}]
        return torch.optim.AdamW(groups, lr=o.rate, fused=fused)
    groups = [{"params": decaying, "weight_decay": 5e-4}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.SGD(groups, lr=o.rate, momentum=0.937, nesterov=True, fused=fused)


class Run:
    """A training run: all that a checkpoint holds, and what can be made anew from the options."""

    def __init__(self, o, data: Pictures, val: Pictures | None, journal: Journal):
        self.o, self.data, self.val, self.journal = o, data, val, journal
        torch.manual_seed(o.seed)
        settings = {name: getattr(o, name) for name in ARCHITECTURE}
        model = Detector(len(data.names), **settings)
        self.model = model.to(o.device, memory_format=torch.channels_last).train()
        self.average = Average(self.model)
        self.forward = torch.compile(self.model, mode=o.compile) if o.compile else self.model
        self.optimizer = make_optimizer(self.model, o)
        self.criterion = Criterion(o.imgsz, o.device)
        self.augment = Augment(data, o.imgsz)
        self.generator = torch.Generator(o.device)
        self.plan = Plan(o.epochs, o.time_budget)
        self.epoch = self.step = 0  # the next step to make, counted in its epoch
        self.steps = len(data.files) // o.batch
        if not self.steps:
            raise DataError(f"{len(data.files)} pictures are less than a batch of {o.batch}")
        self.total = torch.zeros(3, device=o.device)
        self.half: float | None = None  # when the first epoch was half done
        self.before = 0.0  # seconds that earlier runs took
        self.scores: dict = {}

    def spent(self) -> float:
        return self.before + time.monotonic() - STARTED

    def meta(self) -> dict:
        o = self.o
        return {
            "architecture": self.model.settings, "names": self.data.names, "preset": o.preset,
            "seed": o.seed, "pictures": len(self.data.files), "val": len(self.val.files) if self.val else 0,
            "data": fingerprint(self.data), "info": json.dumps(self.data.info), "epochs": self.epoch,
            "planned": self.plan.epochs, "batch": o.batch, "optimizer": o.optimizer, "rate": o.rate,
            "seconds": round(self.spent(), 1), "scores": self.scores, "torch": str(torch.__version__),
            "device": device_name(o.device),
        }

    def save(self):
        checkpoint.write(self.o.out / "checkpoint.pt", {
            "meta": self.meta(), "model": self.model.state_dict(),
            "average": self.average.model.state_dict(), "averaged": self.average.steps,
            "optimizer": self.optimizer.state_dict(), "plan": self.plan.state(),
            "epoch": self.epoch, "step": self.step, "total": self.total, "spent": self.spent(),
        })

    def restore(self):
        state = checkpoint.read(self.o.out / "checkpoint.pt", self.o.device)
        for key in ("architecture", "names", "seed", "pictures", "data", "batch", "optimizer"):
            if state["meta"][key] != self.meta()[key]:
                raise DataError(
                    f"{self.o.out}/checkpoint.pt was made with {key} {state['meta'][key]}; now it is {self.meta()[key]}"
                )
        self.model.load_state_dict(state["model"])
        self.average.model.load_state_dict(state["average"])
        self.average.steps = state["averaged"]
        self.optimizer.load_state_dict(state["optimizer"])
        if self.o.epochs is None:
            self.plan.restore(state["plan"])
        self.epoch, self.step, self.before = state["epoch"], state["step"], state["spent"]
        self.total, self.scores = state["total"], state["meta"]["scores"]
        self.journal("resume", epoch=self.epoch, step=self.step, spent=round(self.spent(), 1))

    def export_weights(self):
        checkpoint.write(
            self.o.out / "weights.pt", {"meta": self.meta(), "weights": checkpoint.weights(self.average.model)}
        )

    def run(self):
        o = self.o
        saved = time.monotonic()
        while not self.plan.done(self.epoch):
            began, first = time.monotonic(), self.step
            saved = self.one_epoch(saved)
            losses = (self.total / self.steps).tolist()  # waits for the device
            seconds = time.monotonic() - began
            made = self.steps - first
            if not all(map(np.isfinite, losses)):
                raise FloatingPointError(f"the loss of epoch {self.epoch + 1} is {losses}; a lower --rate may help")
            self.journal(
                "epoch", epoch=self.epoch + 1, box=round(losses[0], 5), kind=round(losses[1], 5),
                sides=round(losses[2], 5), rate=round(self.optimizer.param_groups[0]["lr"], 7),
                images_per_second=round(made * o.batch / seconds, 1), seconds=round(seconds, 2),
                spent=round(self.spent(), 1), planned=self.plan.epochs,
            )
            self.total.zero_()
            number, self.epoch, self.step = self.epoch, self.epoch + 1, 0
            last = self.plan.done(self.epoch)
            if self.val and (self.epoch % o.validate_every == 0 or last):
                self.validate()
            if time.monotonic() - saved > o.save_every:
                self.save()
                saved = time.monotonic()
            beside = time.monotonic() - began - seconds
            # An epoch taken up in its midst says nothing of how long one takes.
            if not first and self.plan.note(number, self.pace(began, seconds), beside, self.spent()):
                self.journal("plan", epochs=self.plan.epochs, epoch_seconds=round(seconds, 2))
        if self.val and self.scores.get("epoch") != self.epoch:
            self.validate()
        self.save()
        self.export_weights()
        self.journal("end", **{k: v for k, v in self.meta().items() if k not in ("names", "info")})

    def pace(self, began: float, seconds: float) -> float:
        """How long an epoch takes; of the very first only the second half is told, without the warming up."""
        if self.half is None:
            return seconds
        told = (began + seconds - self.half) * self.steps / (self.steps - self.steps // 2)
        self.half = None
        return told

    def one_epoch(self, saved: float) -> float:
        o = self.o
        # Order and partners are the epoch's own, so that a resumed run makes the same batches.
        draw = np.random.default_rng((o.seed, self.epoch))
        order = draw.permutation(len(self.data.files))[: self.steps * o.batch].reshape(self.steps, o.batch)
        calm = self.plan.closing(self.epoch)
        mosaics = 0 if calm or o.no_augment else int(round(o.mosaic * o.batch))
        partners = draw.integers(len(self.data.files), size=(self.steps, 3, mosaics))
        counts = self.data.counts
        on_device = torch.from_numpy(order).to(o.device), torch.from_numpy(partners).to(o.device)
        while self.step < self.steps:
            i = self.step
            if i == self.steps // 2 and self.plan.epochs is None:
                self.total.tolist()  # waits for the device
                self.half = time.monotonic()
            most = int(counts[order[i]].max())
            if mosaics:
                most = max(most, int((counts[order[i, :mosaics]] + counts[partners[i]].sum(0)).max()))
            number = self.epoch * self.steps + i
            factor = rate(self.plan.progress(self.epoch, i / self.steps), number, o.warmup)
            for group in self.optimizer.param_groups:
                group["lr"] = o.rate * factor
            self.generator.manual_seed(o.seed * 1_000_003 + number)
            self.one_step(on_device[0][i], on_device[1][i], -(-most // 8) * 8, calm)
            self.step += 1
            if self.step < self.steps and time.monotonic() - saved > 2 * o.save_every:
                self.save()  # an epoch longer than that is saved within
                saved = time.monotonic()
        return saved

    def one_step(self, index, partners, most, calm):
        o = self.o
        with torch.no_grad():
            if o.no_augment:
                images, targets = plain(self.data, index, o.imgsz)
            else:
                images, targets = self.augment(index, partners, most, self.generator, calm)
        with torch.autocast(o.device.split(":")[0], torch.bfloat16, enabled=o.precision == "bf16"):
            sides, kinds = self.forward(images)
        loss, parts = self.criterion(sides, kinds, targets)
        # The usual rates for SGD are for a loss summed over 64 pictures.
        (loss * 64 if o.optimizer == "sgd" else loss).backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 10.0, foreach=True)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.average.update()
        self.total += parts

    def validate(self):
        began = time.monotonic()
        result = evaluate(self.average.model, self.val, self.o.imgsz)
        self.scores = {"epoch": self.epoch, "map": result["map"], "map50": result["map50"]}
        self.journal("validation", epoch=self.epoch, **result, seconds=round(time.monotonic() - began, 2))
        self.export_weights()


def fingerprint(data: Pictures) -> str:
    """Tells data sets apart: names of classes and files, and the boxes."""
    digest = hashlib.sha256(json.dumps([data.names, data.files]).encode())
    digest.update(data.boxes.cpu().numpy().tobytes())
    return digest.hexdigest()[:16]


def device_name(device: str) -> str:
    return torch.cuda.get_device_name(device) if device.startswith("cuda") else platform.processor() or "CPU"


def main(argv=None):
    o = arguments(argv)
    o.out.mkdir(parents=True, exist_ok=True)
    going = o.resume and (o.out / "checkpoint.pt").exists()
    journal = Journal(o.out / "log.jsonl", fresh=not going)
    # Pictures are decoded by forked processes: before CUDA is touched.
    data = load(o.data, o.imgsz, o.limit)
    val = load(o.val, o.imgsz) if o.val else None
    if val and val.names != data.names:
        raise DataError(f"the validation set has the classes {val.names}; expected {data.names}")
    decoded = time.monotonic() - STARTED
    torch.backends.cudnn.benchmark = True
    torch.set_float32_matmul_precision("high")
    run = Run(o, data.to(o.device), val and val.to(o.device), journal)
    journal(
        "start", command=" ".join(sys.argv), decoded_seconds=round(decoded, 1), steps=run.steps,
        parameters=parameters(run.model), precision=o.precision, **run.meta(),
    )
    if going:
        run.restore()
    if o.watch_waits:
        torch.cuda.set_sync_debug_mode("warn")
    run.run()


if __name__ == "__main__":
    try:
        main()
    except (DataError, FloatingPointError) as error:
        sys.exit(f"train.py: {error}")
