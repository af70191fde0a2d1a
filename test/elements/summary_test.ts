import assert from "node:assert/strict";
import { folderOf } from "../../src/elements/template.ts";
import { run } from "../../src/runtime/run.ts";
import { element, inFolder, pictures, planOf } from "../plans.ts";

Deno.test("sinks tell the files they wrote, once all is closed", () =>
  inFolder(async (folder) => {
    const seen = element("seen", (packet) => ({ ...packet, detections: [] }));
    const own = element("own", {
      create: () => {
        let closed = "";
        return {
          process: (packet) => packet,
          close: () => void (closed = "closed"),
          summary: () => ({ figures: { state: closed } }),
        };
      },
    });
    const broken = element("broken", {
      create: () => ({
        process: (packet) => packet,
        summary() {
          throw new Error("no idea");
        },
      }),
    });
    const plan = planOf(
      `
version: 1
cameras: { c: { images: ${await pictures(folder, 6)}, fps: 10 } }
elements:
  - seen: {}
  - snapshot: { file: "${folder}/shots/{camera}/{frame}.jpg", on: always, every: 0 }
  - record: { file: "${folder}/{camera}.mp4" }
  - events: "${folder}/c.jsonl"
  - own: {}
  - broken: {}
`,
      [seen, own, broken],
    );
    const summaries = async () => {
      const report = await run(plan).done;
      assert.equal(report.cameras[0]!.error, undefined);
      return Object.fromEntries(report.elements.map(({ id, summary }) => [id, summary]));
    };
    const { snapshot, ...first } = await summaries();
    assert.deepEqual(first, {
      seen: undefined,
      record: { files: [{ path: `${folder}/c.mp4`, count: 1 }] },
      events: { files: [{ path: `${folder}/c.jsonl`, count: 1 }] },
      own: { figures: { state: "closed" } },
      broken: { figures: { error: "no idea" } },
    });
    const path = `${folder}/shots/c/`;
    const count = (await Array.fromAsync(Deno.readDir(path))).length;
    assert.deepEqual(snapshot, { files: [{ path, count }] });
    // The first recording is there already.
    assert.deepEqual((await summaries()).record, {
      files: [{ path: `${folder}/c-1.mp4`, count: 1 }],
    });
  }));

Deno.test("the folder of a path ends before its first placeholder", () => {
  assert.equal(folderOf("a/b/c-{frame}.jpg"), "a/b/");
  assert.equal(folderOf("a/{frame}/c.jpg"), "a/");
  assert.equal(folderOf("{frame}.jpg"), "./");
  assert.equal(folderOf("/x.jpg"), "/");
});
