import { readCalibration } from "../../../src/quantize/calibration/mod.ts";
import { floatCosts } from "../../../src/quantize/sensitivity/cost.ts";
import { openSubject } from "../../../src/quantize/subject.ts";
import { chart } from "../chart.ts";
import { allInt8, quantized } from "../ours.ts";
import { ap, type Context, type Part, percent, points } from "../part.ts";
import { score } from "../score.ts";
import { speeds, spread } from "../speed.ts";
import type { Subject } from "../subjects.ts";
import { byNncf } from "./accuracy.ts";

/** How much stays float at each point of ours: groups, those that do most damage first. */
const steps = [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48];
/** What of NNCF's is tried: presets, then ever more float from the outputs backwards. */
const theirs = [
  ...["default", "mixed", "mixed-head", "mixed-head-cut", "convolutions"],
  ...["mixed-last50", "mixed-last75", "mixed-last90", "mixed-convolutions"],
];

interface Point {
  readonly name: string;
  readonly ours: boolean;
  readonly file: string;
  readonly AP: number;
  readonly share: number;
}

/** Loss of AP against throughput, from all INT8 to all float. */
export const curve: Part = {
  summary: "loss over throughput from full INT8 to float, with a plot: about 20 minutes a model",
  async run(context) {
    const data: unknown[] = [];
    const tables = [];
    const plots: Record<string, string> = {};
    for (const subject of context.subjects) {
      const float = (await score(context, subject.file, subject.held)).AP;
      const all = [
        { name: "FP32", ours: true, file: subject.file, AP: float, share: 0 },
        ...await ourPoints(context, subject),
        ...await theirPoints(context, subject),
      ];
      const measured = await speeds(context, all);
      const rows = all.map((point, i) => ({ ...point, drop: float - point.AP, ...measured[i]! }));
      data.push({ subject: subject.title, rows });
      tables.push({
        title: `${subject.title}: loss against throughput`,
        head: ["model", "AP", "points", "multiply-adds in INT8", "pictures/s", "× FP32"],
        rows: rows.map(({ name, AP, drop, share, fps, ratio }) => [
          ...[name, ap(AP), points(-drop), percent(share), spread(fps, 1), spread(ratio, 2)],
        ]),
      });
      const series = (name: string, ours: boolean) => ({
        name,
        joined: ours,
        points: rows.filter((row) => row.ours === ours)
          .map((row) => ({
            x: row.ratio.median,
            y: -row.drop * 100,
            ...(!ours && { label: row.name.replace("NNCF ", "") }),
          })).toSorted((a, b) => a.x - b.x),
      });
      plots[`curve-${subject.name}`] = chart(
        [series("ours, from all INT8 to FP32", true), series("NNCF 3.4.0", false)],
        {
          title: `${subject.title}: what INT8 costs and gains`,
          x: "throughput, times FP32",
          y: "points of AP against FP32",
        },
      );
    }
    return { data, tables, plots };
  },
};

async function ourPoints(context: Context, subject: Subject): Promise<Point[]> {
  const from = { images: subject.calibration.images, count: subject.count };
  const mixed = await quantized(context, { model: subject.file, from });
  const full = await allInt8(context, subject.file, mixed);
  const order = await mostWorth(subject, mixed.calibration);
  const wanted = steps.filter((step) => step < order.length)
    .filter((_, i) => !context.quick || i % 3 === 0);
  const found: Point[] = [];
  for (const step of wanted) {
    const floats = order.slice(0, step);
    const made = await quantized(context, {
      model: subject.file,
      from: { file: full.calibration },
      options: floats.flatMap((id) => ["--keep", id]),
    });
    const { AP } = await score(context, made.file, subject.held);
    const name = step === 0 ? "ours, all INT8" : `ours, ${step} groups float`;
    found.push({ name, ours: true, file: made.file, AP, share: made.share });
  }
  return found;
}

/** Groups as `quantize` takes them out of INT8: most damage for the time it costs first. */
async function mostWorth(subject: Subject, calibration: string): Promise<string[]> {
  const { sensitivity, sizes } = await readCalibration(calibration);
  if (!sensitivity) throw new Error(`${calibration} tells no damage of its groups`);
  const costs = floatCosts(await openSubject(subject.file, [], []), sizes.at(-1)!);
  const worth = ({ id, damage }: { id: string; damage: number }) =>
    damage * damage / (costs.get(id) || 1);
  return sensitivity.groups.toSorted((a, b) => worth(b) - worth(a)).map(({ id }) => id);
}

async function theirPoints(context: Context, subject: Subject): Promise<Point[]> {
  const found: Point[] = [];
  for (const variant of context.quick ? theirs.slice(0, 3) : theirs) {
    found.push(await byNncf(context, subject, variant));
  }
  return found;
}
