import type { GroundTruth } from "../../evaluate/mod.ts";
import { generator, normals } from "../../evaluate/random.ts";
import type { Detection } from "../../runtime/packet.ts";

/** Weaker detections are no objects in any draw. */
const weakest = 0.02;

/**
 * How far a side of an object's box is from the detection's, as a share of the box: the deviation
 * where the score is 1, and what is added where it is 0.
 */
const deviation = { sure: 0.03, more: 0.12 };

/**
 * Objects that the model has no detection for, as a multiple of those that are to be expected among
 * its weak ones: a model that finds many objects barely does not find as many again. Of YOLOX-Nano on
 * 128 images of COCO's train2017, 311 of 929 objects had no detection of their class over 0.02, and
 * the scores from there to 0.2 summed to 232; of YOLOv8n on 64 boards of DeepPCB it was 2 of 435, and
 * 16.
 */
const missed = { under: 0.2, share: 1.3 };

/** Where those lie, so that no box of a picture can reach them, and how large they are: pixels. */
const [nowhere, extent] = [-1e6, 100];

/**
 * How often a detection with this score is an object. Scores of detectors that learn the overlap of
 * their boxes are not probabilities: of both models above, those from 0.8 to 0.9 were right in 97 and
 * 99 of 100, those from 0.7 to 0.8 in 90 and 97, but those from 0.1 to 0.3 in 14 and 5 of 100.
 */
export function objectProbability(score: number): number {
  const odds = (score / (1 - Math.min(score, 0.999))) ** (score > 0.5 ? 1.8 : 1.2);
  return odds / (1 + odds);
}

/**
 * Objects that detections may stand for; the same ones for the same seed. Each detection is an object
 * with the probability of its score, whose sides lie about the detection's, the farther the less sure
 * it is. Beside them there are objects that no detection is near to.
 *
 * @param pictures The float model's detections, by picture.
 * @param classes How many it tells apart.
 */
export function drawnTruth(
  pictures: readonly (readonly Detection[])[],
  classes: number,
  seed: number,
): GroundTruth {
  const random = generator(seed * 7919 + 1);
  const normal = normals(random);
  const objects: { image: number; classId: number; box: readonly number[] }[] = [];
  const weak = new Float64Array(classes);
  for (const [image, detections] of pictures.entries()) {
    for (const { score, classId, box } of detections) {
      if (score < weakest) continue;
      if (score < missed.under) weak[classId]! += score;
      if (random() > objectProbability(score)) continue;
      const [width, height] = [box[2] - box[0], box[3] - box[1]];
      const spread = deviation.sure + deviation.more * (1 - score);
      const [x1, y1, x2, y2] = box.map((value, side) =>
        value + normal() * spread * (side % 2 === 0 ? width : height)
      ) as [number, number, number, number];
      // Sides that passed each other would be no box.
      const size = [Math.max(x2 - x1, width / 10), Math.max(y2 - y1, height / 10)] as const;
      objects.push({ image, classId, box: [x1, y1, ...size] });
    }
  }
  for (const [classId, sum] of weak.entries()) {
    const expected = missed.share * sum;
    const count = Math.floor(expected) + (random() < expected % 1 ? 1 : 0);
    for (let i = 0; i < count; i++) {
      const image = Math.floor(random() * pictures.length);
      objects.push({ image, classId, box: [nowhere - i * extent, nowhere, extent, extent] });
    }
  }
  return {
    name: "expected",
    images: pictures.map((_, id) => ({ id, fileName: `${id}` })),
    categories: Array.from({ length: classes }, (_, id) => ({ id, name: `${id}` })),
    image: Int32Array.from(objects, ({ image }) => image),
    category: Int32Array.from(objects, ({ classId }) => classId),
    box: Float64Array.from(objects.flatMap(({ box }) => box)),
    area: Float64Array.from(objects, ({ box }) => box[2]! * box[3]!),
    crowd: new Uint8Array(objects.length),
  };
}
