import type { Detection } from "../../src/tracking/mod.ts";

/** xorshift32: 0 to 1, the same on every run. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

export function detection(
  box: readonly [number, number, number, number],
  score = 0.9,
  classId = 0,
): Detection {
  return { class: `class ${classId}`, classId, score, box };
}

/** Objects that walk at random, some hidden or weak: detections of each frame. */
export function scene(objects: number, frames: number, seed: number): Detection[][] {
  const next = random(seed);
  const walkers = Array.from({ length: objects }, (_, i) => ({
    x: next() * 1800,
    y: next() * 900,
    width: 40 + next() * 80,
    height: 80 + next() * 120,
    vx: next() * 4 - 2,
    vy: next() * 2 - 1,
    classId: i % 3,
  }));
  return Array.from({ length: frames }, () => {
    const detections: Detection[] = [];
    for (const walker of walkers) {
      walker.x += walker.vx;
      walker.y += walker.vy;
      if (next() < 0.05) continue;
      const shake = () => next() * 4 - 2;
      const score = next() < 0.2 ? 0.1 + next() * 0.4 : 0.7 + next() * 0.3;
      const [x, y] = [walker.x + shake(), walker.y + shake()];
      detections.push(
        detection([x, y, x + walker.width + shake(), y + walker.height], score, walker.classId),
      );
    }
    return detections;
  });
}
