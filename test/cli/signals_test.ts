import assert from "node:assert/strict";
import { finished, root, start, withFolder } from "./lineside.ts";

const clip = `${root}/pipelines/assets/line.mp4`;

/** A run that never ends by itself, recording into `folder`; resolves once it has recorded a while. */
async function endless(folder: string): Promise<Deno.ChildProcess> {
  const file = `${folder}/seen.mp4`;
  const process = start([
    "launch",
    `file location=${clip} loop=true realtime=true ! record file=${file} fragment=0.2 bitrate=1000`,
  ]);
  for (let waited = 0; waited < 20_000; waited += 50) {
    const { size } = await Deno.stat(file).catch(() => ({ size: 0 }));
    if (size > 20_000) return process;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  process.kill("SIGKILL");
  throw new Error(`nothing recorded: ${(await finished(process)).stderr}`);
}

/** Whether ffmpeg decodes a file to its end without a complaint. */
async function complaints(file: string): Promise<string> {
  const { stderr } = await new Deno.Command("ffmpeg", {
    args: ["-v", "warning", "-i", file, "-f", "null", "-"],
  }).output();
  return new TextDecoder().decode(stderr);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.test(`${signal} drains, closes files and exits with 0 within 5 s`, async () => {
    await withFolder(async (folder) => {
      const process = await endless(folder);
      const from = performance.now();
      process.kill(signal);
      const { code, stderr } = await finished(process);
      const took = performance.now() - from;
      assert.equal(code, 0, stderr);
      assert.ok(took < 5000, `${took} ms`);
      assert.match(stderr, /^stopping: what is under way is finished first/m);
      assert.match(stderr, /^camera .*\n\S+ +done /m);
      assert.equal(await complaints(`${folder}/seen.mp4`), "");
    });
  });
}

Deno.test("a second signal stops at once, with exit code 130", async () => {
  await withFolder(async (folder) => {
    // An element that never answers keeps the run from draining.
    await Deno.writeTextFile(
      `${folder}/stuck.ts`,
      `import { defineElement } from "@lineside/lineside";
       import { z } from "zod";
       export default defineElement({
         name: "stuck", summary: "Never answers", role: "sink", accepts: ["image"], gives: "same",
         options: z.strictObject({}), example: "stuck",
         create: (_options, context) => ({
           process(packet) {
             if (packet.number > 2) context.report("warning", "stuck now");
             return packet.number > 2 ? new Promise(() => {}) : packet;
           },
         }),
       });`,
    );
    await Deno.writeTextFile(
      `${folder}/stuck.yaml`,
      `version: 1
use: [${folder}/stuck.ts]
cameras: { clip: { file: "${clip}" } }
elements: [{ stuck: {}, timeout: 60s }]
`,
    );
    const process = start(["run", `${folder}/stuck.yaml`]);
    const reader = process.stderr.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    const until = async (words: string) => {
      while (!text.includes(words)) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`ended before "${words}":\n${text}`);
        text += value;
      }
    };
    await until("stuck now");
    process.kill("SIGINT");
    await until("stopping:");
    const from = performance.now();
    process.kill("SIGINT");
    const { code } = await process.status;
    assert.equal(code, 130, text);
    assert.ok(performance.now() - from < 1000);
    await reader.cancel();
    await process.stdout.cancel();
  });
});
