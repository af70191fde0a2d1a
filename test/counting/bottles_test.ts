import assert from "node:assert/strict";
import type { RunReport } from "../../src/runtime/report.ts";
import { lineside, withFolder } from "../cli/lineside.ts";
import { shared, skipped } from "../shared.ts";

const clip = shared("video/bottle-detection.mp4");
const model = shared("models/yolox_nano_coco_416_fp32.onnx");

const name = "bottles that a hand sets down and takes away are counted as a person counts them";
Deno.test({
  name,
  ignore: skipped(name, { "bottle-detection.mp4": clip, "yolox_nano": model }),
  fn: () =>
    withFolder(async (folder) => {
      // Seen in its frames: three bottles stand there; the left one is taken away (frame 205), set down
      // (357), taken away with the middle one (524), which is set down (680), then the left one (827);
      // the right one is taken away (949) and set down (1062).
      const zone = "zone: [[0, 0.5], [1, 0.5], [1, 1], [0, 1]]";
      await Deno.writeTextFile(
        `${folder}/bottles.yaml`,
        `version: 1
cameras: { table: { file: ${clip} } }
engines: { detector: { model: ${model}, labels: coco } }
elements:
  - letterbox
  - infer
  - nms: { score: 0.1, agnostic: true }
  - track: { classAware: false }
  - id: stood
    count: { ${zone}, on: enter, point: bottom, classes: [bottle], frames: 10 }
  - id: left
    count: { ${zone}, on: leave, point: bottom, classes: [bottle], frames: 10 }
  - id: up
    count: { line: [[1, 0.75], [0, 0.75]], direction: forward, point: bottom, classes: [bottle] }
  - id: down
    count: { line: [[1, 0.75], [0, 0.75]], direction: backward, point: bottom, classes: [bottle] }
`,
      );
      const { code, stdout, stderr } = await lineside(["run", `${folder}/bottles.yaml`, "--json"]);
      assert.equal(code, 0, stderr);
      const report: RunReport = JSON.parse(stdout);
      const seen = report.elements.filter(({ summary }) => summary)
        .map(({ id, summary }) => [id, summary!.figures!.seen]);
      assert.deepEqual(Object.fromEntries(seen), { stood: 7, left: 4, up: 4, down: 4 });
      assert.match(stderr, /^element +camera +seen +by class\nstood +table +7 +bottle 7$/m);
    }),
});
