import { nncf, variants, variantText } from "../nncf.ts";
import { allInt8, type Made, quantized } from "../ours.ts";
import { ap, type Context, type Part, percent, points } from "../part.ts";
import { pythonScore, score } from "../score.ts";
import type { Subject } from "../subjects.ts";

/** A model and how good it is. */
export interface Row {
  readonly name: string;
  readonly file: string;
  readonly ours: boolean;
  readonly AP: number;
  readonly AP50: number;
  /** Share of the multiply-adds that is in INT8. */
  readonly share: number;
  /** To make it, calibration and all. */
  readonly seconds: number | undefined;
}

/** FP32, ours and NNCF's on the held-out pictures. */
export const accuracy: Part = {
  summary: "AP of FP32, ours and NNCF's presets, 300 images (128 of COCO): about 25 minutes",
  async run(context) {
    const found: { subject: string; rows: Row[]; python: number }[] = [];
    for (const subject of context.subjects) {
      const rows = [await float(context, subject), ...await both(context, subject)];
      for (const variant of variants) rows.push(await byNncf(context, subject, variant));
      const python = (await pythonScore(context, subject.file, subject.held)).AP;
      found.push({ subject: subject.title, rows, python });
    }
    return {
      data: found,
      tables: found.map(({ subject, rows, python }) => ({
        title: `${subject}: AP on ${context.subjects.find((s) => s.title === subject)!.held.name}`,
        head: ["model", "AP", "points", "AP50", "multiply-adds in INT8", "seconds"],
        rows: rows.map((row) => [
          row.name,
          ap(row.AP),
          row.file === rows[0]!.file ? "" : points(row.AP - rows[0]!.AP),
          ap(row.AP50),
          percent(row.share),
          row.seconds?.toFixed(0) ?? "",
        ]),
        notes: [
          `FP32 by the Python harness that scores NNCF's models: ${ap(python)}, ` +
          `${Math.abs(python - rows[0]!.AP).toFixed(5)} from ours`,
        ],
      })),
    };
  },
};

/** The float model. */
export async function float(context: Context, subject: Subject): Promise<Row> {
  const { AP, AP50 } = await score(context, subject.file, subject.held);
  return {
    ...{ name: "FP32", file: subject.file, ours: false, AP, AP50 },
    share: 0,
    seconds: undefined,
  };
}

/** Ours as it comes, and all in INT8. */
export async function both(context: Context, subject: Subject): Promise<Row[]> {
  const from = { images: subject.calibration.images, count: subject.count };
  const row = async (name: string, made: Made, seconds?: number): Promise<Row> => {
    const { AP, AP50 } = await score(context, made.file, subject.held);
    const { file, share } = made;
    return { name, file, ours: true, AP, AP50, share, seconds };
  };
  const mixed = await quantized(context, { model: subject.file, from });
  return [
    await row("ours", mixed, mixed.seconds),
    await row("ours, all INT8", await allInt8(context, subject.file, mixed)),
  ];
}

/** One of NNCF's. */
export async function byNncf(context: Context, subject: Subject, variant: string): Promise<Row> {
  const { file, seconds, int8 } = await nncf(context, variant, {
    model: subject.file,
    images: subject.calibration.images,
    count: subject.count,
  });
  const { AP, AP50 } = await score(context, file, subject.held);
  return { name: variantText(variant), file, ours: false, AP, AP50, share: int8, seconds };
}
