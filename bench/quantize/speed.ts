import { inRepository, python } from "../places.ts";
import { runJson } from "../process.ts";
import { type Sample, sample } from "../statistics.ts";
import type { Context } from "./part.ts";

/** A model at a precision of its float parts. */
export interface Timed {
  readonly name: string;
  readonly file: string;
  readonly precision?: "fp32" | "bf16";
}

/** What one of them did, beside the first of all. */
export interface Speed {
  readonly name: string;
  /** Pictures a second, throughput mode, ready tensors, nothing but inference. */
  readonly fps: Sample;
  /** The same by round. */
  readonly rates: readonly number[];
  /** Times the first, within a round. */
  readonly ratio: Sample;
}

/** Pictures a second of a model alone: bench/reference/raw.py. */
export async function rawRate(
  model: string,
  precision: "fp32" | "bf16",
  frames: number,
): Promise<number> {
  const { fps } = await runJson<{ fps: number }>([
    python,
    inRepository("bench/reference/raw.py"),
    ...["--model", model, "--precision", precision, "--frames", `${frames}`],
  ]);
  return fps;
}

/** Times all models alone in turn, so that other load meets all of them. */
export async function speeds(context: Context, models: readonly Timed[]): Promise<Speed[]> {
  const { rounds, frames, report } = context;
  const rates: number[][] = models.map(() => []);
  for (let round = 1; round <= rounds; round++) {
    for (const [index, { name, file, precision = "fp32" }] of models.entries()) {
      const fps = await rawRate(file, precision, frames);
      rates[index]!.push(fps);
      report(`round ${round} of ${rounds}, ${name}: ${fps.toFixed(1)} pictures/s`);
    }
  }
  return models.map(({ name }, index) => ({
    name,
    fps: sample(rates[index]!),
    rates: rates[index]!,
    ratio: sample(rates[index]!.map((rate, round) => rate / rates[0]![round]!)),
  }));
}

/** Times another of them, within a round. */
export function times(one: Speed, other: Speed): Sample {
  return sample(one.rates.map((rate, round) => rate / other.rates[round]!));
}

/** `1.93 (1.90–1.95)` */
export function spread({ median, min, max }: Sample, digits: number): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}
