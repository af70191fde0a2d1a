import { z } from "zod";

const answer = z.strictObject({
  class: z.number().int().min(0),
  score: z.number().min(0).max(1),
  box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
});

/** A golden picture as it stands in a calibration's file. */
export const goldenSchema = z.strictObject({
  file: z.string(),
  image: z.base64().min(1),
  answers: z.array(z.array(answer)).min(1),
});

/** Something that the float model finds in a golden picture. */
export interface GoldenAnswer {
  /** Class id. */
  readonly class: number;
  /** 0 to 1. */
  readonly score: number;
  /** x1, y1, x2, y2 in pixels of the picture. */
  readonly box: readonly [number, number, number, number];
}

/** A small picture, and what the float model finds in exactly these bytes. */
export interface GoldenPicture {
  /** Name of the picture that it was made of, without a folder. */
  readonly file: string;
  /** A JPEG or PNG file in base64. */
  readonly image: string;
  /** One list for each of the calibration's sizes, in their order. */
  readonly answers: readonly (readonly GoldenAnswer[])[];
}

/** Answers that score less are not kept. */
export const keptScore = 0.3;
