import assert from "node:assert/strict";
import { readModel, writeModel } from "../../../src/onnx/mod.ts";
import { floatTensor } from "../../../src/onnx/tensor.ts";
import type { Calibration } from "../../../src/quantize/calibration/mod.ts";
import { lineside, withFolder } from "../../cli/lineside.ts";
import { calibrate, noBackend, other, parts, runEngine, tree } from "./material.ts";

const ignore = await noBackend("INT8 that is refused");

/** The calibration's file with something done to what is in it. */
async function spoilt(
  path: string,
  to: string,
  change: (content: { -readonly [Key in keyof Calibration]: Calibration[Key] }) => void,
): Promise<string> {
  const content = JSON.parse(await Deno.readTextFile(path));
  change(content);
  await Deno.writeTextFile(to, JSON.stringify(content));
  return to;
}

Deno.test({
  name: "INT8 that can't be trusted is refused, with its place in the pipeline",
  ignore,
  fn: (t) =>
    withFolder(async (folder) => {
      const [calibration] = await calibrate(folder);
      const quantized = `${folder}/parts-n.int8.openvino.onnx`;
      const changed = `${folder}/changed.onnx`;
      const model = readModel(parts);
      // One weight, by its last bit.
      const weights = model.graph.initializer.find(({ dims }) => dims?.length === 4)!;
      weights.rawData = Uint8Array.from(weights.rawData!);
      weights.rawData[0]! ^= 1;
      writeModel(model, changed);

      const at = "pipeline\\.yaml:4:\\d+ error: ";
      const int8 = (model: string, more = `, calibration: ${calibration}`) =>
        `model: ${model}, precision: int8${more}`;
      const cases: readonly [string, string, string, string?][] = [
        [
          "a calibration of another model",
          int8(other),
          "parts-n\\.calibration\\.json: was made for another model: parts-n\\.onnx with the hash .* " +
          "but parts-s\\.onnx has",
        ],
        [
          "a model changed by one weight",
          int8(changed),
          "was made for another model: parts-n\\.onnx with the hash .* but changed\\.onnx has",
        ],
        [
          "other preprocessing of the engine",
          `${int8(parts)}, range: 0-255`,
          "was made with other preprocessing: scale was 0\\.0039\\d*, and now is 1",
        ],
        [
          "other preprocessing of the letterbox",
          int8(parts),
          'was made with other preprocessing: align was "center", and now is "top-left"',
          "align: top-left",
        ],
        [
          "a calibration at another size",
          int8(
            parts,
            `, calibration: ${await spoilt(
              calibration,
              `${folder}/size.json`,
              (content) => content.sizes = [{ width: 320, height: 320 }],
            )}`,
          ),
          "was made at the size 320x320, and the input is 416x416",
        ],
        [
          "a calibration that is not there",
          int8(parts, ", calibration: no.json"),
          "no\\.json: there",
        ],
        [
          "a model that is INT8 already",
          int8(quantized),
          "parts-n\\.int8\\.openvino\\.onnx is an INT8 model already .*: leave out calibration",
        ],
        [
          "a float model without a calibration",
          int8(changed, ""),
          "changed\\.onnx is a float model, and a calibration is missing .*: make one \\(lineside " +
          "quantize .*changed\\.onnx --images FOLDER\\), then name it, calibration: .*changed\\.calibr",
        ],
        [
          "ranges overwritten with zeros",
          int8(
            parts,
            `, calibration: ${await spoilt(
              calibration,
              `${folder}/zeros.json`,
              ({ tensors }) =>
                tensors.forEach((tensor) => Object.assign(tensor.asymmetric, { min: 0, max: 0 })),
            )}`,
          ),
          "zeros\\.json: the tensor .*: asymmetric: is empty: its scale would be 0",
        ],
        [
          "ranges overwritten with NaN",
          int8(
            parts,
            `, calibration: ${await spoilt(
              calibration,
              `${folder}/nan.json`,
              ({ tensors }) => Object.assign(tensors[3]!.asymmetric, { max: NaN }),
            )}`,
          ),
          "nan\\.json: the tensor .*: asymmetric\\.max: ",
        ],
      ];
      for (const [name, engine, message, letterbox] of cases) {
        await t.step(`${name}`, async () => {
          const { code, stderr } = await runEngine(folder, engine, letterbox);
          assert.match(stderr, new RegExp(at + ".*" + message));
          assert.equal(code, 2);
        });
      }

      await t.step("a calibration is named where another lies beside the model", async () => {
        await Deno.copyFile(parts, `${folder}/parts-n.onnx`);
        const { code, stderr } = await runEngine(folder, int8(`${folder}/parts-n.onnx`, ""));
        assert.match(stderr, /name the one beside it, calibration: .*\/parts-n\.calibration\.json/);
        assert.equal(code, 2);
      });

      await t.step("a model with Q/DQ runs as it is, without a check", async () => {
        const { code, stderr, told } = await runEngine(folder, int8(quantized, ""));
        assert.equal(code, 0, stderr);
        assert.deepEqual([told.engines[0]!.precision, told.engines[0]!.int8], ["int8", undefined]);
      });

      await t.step(
        "ranges ten times too small: the self-check refuses, warns or is off",
        async () => {
          const small = await spoilt(
            calibration,
            `${folder}/small.json`,
            ({ tensors }) =>
              tensors.forEach(({ asymmetric: range }) =>
                Object.assign(range, { min: range.min / 10, max: range.max / 10 })
              ),
          );
          const engine = `${int8(parts, `, calibration: ${small}`)}, compareSpeed: false`;
          const refused = await runEngine(folder, engine);
          const found =
            "self-check of \\S*parts-n\\.int8\\.openvino\\.onnx: of \\d+ objects that the " +
            "float model finds in 8 pictures, INT8 finds \\d+ \\(recall 0\\.\\d+, wanted 0\\.97\\); " +
            "missing: .*Likely: .*calibrate";
          assert.match(refused.stderr, new RegExp(at + found));
          assert.deepEqual([refused.code, refused.events], [2, ""]);
          const warned = await runEngine(folder, `${engine}, selfCheck: warn`);
          assert.match(warned.stderr, new RegExp(`^warning: engine parts: ${found}`));
          assert.equal(warned.code, 0);
          const off = await runEngine(folder, `${engine}, selfCheck: off`);
          assert.deepEqual([off.code, off.stderr], [0, ""]);
          assert.equal(off.told.engines[0]!.int8.selfCheck, null);
        },
      );

      for (const [what, scale] of [["zeros", 0], ["NaN", NaN]] as const) {
        await t.step(
          `scales of ${what} in the model that is run: the self-check refuses`,
          async () => {
            const engine = `${int8(parts)}, cache: ${folder}/${what}, compareSpeed: false`;
            const good = await runEngine(folder, engine);
            assert.equal(good.code, 0, good.stderr);
            const [file] = tree(`${folder}/${what}`).filter((name) => name.endsWith(".onnx"));
            const path = `${folder}/${what}/${file}`;
            const broken = readModel(path);
            const scales = new Set(
              broken.graph.node.filter(({ opType }) => opType === "DequantizeLinear")
                .map(({ input }) => input[1]),
            );
            broken.graph.initializer = broken.graph.initializer.map((tensor) =>
              scales.has(tensor.name) && tensor.dims?.length === 0
                ? floatTensor(tensor.name!, [], Float32Array.of(scale))
                : tensor
            );
            writeModel(broken, path);
            const { code, stderr } = await runEngine(folder, engine);
            assert.notEqual(code, 0, "it ran");
            assert.match(stderr, new RegExp(`${at}self-check of .* INT8 finds 0 |engine parts: `));
          },
        );
      }

      await t.step(
        "a calibration without golden pictures: it is said that there is no check",
        async () => {
          const old = await spoilt(calibration, `${folder}/old.json`, (content) => {
            delete content.golden;
          });
          const engine = int8(parts, `, calibration: ${old}`);
          const { code, stderr } = await runEngine(folder, `${engine}, compareSpeed: false`);
          assert.match(
            stderr,
            /^warning: engine parts: there was no self-check: .*old\.json has no golden/,
          );
          assert.equal(code, 0);
        },
      );

      await t.step("a golden picture that is damaged is named", async () => {
        const damaged = await spoilt(calibration, `${folder}/damaged.json`, (content) => {
          const [first, ...rest] = content.golden!;
          content.golden = [{ ...first!, image: first!.image.slice(0, 4000) }, ...rest];
        });
        const { code, stderr } = await runEngine(folder, int8(parts, `, calibration: ${damaged}`));
        assert.match(stderr, /damaged\.json: the golden picture \d+\.png is damaged: /);
        assert.notEqual(code, 0);
      });

      await t.step("evaluate refuses as run does", async () => {
        const { code, stderr } = await lineside([
          ...["evaluate", other, "--against", parts, "--images", `${folder}/frames`],
          ...["--engine", "precision=int8", "--engine", `calibration=${calibration}`],
        ]);
        assert.match(
          stderr,
          /parts-s\.onnx: .*parts-n\.calibration\.json: was made for another model/,
        );
        assert.equal(code, 2);
      });
    }),
});
