"""Training itself, small: it learns, resumes on the same path, keeps to its time, exports."""

import json

import numpy as np
import onnx
import onnx.reference
import pytest
import torch

import export
import train
from checkpoint import read
from data import DataError
from scenes import COLOURS, write
from schedule import Plan, rate

SMALL = ["--preset", "parts-n", "--width", "0.125", "--most", "256", "--imgsz", "96", "--batch", "8",
         "--warmup", "8", "--device", "cpu"]


def run(out, data, *more):
    train.STARTED = train.time.monotonic()
    train.main(["--data", str(data), "--val", str(data), "--out", str(out), *SMALL, *more])
    return [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]


def of(log, event):
    return [entry for entry in log if entry["event"] == event]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write(tmp_path_factory.mktemp("data") / "d", 32)


@pytest.fixture(scope="module")
def trained(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    return out, run(out, folder, "--epochs", "60", "--rate", "0.004", "--no-augment", "--validate-every", "30")


def test_learns_32_pictures_by_heart(trained):
    log = trained[1]
    first, last = of(log, "epoch")[0], of(log, "epoch")[-1]
    for part in ("box", "kind", "sides"):
        assert last[part] < 0.5 * first[part]
    assert of(log, "validation")[-1]["map50"] > 0.9
    assert set(of(log, "validation")[-1]["ap"]) == set(COLOURS)
    assert of(log, "end")[0]["epochs"] == 60


def test_a_resumed_run_takes_the_same_path(folder, tmp_path, monkeypatch):
    whole = run(tmp_path / "whole", folder, "--epochs", "3")
    # Cut short in the middle of the second epoch, just after a checkpoint.
    steps = train.Run.one_step
    made = 0

    def cut(self, *arguments):
        nonlocal made
        if made == 6:
            self.save()
            raise KeyboardInterrupt
        made += 1
        steps(self, *arguments)

    monkeypatch.setattr(train.Run, "one_step", cut)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "cut", folder, "--epochs", "3")
    monkeypatch.undo()
    resumed = run(tmp_path / "cut", folder, "--epochs", "3", "--resume")
    assert (of(resumed, "resume")[0]["epoch"], of(resumed, "resume")[0]["step"]) == (1, 2)
    keys = ("epoch", "box", "kind", "sides", "rate")
    assert [[e[k] for k in keys] for e in of(resumed, "epoch")] == [[e[k] for k in keys] for e in of(whole, "epoch")]
    a, b = (read(tmp_path / name / "checkpoint.pt", "cpu") for name in ("whole", "cut"))
    for kind in ("model", "average"):
        assert all(torch.equal(a[kind][name], b[kind][name]) for name in a[kind])
    with pytest.raises(DataError, match="made with seed 1; now it is 2"):
        run(tmp_path / "cut", folder, "--epochs", "3", "--resume", "--seed", "2")


def test_keeps_to_its_time(folder, tmp_path):
    log = run(tmp_path / "out", folder, "--time-budget", "14", "--validate-every", "100")
    end = of(log, "end")[0]
    assert of(log, "plan") and end["epochs"] == end["planned"] == of(log, "epoch")[-1]["epoch"]
    assert of(log, "epoch")[-1]["rate"] < 0.2 * max(e["rate"] for e in of(log, "epoch"))


def test_exports_what_pytorch_gives(trained, tmp_path):
    model, meta = export.load(str(trained[0] / "weights.pt"))
    assert meta["names"] == list(COLOURS) and meta["scores"]["map50"] > 0.9
    for fp16 in (False, True):
        path = str(tmp_path / f"{fp16}.onnx")
        exported = export.write(model, meta, path, fp16, {"data.hash": "abc"})
        graph = onnx.load(path)
        said = {p.key: p.value for p in graph.metadata_props}
        assert said["names"] == "{0: 'red', 1: 'green', 2: 'blue'}" and said["author"] == "Lineside"
        assert said["license"] == "Apache-2.0" and said["imgsz"] == "[96, 96]" and said["stride"] == "32"
        assert said["data.recipe"] == "rectangles" and said["data.hash"] == "abc" and said["training.seed"] == "1"
        assert [d.dim_value for d in graph.graph.output[0].type.tensor_type.shape.dim] == [1, 7, 144 + 36 + 9]
        assert "BatchNormalization" not in {n.op_type for n in graph.graph.node}
        image = torch.rand(1, 3, 96, 96, generator=torch.Generator().manual_seed(1))
        with torch.no_grad():
            want = exported(image).numpy()
        (got,) = onnx.reference.ReferenceEvaluator(graph).run(None, {"images": image.numpy()})
        # Weights come rounded to half precision already, but folding moves them again.
        assert np.abs(got - want)[0, :4].max() < (0.5 if fp16 else 1e-3)
        assert np.abs(got - want)[0, 4:].max() < (0.02 if fp16 else 1e-5)


def test_the_rate_rises_then_falls():
    assert rate(0.0, 0, 100) == pytest.approx(0.01)
    assert rate(0.0, 99, 100) == pytest.approx(1.0)
    assert rate(0.5, 1000, 100) == pytest.approx(0.505)
    assert rate(1.0, 1000, 100) == pytest.approx(0.01)


def test_plans_as_many_epochs_as_fit():
    plan = Plan(None, 100.0, reserve=10)
    spent, epoch = 12.0, 0
    while not plan.done(epoch):
        seconds = 5.0 if epoch == 0 else 2.0
        spent += seconds
        plan.note(epoch, seconds, 0.0, spent)
        epoch += 1
    assert 88 <= spent <= 92 and plan.progress(epoch, 0) == 1
    assert plan.closing(plan.epochs - 1) and not plan.closing(0)
