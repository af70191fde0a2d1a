import assert from "node:assert/strict";
import { referencePython, repository, shared, skipped } from "../shared.ts";
import { output } from "../process.ts";

/** mAP50-95 on the 64 images that the reference detector was found to give, f32. */
const models = {
  "YOLOv8n": { file: "yolov8n_fp32_reconstructed.onnx", documented: 0.4540 },
  "YOLOX-Nano": { file: "yolox_nano_coco_416_fp32.onnx", documented: 0.3691 },
};

for (const [name, { file, documented }] of Object.entries(models)) {
  const title = `${name}'s mAP on 64 COCO images is the Python reference's within 0.1 point`;
  const needs = {
    "shared test data": shared("coco/images/val2017"),
    "annotations": shared("coco/instances_val2017_64.json"),
    "reference model": shared(`models/${file}`),
    "reference environment (scripts/references)": referencePython(),
  };
  Deno.test({ name: title, ignore: skipped(title, needs) }, async () => {
    const [images, annotations, model, python] = Object.values(needs) as string[];
    const folder = await Deno.makeTempDir();
    const score = async (detections: string): Promise<number> => {
      const program = repository("bench/reference/score.py");
      const command = [python!, program, "--annotations", annotations!, "--detections", detections];
      return JSON.parse(await output(command)).AP;
    };
    try {
      await output([
        repository("scripts/run"),
        repository("test/parity/coco.yaml"),
        ...["--set", `cameras.coco.images=${images}`],
        ...["--set", `engines.detector.model=${model}`],
        ...["--set", `elements.events.file=${folder}/ours.jsonl`],
      ]);
      const detect = [python!, repository("bench/reference/detect.py"), "--model", model!];
      const lines = await output(
        [...detect, "--images", images!, "--score", "0.001", "--multi-label"],
      );
      await Deno.writeTextFile(`${folder}/theirs.jsonl`, lines);
      const ours = await score(`${folder}/ours.jsonl`);
      const theirs = await score(`${folder}/theirs.jsonl`);
      console.log(`mAP50-95 ours ${ours.toFixed(4)}, reference ${theirs.toFixed(4)}`);
      assert.ok(Math.abs(theirs - documented) < 0.001, `the reference itself gives ${theirs}`);
      assert.ok(Math.abs(ours - theirs) < 0.001, `${ours}, but the reference gives ${theirs}`);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
