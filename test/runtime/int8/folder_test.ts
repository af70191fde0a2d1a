import assert from "node:assert/strict";
import { openCache, prune, userCache } from "../../../src/runtime/int8/folder.ts";
import { writeWhole } from "../../../src/whole_file.ts";
import { withFolder } from "../../cli/lineside.ts";
import { tree } from "./material.ts";

const hour = 3600 * 1000;

/** A folder that was used so many hours ago, with a file in it. */
async function made(path: string, now: number, hours: number): Promise<void> {
  await Deno.mkdir(path, { recursive: true });
  await Deno.writeTextFile(`${path}/m.onnx`, "");
  await Deno.utime(path, new Date(now - hours * hour), new Date(now - hours * hour));
}

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const key = (i: number) => i.toString(16).padStart(16, "0");

Deno.test("of each model the four that were used last stay, and what is in use", () =>
  withFolder(async (folder) => {
    const now = Date.now();
    for (let i = 0; i < 8; i++) await made(`${folder}/m-${key(i)}`, now, i === 7 ? 0.1 : i + 1);
    await made(`${folder}/n-${key(0)}`, now, 500);
    await prune(folder, now);
    const left = [7, 0, 1, 2].map((i) => `m-${key(i)}`).sort();
    assert.deepEqual(names(folder), [...left, `n-${key(0)}`]);
  }));

Deno.test("of all models 24 stay", () =>
  withFolder(async (folder) => {
    const now = Date.now();
    for (let i = 0; i < 30; i++) await made(`${folder}/m${i}-${key(i)}`, now, i + 1);
    await prune(folder, now);
    assert.equal(names(folder).length, 24);
    assert.ok(!names(folder).includes(`m29-${key(29)}`));
  }));

Deno.test("of the ways to run a model four stay, and nothing unfinished of long ago", () =>
  withFolder(async (folder) => {
    const now = Date.now();
    const home = `${folder}/m-${key(1)}`;
    for (let i = 0; i < 6; i++) await made(`${home}/${key(i)}`, now, i + 1);
    await made(`${home}/compiled.0.part`, now, 2);
    await Deno.writeTextFile(`${home}/new.part`, "");
    await Deno.writeTextFile(`${home}/m.int8.openvino.onnx`, "");
    await Deno.utime(home, new Date(now - hour), new Date(now - hour));
    await prune(folder, now);
    assert.deepEqual(names(home), [
      ...[0, 1, 2, 3].map(key),
      "m.int8.openvino.onnx",
      "new.part",
    ]);
  }));

Deno.test("a text is there whole; what can't be written leaves nothing", () =>
  withFolder(async (folder) => {
    writeWhole(`${folder}/a`, "1");
    writeWhole(`${folder}/a`, "2");
    assert.deepEqual([tree(folder), await Deno.readTextFile(`${folder}/a`)], [["a"], "2"]);
  }));

Deno.test("the user's own folder is where XDG says, else in the home", () =>
  withFolder(async (folder) => {
    const before = Deno.env.get("XDG_CACHE_HOME");
    try {
      Deno.env.set("XDG_CACHE_HOME", folder);
      assert.equal(userCache(), `${folder}/lineside`);
      const { path } = await openCache("");
      assert.equal(path, `${folder}/lineside/int8`);
      Deno.env.set("XDG_CACHE_HOME", "relative");
      assert.equal(userCache(), `${Deno.env.get("HOME")}/.cache/lineside`);
    } finally {
      if (before === undefined) Deno.env.delete("XDG_CACHE_HOME");
      else Deno.env.set("XDG_CACHE_HOME", before);
    }
  }));
