import assert from "node:assert/strict";
import { lineside, root, withFolder } from "../../cli/lineside.ts";
import { judge, truthOf } from "../../demo-line/judge.ts";
import { noBackend } from "./material.ts";

const ignore = await noBackend("detect-int8.yaml");
const assets = `${root}/pipelines/assets`;

Deno.test({
  name: "detect-int8.yaml counts the clip's parts as they truly pass, with a check before",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const set = {
        "cameras.line.file": `${assets}/line.mp4`,
        "engines.detector.model": `${assets}/parts-n.onnx`,
        "engines.detector.calibration": `${assets}/parts-n.calibration.json`,
        "engines.detector.compareSpeed": "false",
      };
      const { code, stdout, stderr } = await lineside([
        ...["run", `${root}/pipelines/detect-int8.yaml`, "--json", "--quiet"],
        ...Object.entries(set).flatMap(([key, value]) => ["--set", `${key}=${value}`]),
      ], { cwd: folder, env: { XDG_CACHE_HOME: `${folder}/cache` } });
      assert.equal(code, 0, stderr);
      const { engines: [{ int8, precision }] } = JSON.parse(stdout);
      assert.equal(precision, "int8");
      assert.ok(int8.selfCheck.passed && int8.selfCheck.wanted >= 40, JSON.stringify(int8));
      const { gt, truth } = truthOf(`${assets}/line.mp4`);
      const events = await Deno.readTextFile(`${folder}/lineside-out/line-int8.jsonl`);
      const found = judge(events, gt, truth);
      console.log(`INT8: ${JSON.stringify(found)}`);
      assert.ok(found.MOTA >= 0.95 && found.IDF1 >= 0.95, JSON.stringify(found));
      assert.equal(found.counted, found.passed);
      assert.equal(found.miscounted, 0);
      assert.ok(found.misjudged <= 0.03 * found.passed, JSON.stringify(found));
    }),
});
