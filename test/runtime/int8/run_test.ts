import assert from "node:assert/strict";
import { withFolder } from "../../cli/lineside.ts";
import { lineside } from "../../cli/lineside.ts";
import { calibrate, noBackend, parts, runEngine, tree } from "./material.ts";

const ignore = await noBackend("int8 in the runtime");

Deno.test({
  name: "an engine with a calibration: made once, kept, checked, timed, and the same at two starts",
  ignore,
  fn: (t) =>
    withFolder(async (folder) => {
      const [calibration, content] = await calibrate(folder);
      const engine = `model: ${parts}, precision: int8, calibration: ${calibration}`;
      let first = "";

      await t.step(
        "the calibration has golden pictures with answers, and stays small",
        async () => {
          const { golden = [] } = content;
          assert.equal(golden.length, 8);
          const answers = golden.flatMap(({ answers }) => answers[0]!);
          assert.ok(answers.filter(({ score }) => score >= 0.4).length >= 30, `${answers.length}`);
          const size = golden.reduce((sum, { image }) => sum + image.length, 0);
          assert.ok(size < 260_000, `${size}`);
          assert.ok((await Deno.stat(calibration)).size < 600_000);
        },
      );

      await t.step("the first start makes the model, and says how it did", async () => {
        const { code, stderr, told, events } = await runEngine(folder, engine);
        assert.equal(code, 0, stderr);
        first = events;
        const [{ int8, cached, precision }] = told.engines as [Told];
        assert.deepEqual([int8.made, cached, precision], [true, false, "int8"]);
        // What the checks ran through it is not counted.
        assert.equal(told.engines[0]!.frames, 4);
        assert.ok(int8.model.startsWith(`${folder}/cache/lineside/int8/parts-n-`), int8.model);
        assert.ok(int8.selfCheck!.wanted >= 30 && int8.selfCheck!.recall >= 0.97);
        assert.ok(int8.speed!.int8 > 0 && int8.speed!.float > 0);
        console.log(`INT8: ${JSON.stringify(int8.speed)} pictures/s`);
        assert.match(events, /"class":"/);
      });

      await t.step("the second takes it from the cache, and finds the same", async () => {
        const before = tree(`${folder}/cache/lineside`);
        const { code, stderr, told, events } = await runEngine(folder, engine);
        assert.equal(code, 0, stderr);
        const [{ int8, cached, loadSeconds }] = told.engines as [Told];
        assert.deepEqual([int8.made, cached], [false, true]);
        console.log(`from the cache: ${loadSeconds.toFixed(2)} s`);
        assert.equal(events, first);
        assert.deepEqual(tree(`${folder}/cache/lineside`), before);
        assert.ok(before.every((name) => !name.includes(".part")), `${before}`);
      });

      await t.step("batches of several pictures are checked and timed too", async () => {
        const { code, stderr, told } = await runEngine(folder, `${engine}, batch: 3`);
        assert.equal(code, 0, stderr);
        const [{ int8 }] = told.engines as [Told];
        // The model is the same; only what was compiled of it is not.
        assert.equal(int8.made, false);
        assert.ok(int8.selfCheck!.recall >= 0.97 && int8.speed!.int8 > 0, JSON.stringify(int8));
      });

      await t.step("an engine's own folder is used where one is given", async () => {
        const own = `${engine}, cache: ${folder}/own, compareSpeed: false`;
        const { code, stderr, told } = await runEngine(folder, own);
        assert.equal(code, 0, stderr);
        const [{ int8 }] = told.engines as [Told];
        assert.ok(int8.model.startsWith(`${folder}/own/int8/parts-n-`), int8.model);
        assert.equal(int8.speed, null);
        assert.ok(tree(`${folder}/own`).some((name) => name.endsWith(".blob")));
      });

      await t.step("two processes at once do not disturb each other", async () => {
        const call = (name: string) =>
          Deno.mkdir(`${folder}/${name}`).then(() =>
            runEngine(`${folder}/${name}`, `${engine}, cache: ${folder}/both, compareSpeed: false`)
          );
        const both = await Promise.all([call("a"), call("b")]);
        for (const { code, stderr, events } of both) {
          assert.equal(code, 0, stderr);
          assert.equal(events, first);
        }
        const left = tree(`${folder}/both`);
        assert.ok(left.every((name) => !name.includes(".part")), `${left}`);
        assert.equal(left.filter((name) => name.endsWith(".onnx")).length, 1);
      });

      await t.step("a folder that can't be written to: the run goes on without one", async () => {
        await Deno.writeTextFile(`${folder}/file`, "");
        const call = [
          ...["launch", "--frames", "2", "--json", "--quiet"],
          `file location=pipelines/assets/line.mp4 ! letterbox ! infer model=${parts} ` +
          `precision=int8 calibration=${calibration} compareSpeed=false threads=1 ! nms ! null`,
        ];
        const env = { XDG_CACHE_HOME: `${folder}/file`, TMPDIR: folder };
        const { code, stdout, stderr } = await lineside(call, { env });
        assert.equal(code, 0, stderr);
        assert.match(
          stdout,
          /"level":"warning","message":"engine infer: INT8 models are not kept: /,
        );
        assert.deepEqual(tree(folder).filter((name) => name.startsWith("lineside-int8-")), []);
        const asked = await runEngine(folder, `${engine}, cache: ${folder}/file`);
        assert.equal(asked.code, 1);
        assert.match(asked.stderr, /engine parts: cache: can't write to the folder .*\/file: /);
      });

      await t.step("INT8 that is slower than 16 bits is told of, with both figures", async () => {
        // As if it had been measured so here before: which is faster is the machine's to say.
        const files = tree(`${folder}/cache/lineside`).filter((name) =>
          name.endsWith("speed.json")
        );
        const measured = (int8: number) => {
          const text = JSON.stringify({ int8, float: 50, precision: "bf16", batch: 1 });
          for (const file of files) {
            Deno.writeTextFileSync(`${folder}/cache/lineside/${file}`, text);
          }
        };
        measured(49);
        const { told } = await runEngine(folder, engine);
        assert.deepEqual(told.messages, []);
        measured(41.25);
        const again = await runEngine(folder, engine);
        assert.equal(again.code, 0, again.stderr);
        const text = "engine parts: INT8 is slower than bf16 on this machine: 41.3 against 50.0 " +
          "pictures/s at batch 1";
        assert.ok(again.stderr.includes(`warning: ${text}`), again.stderr);
        assert.ok(again.told.messages.some(({ message }) => message.startsWith(text)));
        assert.equal(again.told.engines[0]!.int8.speed!.int8, 41.25);
      });

      await t.step("evaluate runs it too", async () => {
        const { code, stdout, stderr } = await lineside([
          ...["evaluate", parts, "--against", parts, "--images", `${folder}/frames`, "--json"],
          ...["--engine", "precision=int8", "--engine", `calibration=${calibration}`],
          ...["--engine", "threads=1", "--quiet"],
        ], { env: { XDG_CACHE_HOME: `${folder}/cache` } });
        assert.equal(code, 0, stderr);
        const { agreement } = JSON.parse(stdout);
        assert.ok(agreement.recall > 0.95 && agreement.scoreShift > 0, stdout);
      });
    }),
});

type Told = Awaited<ReturnType<typeof runEngine>>["told"]["engines"][number];
