import assert from "node:assert/strict";
import { referencePython, repository, skipped } from "../shared.ts";

/** Runs a program to its end; its output, for the message of a failure. */
async function ran(program: string, args: string[]): Promise<{ success: boolean; text: string }> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args }).output();
  const decoder = new TextDecoder();
  return { success, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

/** Builds bench/native/letterbox_tool.cc with the library's own sources. */
async function buildTool(): Promise<string> {
  const folder = repository("ffi/build-test/parity");
  await Deno.mkdir(folder, { recursive: true });
  const sources = [repository("bench/native/letterbox_tool.cc")];
  for await (const entry of Deno.readDir(repository("ffi/src/preprocess"))) {
    if (entry.name.endsWith(".cc")) sources.push(repository(`ffi/src/preprocess/${entry.name}`));
  }
  const tool = `${folder}/letterbox_tool`;
  const includes = [`-I${repository("ffi/src")}`, `-I${repository("ffi/include")}`];
  const built = await ran("g++", ["-std=c++17", "-O2", ...includes, ...sources, "-o", tool]);
  assert.ok(built.success, built.text);
  return tool;
}

const name = "the letterbox is OpenCV's within one level at every pixel";
const python = referencePython();

Deno.test({
  name,
  ignore: skipped(name, { "references' Python (scripts/references)": python }),
  fn: async () => {
    const script = repository("bench/native/parity.py");
    const { success, text } = await ran(python!, [script, await buildTool()]);
    assert.ok(success, text);
    assert.match(text, /^RGB: at most 1 levels apart/m);
    assert.match(text, /^NV12: at most \d levels apart/m);
  },
});
