import {
  absoluteMax,
  mergeSizes,
  rangeOf,
  readCalibration,
} from "../../../src/quantize/calibration/mod.ts";
import { openSubject } from "../../../src/quantize/subject.ts";
import { aloneScores } from "../alone.ts";
import { allInt8, quantized } from "../ours.ts";
import { ap, type Part, points } from "../part.ts";
import { reranged } from "../rerange.ts";
import { score } from "../score.ts";

const shown = 10;
const cut = { name: "percentile", value: 99.99 } as const;

/** Where the loss of the boards' model arises. */
export const layers: Part = {
  summary: "each group of the boards' model alone in INT8, and outliers by tensor: 25 minutes",
  async run(context) {
    const subject = context.subjects.find(({ name }) => name === "deeppcb");
    if (!subject) return { data: null, tables: [] };
    const from = { images: subject.calibration.images, count: subject.count };
    const model = subject.file;
    const { calibration } = await allInt8(
      context,
      model,
      await quantized(context, { model, from }),
    );
    const whole = await reranged(context, model, calibration, { name: "minmax" });
    const narrow = await reranged(context, model, calibration, cut);
    const { AP: float } = await score(context, model, subject.held);
    const all = async (file: string) => {
      const made = await quantized(context, { model, from: { file } });
      return (await score(context, made.file, subject.held)).AP;
    };
    const together = { whole: await all(whole), narrow: await all(narrow) };
    const byWhole = await aloneScores(context, subject, whole);
    const byNarrow = await aloneScores(context, subject, narrow);

    const outliers = new Map(
      (await readCalibration(calibration)).tensors.map(({ name, histograms }) => {
        const merged = mergeSizes(histograms);
        const most = absoluteMax(merged);
        const usual = rangeOf(merged, cut, "symmetric").max;
        return [name, { name, most, usual, ratio: most / usual }] as const;
      }),
    );
    const { plan } = await openSubject(model, [], []);
    const readers = (tensor: string) => plan.groups.filter(({ reads }) => reads.includes(tensor));
    const rows = byWhole.map(({ id, figures }, i) => {
      const { reads } = plan.groups.find((group) => group.id === id)!;
      return {
        id,
        whole: figures.AP - float,
        narrow: byNarrow[i]!.figures.AP - float,
        ratio: Math.max(...reads.map((name) => outliers.get(name)?.ratio ?? 1)),
      };
    });
    const sum = (which: "whole" | "narrow") =>
      points(rows.reduce((total, row) => total + Math.min(0, row[which]), 0));
    const worst = rows.toSorted((a, b) => a.whole - b.whole);
    const farthest = [...outliers.values()].toSorted((a, b) => b.ratio - a.ratio);
    return {
      data: { float, together, rows, outliers: farthest },
      tables: [{
        title: `${subject.title}: groups that lose most alone in INT8, FP32 ${ap(float)}`,
        head: ["group", "points, min/max", "points, 99.99 %", "its input: max / 99.99 %"],
        rows: worst.slice(0, shown).map(({ id, whole, narrow, ratio }) => [
          ...[id, points(whole), points(narrow), ratio.toFixed(1)],
        ]),
        notes: [
          `All ${rows.length} alone, losses summed: ${sum("whole")} by min/max, ` +
          `${sum("narrow")} with ranges cut; all together: ${points(together.whole - float)} and ` +
          points(together.narrow - float),
          `Rank correlation of the loss by min/max with the input's ratio: ` +
          rankCorrelation(rows.map((row) => -row.whole), rows.map((row) => row.ratio)).toFixed(2),
        ],
      }, {
        title: `${subject.title}: tensors with the farthest outliers`,
        head: ["tensor", "read by", "greatest", "99.99 %", "ratio"],
        rows: farthest.slice(0, shown).map(({ name, most, usual, ratio }) => [
          name,
          readers(name).map(({ id }) => id).join(", "),
          most.toFixed(1),
          usual.toFixed(1),
          ratio.toFixed(1),
        ]),
      }],
    };
  },
};

/** Spearman's; ties in the order in which they are given. */
function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const ranks = (values: readonly number[]) => {
    const order = [...values.keys()].toSorted((i, j) => values[i]! - values[j]!);
    const rank = new Array<number>(values.length);
    order.forEach((index, place) => rank[index] = place);
    return rank;
  };
  const [x, y] = [ranks(a), ranks(b)];
  const n = a.length;
  const squares = x.reduce((sum, value, i) => sum + (value - y[i]!) ** 2, 0);
  return 1 - 6 * squares / (n * (n * n - 1));
}
