import assert from "node:assert/strict";
import { elements } from "../../src/elements/index.ts";
import { lineside, root, withFolder } from "./lineside.ts";

const wrong = `version: 1
cameras:
  a: { fil: x.mp4 }
elements:
  - letterbx: 640
  - nms: { scor: 1 }
`;

Deno.test("check names every mistake at its place, with the nearest right word", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/wrong.yaml`, wrong);
    const { code, stdout } = await lineside(["check", "wrong.yaml"], { cwd: folder });
    assert.equal(code, 2);
    assert.match(stdout, /^wrong\.yaml:3:8 error: .*did you mean `file`\?$/m);
    assert.match(stdout, /^wrong\.yaml:5:5 error: .*did you mean `letterbox`\?$/m);
    assert.match(stdout, /^wrong\.yaml:6:12 error: .*did you mean `score`\?$/m);
    assert.match(stdout, /^3 errors$/m);
    const run = await lineside(["run", "wrong.yaml"], { cwd: folder });
    assert.equal(run.code, 2);
    assert.equal(run.stdout, "");
    assert.equal(run.stderr, stdout);
  });
});

Deno.test("check --json gives the same as an array; no mistakes, an empty one", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/wrong.yaml`, wrong);
    const bad = await lineside(["check", "--json", `${folder}/wrong.yaml`]);
    assert.equal(bad.code, 2);
    assert.deepEqual(
      JSON.parse(bad.stdout).map((one: { position: { line: number } }) => one.position.line),
      [3, 5, 6],
    );
    const good = await lineside(["check", "--json", "pipelines/detect-file.yaml"]);
    assert.equal(good.code, 0);
    assert.deepEqual(JSON.parse(good.stdout), []);
  });
});

Deno.test("--set that fits nothing is a mistake with its place", async () => {
  const { code, stdout } = await lineside([
    ...["check", "pipelines/detect-file.yaml", "--set", "cameras.clp.file=a.mp4"],
    ...["--set", "elements.nms.score=high"],
  ]);
  assert.equal(code, 2);
  assert.match(stdout, /^--set cameras\.clp\.file:1:9 error: .*did you mean `clip`\?$/m);
  assert.match(stdout, /^--set elements\.nms\.score:1:\d+ error: .*must be a number/m);
});

Deno.test("a secret is shown nowhere", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(
      `${folder}/secret.yaml`,
      'version: 1\ncameras: { a: { file: "${env:LINESIDE_TEST_SECRET}" } }\nelements: ["null"]\n',
    );
    const env = { LINESIDE_TEST_SECRET: "/hush-hush/clip.mp4" };
    for (
      const args of [["run", "--json"], ["check"], ["graph"], ["graph", "--format", "mermaid"]]
    ) {
      const [verb, ...rest] = args;
      const { stdout, stderr } = await lineside([verb!, `${folder}/secret.yaml`, ...rest], { env });
      assert.doesNotMatch(stdout + stderr, /hush/, args.join(" "));
    }
  });
});

Deno.test("inspect lists every element, and shows each as text and as JSON", async () => {
  const list = await lineside(["inspect"]);
  assert.equal(list.code, 0);
  const json = JSON.parse((await lineside(["inspect", "--json"])).stdout);
  assert.deepEqual(json.map((page: { name: string }) => page.name), [...elements.keys()]);
  for (const [name, element] of elements) {
    assert.match(list.stdout, new RegExp(`^ {2}${name} +\\S`, "m"));
    const page = json.find((page: { name: string }) => page.name === name);
    assert.equal(page.summary, element.summary);
    for (const option of page.options) assert.ok(option.description, `${name}.${option.name}`);
  }
  const { stdout } = await lineside(["inspect", "record"]);
  assert.match(
    stdout,
    /^ {2}file {2}text; required; what a bare value sets; also location, path$/m,
  );
  assert.match(stdout, /^ {2}fragment {2}duration .*; default 1$/m);
});

Deno.test("an element that is not there: exit code 2 and the nearest", async () => {
  const { code, stderr } = await lineside(["inspect", "letterbx"]);
  assert.equal(code, 2);
  assert.match(stderr, /there is no element `letterbx`: did you mean `letterbox`\?/);
});

Deno.test("graph draws in three languages, also into a file", async () => {
  await withFolder(async (folder) => {
    const pipeline = `${root}/pipelines/watch-file.yaml`;
    const out = `${folder}/watch.svg`;
    const { code, stdout } = await lineside(["graph", pipeline, "-o", out]);
    assert.equal(code, 0);
    assert.equal(stdout, "");
    assert.match(await Deno.readTextFile(out), /<svg [\s\S]*snapshot[\s\S]*<\/svg>/);
    const dot = await lineside(["graph", pipeline, "--format", "dot"]);
    assert.match(dot.stdout, /^digraph /);
    const mermaid = await lineside(["graph", pipeline, "-f", "mermaid"]);
    assert.match(mermaid.stdout, /^flowchart /);
    const nowhere = await lineside(["graph", pipeline, "-o", `${folder}/none/a.svg`]);
    assert.equal(nowhere.code, 1);
    assert.match(nowhere.stderr, /can't write .*none\/a\.svg/);
  });
});

Deno.test("schema is JSON Schema that knows every element", async () => {
  const { code, stdout } = await lineside(["schema"]);
  assert.equal(code, 0);
  const schema = JSON.parse(stdout);
  assert.equal(schema.$schema, "http://json-schema.org/draft-07/schema#");
  for (const name of elements.keys()) assert.ok(stdout.includes(`"${name}"`), name);
});

Deno.test("devices lists encoders, decoders and the OpenVINO backend", async () => {
  const text = await lineside(["devices"]);
  assert.equal(text.code, 0, text.stderr);
  assert.match(text.stdout, /openvino/);
  const found = JSON.parse((await lineside(["devices", "--json"])).stdout);
  assert.ok(found.encoders.length > 0 && found.decoders.length > 0);
  assert.ok(found.backends.some((backend: { name: string }) => backend.name === "openvino"));
});
