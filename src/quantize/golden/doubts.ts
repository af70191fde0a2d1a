import { wantedScore } from "./check.ts";
import type { GoldenPicture } from "./golden.ts";

/** Scores that no trained model gives often: those of numbers far beyond what it knows. */
const saturated = 0.9995;

/**
 * What is doubtful about golden pictures, in words: a float model that finds nothing in the best of
 * many, or is sure of all. Both are mostly pixels put in at another range than the model was trained
 * with, which nothing else shows.
 */
export function goldenDoubts(golden: readonly GoldenPicture[]): string[] {
  const scores = golden.flatMap(({ answers }) => answers.flat()).map(({ score }) => score)
    .filter((score) => score >= wantedScore);
  if (golden.length === 0) return [];
  const trained =
    "pixels put into it as it was trained (--engine range=0-255 or 0-1, order, mean, std)";
  if (scores.length === 0) {
    return [
      `THE FLOAT MODEL FINDS NOTHING in the images: are they of its scene, and are ${trained}? ` +
      "There will be no self-check",
    ];
  }
  const full = scores.filter((score) => score >= saturated).length;
  if (full < scores.length / 2) return [];
  return [
    `THE FLOAT MODEL IS SURE OF EVERYTHING: ${full} of ${scores.length} scores are 1. Are ${trained}?`,
  ];
}
