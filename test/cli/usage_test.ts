import assert from "node:assert/strict";
import { program } from "../../src/cli/program.ts";
import { lineside, withFolder } from "./lineside.ts";

const verbs = program().commands.map((command) => command.name());

Deno.test("help lists every verb with its summary", async () => {
  const { code, stdout, stderr } = await lineside(["--help"]);
  assert.equal(code, 0);
  assert.equal(stderr, "");
  for (const command of program().commands) {
    assert.match(stdout, new RegExp(`^  ${command.name()}\\b`, "m"));
    assert.ok(stdout.replaceAll(/\s+/g, " ").includes(command.summary()), command.name());
  }
});

Deno.test("the verbs of the design are there", () => {
  assert.deepEqual(
    verbs.filter((verb) => verb !== "completion"),
    ["run", "launch", "check", "inspect", "graph", "schema", "quantize", "evaluate", "devices"],
  );
});

for (const verb of verbs) {
  Deno.test(`${verb} --help shows examples`, async () => {
    const { code, stdout } = await lineside([verb, "--help"]);
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^Usage: lineside ${verb}`));
    assert.match(stdout, /^Examples?:\n {2}/m);
  });
}

Deno.test("version is that of deno.json", async () => {
  const { version } = JSON.parse(await Deno.readTextFile("deno.json"));
  const { code, stdout } = await lineside(["--version"]);
  assert.equal(code, 0);
  assert.equal(stdout, `${version}\n`);
});

const wrong: readonly [readonly string[], RegExp][] = [
  [["rum"], /unknown command 'rum'\n\(Did you mean run\?\)/],
  [["run"], /missing required argument 'pipeline'/],
  [["run", "a.yaml", "--stat"], /unknown option '--stat'\n\(Did you mean .*--stats/],
  [["run", "a.yaml", "--frames", "0"], /'--frames <n>' argument '0' is invalid.*at least 1/],
  [["run", "a.yaml", "--frames", "ten"], /'ten' is invalid/],
  [["run", "a.yaml", "b.yaml"], /too many arguments/],
  [["run", "pipelines/quickstart.yaml", "--duration", "10x"], /--duration: "10x" is no duration/],
  [["evaluate"], /what to evaluate is missing: name a model, --detections or --tracks/],
  [["evaluate", "m.onnx"], /--images is missing: what the models are run on/],
  [["evaluate", "m.onnx", "--images", "a"], /--annotations is missing: or name a model to compare/],
  [["evaluate", "m.onnx", "--tracks", "a"], /models and --tracks can't be evaluated at once/],
  [["evaluate", "--tracks", "a"], /--truth is missing/],
  [["evaluate", "m.onnx", "m.onnx", "--images", "a"], /m\.onnx is named twice/],
  [["evaluate", "--detections", "a"], /--annotations is missing/],
  [
    ["evaluate", "m.onnx", "--precision", "fp8"],
    /Allowed choices are auto, fp32, bf16, fp16, int8/,
  ],
  [["evaluate", "m.onnx", "--score", "25"], /'25' is invalid\. Expected a number from 0 to 1/],
  [["quantize"], /missing required argument 'model'/],
  [["quantize", "m.onnx"], /--images is missing: what to calibrate on, or --from/],
  [["quantize", "m.onnx", "--from", "a", "--most", "9"], /--most is of no use with --from/],
  [["quantize", "m.onnx", "--images", "a", "--targets", "trt"], /`trt` is none of openvino,/],
  [["quantize", "m.onnx", "--images", "a", "--sizes", "0"], /Expected pixels such as 320/],
  [
    ["quantize", "m.onnx", "--images", "a", "--method", "mse", "--percentile", "99"],
    /--percentile is of no use with --method mse/,
  ],
  [["quantize", "m.onnx", "--images", "a", "--max-drop", "-1"], /Expected points from 0 to 100/],
  [["quantize", "m.onnx", "--from", "a", "--max-drop", "1"], /--max-drop is of no use with --from/],
  [
    ["quantize", "m.onnx", "--images", "a", "--max-drop", "none", "--max-slowdown", "9"],
    /--max-slowdown is of no use with --max-drop none/,
  ],
  [
    ["quantize", "m.onnx", "--from", "a", "--bias-correction", "on"],
    /--bias-correction on is of no use with --from: it needs the images/,
  ],
  [
    ["quantize", "m.onnx", "--from", "a", "--equalise", "on"],
    /--equalise on is of no use with --from: the calibration is made already/,
  ],
  [
    ["quantize", "m.onnx", "--images", "a", "--complete", "--equalise", "on"],
    /--equalise on is of no use with --complete/,
  ],
  [
    ["quantize", "m.onnx", "--images", "a", "--complete", "--bias-correction", "on"],
    /--bias-correction on is of no use with --complete/,
  ],
  [
    ["quantize", "m.onnx", "--images", "a", "--complete", "--weights", "free"],
    /--weights is of no use with --complete/,
  ],
  [
    ["quantize", "m.onnx", "--from", "a", "--weights", "7bit"],
    /Allowed choices are auto, free, paired/,
  ],
  [["quantize", "m.onnx", "--images", "a", "--equalise", "yes"], /Allowed choices are on, off/],
  [["completion", "bsh"], /Allowed choices are bash, zsh, fish/],
];
for (const [args, message] of wrong) {
  Deno.test(`exit code 2: ${args.join(" ")}`, async () => {
    const { code, stdout, stderr } = await lineside(args);
    assert.match(stderr, message);
    assert.equal(stdout, "");
    assert.equal(code, 2);
  });
}

Deno.test("no verb: help on standard error, exit code 2", async () => {
  const { code, stdout, stderr } = await lineside([]);
  assert.equal(code, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /^Usage: lineside/);
});

Deno.test("works from another working directory, through a symbolic link", async () => {
  await withFolder(async (folder) => {
    await Deno.symlink(`${Deno.cwd()}/scripts/lineside`, `${folder}/lineside`);
    const output = await new Deno.Command(`${folder}/lineside`, {
      args: ["--version"],
      cwd: folder,
    }).output();
    assert.equal(output.code, 0);
    assert.match(new TextDecoder().decode(output.stdout), /^\d+\.\d+\.\d+\n$/);
  });
});

Deno.test("a reader that goes away is no error", async () => {
  const output = await new Deno.Command("bash", {
    args: ["-c", "set -o pipefail; scripts/lineside completion zsh | head -n 1"],
  }).output();
  assert.equal(new TextDecoder().decode(output.stderr), "");
  assert.equal(output.code, 0);
});
