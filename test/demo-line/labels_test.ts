import assert from "node:assert/strict";
import { classes } from "../../scripts/demo-line/classes.ts";
import { makeSprite } from "../../scripts/demo-line/draw/sprite.ts";
import { labelOf } from "../../scripts/demo-line/scene/label.ts";
import { makeStill } from "../../scripts/demo-line/scene/still.ts";
import { difference, draw, emptyStill, repainted, sharpView } from "./pixels.ts";

const size = { width: 640, height: 480 };

/** Columns and rows from the first to the last pixel that is set. */
function extent(set: Uint8Array, width: number): [number, number, number, number] {
  let [x1, y1, x2, y2] = [Infinity, Infinity, -Infinity, -Infinity];
  set.forEach((value, i) => {
    if (value < 12) return;
    const [x, y] = [i % width, Math.floor(i / width)];
    [x1, y1] = [Math.min(x1, x), Math.min(y1, y)];
    [x2, y2] = [Math.max(x2, x + 1), Math.max(y2, y + 1)];
  });
  return [x1, y1, x2, y2];
}

Deno.test("a label's box is where the part is: repainting the part changes pixels there only", async () => {
  let checked = 0;
  for (let index = 0; index < 10; index++) {
    const still = makeStill(7, index, index % 2 ? "second" : "first", size);
    const view = sharpView(still);
    const parts = [];
    for (const { spec, pose } of still.parts) parts.push({ sprite: await makeSprite(spec), pose });
    const frame = draw(view, parts);
    for (const [i, part] of parts.entries()) {
      const { spec } = still.parts[i]!;
      const label = labelOf(spec, frame.seen[i]!);
      const changed = parts.with(i, { ...part, sprite: repainted(part.sprite) });
      const found = extent(difference(frame, draw(view, changed)), size.width);
      if (!label) continue;
      const [x, y, width, height] = label.box;
      const box = [x, y, x + width, y + height];
      const off = Math.max(...box.map((side, k) => Math.abs(side - found[k]!)));
      assert.ok(off <= 2, `${spec.kind} ${i} of still ${index}: ${box} but pixels ${found}`);
      assert.ok(label.area > 0 && label.area <= width * height * 1.02);
      checked++;
    }
  }
  assert.ok(checked > 20, `only ${checked} parts were checked`);
});

Deno.test("every defect is seen: it changes its part there, and hardly anything else", async () => {
  for (const { kind, defect } of classes) {
    if (defect === null) continue;
    for (const seed of [11, 12, 13]) {
      const pose = { x: 320, y: 240, angle: seed };
      const part = { kind, size: 110, seed };
      const [good, bad] = [
        await makeSprite({ ...part, defect: null }),
        await makeSprite({ ...part, defect }),
      ];
      const view = sharpView(emptyStill(seed));
      const frame = draw(view, [{ sprite: bad, pose }]);
      assert.equal(frame.seen[0]!.flaw, 1);
      const changed = difference(frame, draw(view, [{ sprite: good, pose }]));
      const [cos, sin] = [Math.cos(pose.angle), Math.sin(pose.angle)];
      let strong = 0;
      const { flaw } = bad;
      for (let i = 0; i < flaw.length; i += 2) {
        const x = Math.floor(pose.x + cos * flaw[i]! - sin * flaw[i + 1]!);
        const y = Math.floor(pose.y + sin * flaw[i]! + cos * flaw[i + 1]!);
        if (changed[y * size.width + x]! >= 24) strong++;
      }
      const name = `${kind}:${defect} of seed ${seed}`;
      // The points are a little more than a pixel apart; half of a bite was never on the part.
      assert.ok(strong >= 15, `${name}: only ${strong} of ${flaw.length / 2} points differ`);
      const all = changed.filter((value) => value >= 24).length;
      const most = defect === "missing-hole" ? 0.5 : 0.35;
      assert.ok(all < most * bad.area, `${name}: ${all} pixels of ${bad.area} differ`);
    }
  }
});

Deno.test("a part out of view is not labelled, one whose defect is out of view is labelled good", async () => {
  const spec = { kind: "washer", defect: "particle", size: 100, seed: 5 } as const;
  const sprite = await makeSprite(spec);
  const view = sharpView(emptyStill(3));
  const at = (x: number, angle: number) =>
    labelOf(spec, draw(view, [{ sprite, pose: { x, y: 240, angle } }]).seen[0]!);
  assert.equal(at(-25, 0), null);
  const angle = Math.atan2(sprite.flaw[1]!, sprite.flaw[0]!);
  // The particle to the left, out of the frame; then to the right, within it.
  assert.equal(at(0, Math.PI - angle)?.defect, null);
  assert.equal(at(0, -angle)?.defect, "particle");
});
