import assert from "node:assert/strict";
import { elements } from "../../src/elements/index.ts";
import type { Counted } from "../../src/counting/mod.ts";
import type { ElementContext } from "../../src/elements/declaration.ts";
import type { Detection } from "../../src/runtime/packet.ts";
import { run } from "../../src/runtime/run.ts";
import { lines, parse } from "../graph/fixture.ts";
import { element, inFolder, pictures, planOf } from "../plans.ts";

/** What is said of a `count` with these options, without the place. */
function told(options: string): string[] {
  const result = parse(`version: 1
cameras: { clip: { file: clip.mp4 } }
engines: { detector: { model: m.onnx } }
elements:
  - letterbox
  - infer: detector
  - nms
  - track
  - count: ${options}
`);
  return lines(result).map((line) => line.replace(/^\d+:\d+ error: /, ""));
}

const line = "line: [[0.5, 1], [0.5, 0]]";
const zone = "zone: [[0, 0], [1, 0], [1, 1]]";

for (
  const [options, ...expected] of [
    [`{ ${line} }`],
    ["[[0.5, 1], [0.5, 0]]"],
    [`{ ${zone}, on: enter }`],
    ["{}", "`count`: needs a line, [[x, y], [x, y]], or a zone, [[x, y], [x, y], [x, y], …]"],
    [`{ ${line}, ${zone} }`, "`count`: has a line and a zone: one element counts at one of them"],
    ["{ line: [[3, 3], [3, 3]] }", "`count`: has a line from a point to itself"],
    ["{ zone: [[0, 0], [1, 1], [0.5, 0.5]] }", "`count`: has a zone without an area"],
    [`{ ${line}, on: enter }`, "`count`: has `on`, which goes with a zone; a line has `direction`"],
    [
      `{ ${zone}, direction: any }`,
      "`count`: has `direction`, which goes with a line; a zone has `on`",
    ],
    ["{ line: [[0.5, 1]] }", "`line` of `count` must be at least 2 values long, found a list"],
    ["{ line: [[0.5, -1], [1, 1]] }", "`line[0][1]` of `count` must be at least 0, found -1"],
    [
      `{ ${line}, direction: foward }`,
      "`direction` of `count` must be one of `any`, `forward` or `backward`, found " +
      'text "foward": did you mean `forward`?',
    ],
    [`{ ${line}, share: 2 }`, "`share` of `count` must be at most 1, found 2"],
    [
      `{ ${line}, memory: soon }`,
      "`memory` of `count` must be a duration such as 8ms, 1.5s or " +
      '2m, found text "soon"',
    ],
    [`{ ${line}, rejects: ["*:*"] }`, "`count` has no option `rejects`: did you mean `reject`?"],
  ] as const
) {
  Deno.test(`count: ${options} is ${expected.length ? "refused" : "taken"}`, () => {
    assert.deepEqual(told(options), expected);
  });
}

Deno.test("count needs tracks", () => {
  const [message] = lines(parse(`version: 1
cameras: { clip: { file: clip.mp4 } }
elements:
  - count: { ${line} }
`));
  assert.match(message!, /count.*tracks/);
});

/** Creates a `count` for a model with labels. */
function created(options: Record<string, unknown>, labels: string[]): string[] {
  const messages: string[] = [];
  const declaration = elements.get("count")!;
  assert.ok(declaration.role === "transform");
  const context = {
    id: "count",
    model: { path: "m.onnx", labels },
    report: (level: string, message: string) => messages.push(`${level}: ${message}`),
  } as unknown as ElementContext;
  declaration.create(
    declaration.options.parse({ line: [[0.5, 1], [0.5, 0]], ...options }),
    context,
  );
  return messages;
}

Deno.test("classes that the model does not have are told of, with the nearest", () => {
  const labels = ["washer", "washer:scratch"];
  assert.deepEqual(created({ reject: ["washer:scrach"] }, labels), [
    'warning: reject: m.onnx has no class "washer:scrach"; is it "washer:scratch"?',
  ]);
  assert.deepEqual(created({ classes: ["nut*"] }, labels), [
    'warning: classes: m.onnx has no class "nut*"',
  ]);
  assert.deepEqual(created({ reject: ["*:*"], classes: ["washer"] }, labels), []);
  assert.deepEqual(created({ reject: ["no:such"] }, []), [], "a model that names no classes");
});

/** A part that moves 2 pixels a frame through a picture of 64x48, good or not. */
const mover = element("mover", (packet) => {
  const x = 4 + 2 * packet.number;
  const name = packet.number % 4 === 0 ? "nut" : "nut:chip";
  const part: Detection = { class: name, classId: 0, score: 0.8, box: [x - 4, 20, x + 4, 28] };
  return { ...packet, detections: [part] };
});

Deno.test("count adds to the packet's data under its id, for each camera by itself", () =>
  inFolder(async (folder) => {
    const seen: Record<string, [number, Counted][]> = { a: [], b: [] };
    const look = element("look", (packet) => {
      assert.ok(packet.data!.other, "another count's data is kept");
      seen[packet.camera]!.push([packet.number, packet.data!.gate as Counted]);
      return packet;
    });
    const report = await run(planOf(
      `
version: 1
cameras:
  a: { images: ${await pictures(folder, 30, "a")}, fps: 10 }
  b: { images: ${await pictures(folder, 12, "b")}, fps: 10 }
elements:
  - mover: {}
  - track: { classAware: false, start: 0.5 }
  - id: other
    count: { zone: [[0, 0], [1, 0], [1, 1], [0, 1]] }
  - id: gate
    count: { line: [[0.5, 1], [0.5, 0]], direction: forward, reject: ["*:*"] }
  - look: {}
`,
      [mover, look],
    )).done;
    assert.deepEqual(report.cameras.map(({ error }) => error), [undefined, undefined]);
    const crossed = seen.a!.filter(([, { crossings }]) => crossings.length > 0);
    // x is 32 in frame 14; the band is 0.02 of 48 pixels.
    assert.deepEqual(crossed.map(([number]) => number), [15]);
    const [crossing] = crossed[0]![1].crossings;
    assert.deepEqual([crossing!.part, crossing!.verdict, crossing!.defect], [
      "nut",
      "rejected",
      "chip",
    ]);
    assert.deepEqual(seen.a!.at(-1)![1].totals.defects, { chip: 1 });
    assert.equal(seen.b!.at(-1)![1].totals.seen, 0);
    const { extra } = report.elements.find(({ id, camera }) => id === "gate" && camera === "a")!;
    assert.equal(extra!.rejected, 1);
  }));
