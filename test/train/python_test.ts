import { output } from "../process.ts";
import { repository, skipped } from "../shared.ts";

/** A Python with scripts/train/requirements.txt: as scripts/train/README.md makes it, or as told. */
async function trainingPython(): Promise<string | null> {
  const python = Deno.env.get("LINESIDE_TRAINING_PYTHON") ??
    repository(".lineside/training/bin/python");
  try {
    await output([python, "-c", "import torch, onnx, pytest"]);
    return python;
  } catch {
    return null;
  }
}

const title = "the detector's training passes its own tests";
const python = await trainingPython();
const needs = { "Python with scripts/train/requirements.txt (.lineside/training)": python };
Deno.test({ name: title, ignore: skipped(title, needs) }, async () => {
  // One thread: on a busy machine PyTorch's threads wait for each other.
  const told = await output(
    ["env", "OMP_NUM_THREADS=1", python!, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
    repository("scripts/train"),
  );
  console.log(told.trim().split("\n").at(-1));
});
