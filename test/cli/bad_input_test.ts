import assert from "node:assert/strict";
import { repository, shared, skipped } from "../shared.ts";
import { lineside, withFolder } from "./lineside.ts";

const clip = repository("pipelines/assets/line.mp4");
const yolo = shared("models/yolov8n_fp32_reconstructed.onnx");

/** A folder with all that can be wrong with a file. */
async function withBadFiles(use: (folder: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/empty.mp4`, "");
    await Deno.writeTextFile(`${folder}/text.mp4`, "no video here\n".repeat(100));
    await Deno.writeTextFile(`${folder}/text.onnx`, "this is no model\n".repeat(20));
    await Deno.writeTextFile(`${folder}/empty.onnx`, "");
    await use(folder);
  });
}

/** No fault of ours shows through: no native crash, no stack trace. */
function assertClean(stderr: string): void {
  assert.doesNotMatch(stderr, /\n {4}at |Segmentation|panicked|terminate called|core dumped/);
}

interface Case {
  readonly name: string;
  readonly args: (folder: string) => string[];
  readonly code: number;
  readonly message: RegExp;
}

const detect = (model: string, letterbox = "letterbox") =>
  `file location=${clip} ! ${letterbox} ! infer model=${model} ! nms ! null`;

const cases: Case[] = [
  {
    name: "a pipeline file that is not there",
    args: (folder) => ["run", `${folder}/none.yaml`],
    code: 2,
    message: /can't read the pipeline .*none\.yaml: there is no such file/,
  },
  {
    name: "a folder as pipeline file",
    args: (folder) => ["run", folder],
    code: 2,
    message: /it is a folder, expected a YAML file/,
  },
  {
    name: "a video as pipeline file",
    args: () => ["check", clip],
    code: 2,
    message: /it is not text in UTF-8, expected a YAML file/,
  },
  {
    name: "a clip that is not there",
    args: (folder) => ["launch", `file location=${folder}/none.mp4 ! null`],
    code: 1,
    message: /camera \S+: .*none\.mp4/,
  },
  {
    name: "a folder as clip",
    args: (folder) => ["launch", `file location=${folder} ! null`],
    code: 1,
    message: /camera \S+: .*(folder|directory)/i,
  },
  {
    name: "a clip of no bytes",
    args: (folder) => ["launch", `file location=${folder}/empty.mp4 ! null`],
    code: 1,
    message: /camera \S+: .*empty\.mp4/,
  },
  {
    name: "text named .mp4",
    args: (folder) => ["launch", `file location=${folder}/text.mp4 ! null`],
    code: 1,
    message: /camera \S+: .*text\.mp4/,
  },
  {
    name: "a model that is not there",
    args: (folder) => ["launch", detect(`${folder}/none.onnx`)],
    code: 2,
    message: /^launch:1:\d+ error: .*none\.onnx/m,
  },
  {
    name: "text named .onnx",
    args: (folder) => ["launch", detect(`${folder}/text.onnx`)],
    code: 2,
    message: /^launch:1:\d+ error: .*text\.onnx/m,
  },
  {
    name: "a model of no bytes",
    args: (folder) => ["launch", detect(`${folder}/empty.onnx`)],
    code: 2,
    message: /^launch:1:\d+ error: .*empty\.onnx/m,
  },
  {
    name: "recording below a file, as if it were a folder",
    args: (folder) => [
      "launch",
      `file location=${clip} ! record file=${folder}/text.mp4/seen.mp4`,
    ],
    code: 1,
    message: /camera \S+: .*text\.mp4/,
  },
  {
    name: "events into a folder that can't be made",
    args: (folder) => [
      "launch",
      `file location=${clip} ! snapshot on=always file=${folder}/text.mp4/a.jpg`,
    ],
    code: 1,
    message: /text\.mp4/,
  },
  {
    name: "an unset environment variable",
    args: (folder) => {
      Deno.writeTextFileSync(
        `${folder}/env.yaml`,
        'version: 1\ncameras: { a: { file: "${env:LINESIDE_UNSET}" } }\nelements: ["null"]\n',
      );
      return ["run", `${folder}/env.yaml`];
    },
    code: 2,
    message: /env\.yaml:2:\d+ error: .*LINESIDE_UNSET/,
  },
];

for (const { name, args, code, message } of cases) {
  Deno.test(`bad input: ${name}`, () =>
    withBadFiles(async (folder) => {
      const result = await lineside(args(folder));
      assert.match(result.stderr, message);
      assertClean(result.stderr);
      assert.equal(result.code, code, result.stderr);
      assert.equal(result.stdout, "");
    }));
}

Deno.test("bad input: a clip cut in the middle ends, and never crashes", () =>
  withBadFiles(async (folder) => {
    const whole = await Deno.readFile(clip);
    await Deno.writeFile(`${folder}/cut.mp4`, whole.subarray(0, whole.length / 2));
    const result = await lineside(["launch", `file location=${folder}/cut.mp4 ! null`, "--json"]);
    assertClean(result.stderr);
    const { cameras, liveFrames } = JSON.parse(result.stdout);
    assert.ok(cameras[0].framesOut > 20, `${cameras[0].framesOut} frames`);
    assert.equal(liveFrames, 0);
    assert.equal(result.code, cameras[0].state === "failed" ? 1 : 0);
  }));

Deno.test({
  name: "bad input: a truncated model",
  ignore: skipped("a truncated model", { yolov8n: yolo }),
  fn: () =>
    withBadFiles(async (folder) => {
      const whole = await Deno.readFile(yolo!);
      await Deno.writeFile(`${folder}/cut.onnx`, whole.subarray(0, whole.length * 0.7));
      const result = await lineside(["launch", detect(`${folder}/cut.onnx`)]);
      assert.match(result.stderr, /cut\.onnx/);
      assertClean(result.stderr);
      assert.equal(result.code, 2);
    }),
});

Deno.test({
  name: "bad input: a letterbox of another size than the model's",
  ignore: skipped("a letterbox of another size", { yolov8n: yolo }),
  fn: async () => {
    const result = await lineside(["launch", detect(yolo!, "letterbox size=320")]);
    assert.match(result.stderr, /320x320.*640x640/s);
    assertClean(result.stderr);
    assert.ok(result.code === 1 || result.code === 2, `${result.code}`);
  },
});

/** Two cameras; the element `fragile` does `what` to those of camera `bad` from frame 10 on. */
async function fragile(what: string, timeout = "30s"): Promise<{ code: number; report: Report }> {
  let answer: { code: number; report: Report } | undefined;
  await withFolder(async (folder) => {
    await Deno.writeTextFile(
      `${folder}/fragile.ts`,
      `import { defineElement } from "@lineside/lineside";
       import { z } from "zod";
       export default defineElement({
         name: "fragile", summary: "Fails", role: "transform", accepts: ["image"], gives: "same",
         options: z.strictObject({}), example: "fragile",
         create: (_options, context) => ({
           process(packet) {
             if (context.camera === "bad" && packet.number === 10) { ${what} }
             return packet;
           },
         }),
       });`,
    );
    await Deno.writeTextFile(
      `${folder}/two.yaml`,
      `version: 1
use: [${folder}/fragile.ts]
cameras: { good: { file: "${clip}" }, bad: { file: "${clip}" } }
elements: [{ fragile: {}, timeout: ${timeout} }, "null"]
`,
    );
    const { code, stdout, stderr } = await lineside(["run", `${folder}/two.yaml`, "--json"]);
    assertClean(stderr);
    answer = { code, report: JSON.parse(stdout) };
  });
  return answer!;
}

interface Report {
  readonly liveFrames: number;
  readonly cameras: readonly {
    readonly name: string;
    readonly state: string;
    readonly framesOut: number;
    readonly error?: string;
  }[];
}

for (
  const [name, what, message, timeout] of [
    ["throws", `throw new Error("broken on purpose")`, /broken on purpose/, "30s"],
    ["rejects", `return Promise.reject(new Error("broken later"))`, /broken later/, "30s"],
    ["never answers", `return new Promise(() => {})`, /1 ?s/, "1s"],
  ] as const
) {
  Deno.test(`bad input: a custom element that ${name} ends its camera alone`, async () => {
    const { code, report } = await fragile(what, timeout);
    assert.equal(code, 1);
    assert.equal(report.liveFrames, 0);
    const [good, bad] = ["good", "bad"].map((name) =>
      report.cameras.find((camera) => camera.name === name)!
    );
    assert.equal(good!.state, "ended");
    assert.equal(good!.framesOut, 600);
    assert.equal(bad!.state, "failed");
    assert.match(bad!.error!, message);
    assert.match(bad!.error!, /fragile/);
  });
}

Deno.test({
  name: "bad input: a disk that fills up while recording ends that camera with the reason",
  ignore: skipped("a disk that fills up", { root: Deno.uid() === 0 ? "yes" : null }),
  fn: () =>
    withFolder(async (folder) => {
      const run = async (...words: string[]) => {
        const { code, stderr } = await new Deno.Command(words[0]!, { args: words.slice(1) })
          .output();
        return { code, text: new TextDecoder().decode(stderr) };
      };
      const mounted = await run("mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", folder);
      if (mounted.code !== 0) return console.log(`skipped: no small disk: ${mounted.text}`);
      try {
        const { code, stderr } = await lineside([
          "launch",
          `file location=${clip} loop=20 ! record file=${folder}/a.mp4 bitrate=8000`,
        ]);
        assertClean(stderr);
        assert.match(stderr, /camera \S+: .*(space|full)/i);
        assert.equal(code, 1);
      } finally {
        await run("umount", folder);
      }
    }),
});
