import { ByteTrack } from "../../src/tracking/mod.ts";
import { scene } from "./random.ts";

// deno bench test/tracking/bytetrack_bench.ts: one frame an iteration.
for (const objects of [10, 100, 1000]) {
  const frames = scene(objects, 200, 1);
  const tracker = new ByteTrack();
  let frame = 0;
  for (let i = 0; i < 200; i++) tracker.update(frames[frame++ % frames.length]!);
  Deno.bench(`ByteTrack, ${objects} objects`, () => {
    tracker.update(frames[frame++ % frames.length]!);
  });
}
