import assert from "node:assert/strict";
import { repository } from "../shared.ts";

/** Starts the generator, interrupts it once `begun` is true, and returns how it ended. */
async function interrupted(args: readonly string[], begun: () => boolean) {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--frozen",
      "--cached-only",
      repository("scripts/demo-line/main.ts"),
      ...args,
    ],
    cwd: repository("."),
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const deadline = Date.now() + 120_000;
  while (!begun() && Date.now() < deadline) await new Promise((done) => setTimeout(done, 50));
  child.kill("SIGINT");
  const { code, stderr } = await child.output();
  return { code, text: new TextDecoder().decode(stderr) };
}

Deno.test("Ctrl-C leaves no annotations, no clip and no truth", async () => {
  const out = await Deno.makeTempDir();
  const names = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name);
  const images = await interrupted(
    ["images", "--count", "5000", "--seed", "1", "--out", `${out}/set`],
    () => names(out).includes("set") && names(`${out}/set/images`).length > 0,
  );
  assert.equal(images.code, 130);
  assert.match(images.text, /interrupted/);
  assert.deepEqual(names(`${out}/set`), ["images"]);
  await Deno.remove(`${out}/set`, { recursive: true });
  const clip = await interrupted(
    ["clip", "--seconds", "600", "--seed", "1", "--out", `${out}/clip.mp4`],
    () => names(out).length > 0,
  );
  assert.equal(clip.code, 130);
  assert.deepEqual(names(out), []);
  await Deno.remove(out, { recursive: true });
});

Deno.test("a wrong command line is told with exit code 2", async () => {
  for (const args of [["images", "--count", "0"], ["clip", "--size", "63x480"], ["parts"]]) {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--frozen",
        "--cached-only",
        repository("scripts/demo-line/main.ts"),
        ...args,
      ],
    }).output();
    assert.equal(code, 2);
    assert.match(new TextDecoder().decode(stderr), /^error: /m);
  }
});
