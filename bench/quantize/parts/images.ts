import { chart } from "../chart.ts";
import { nncf } from "../nncf.ts";
import { allInt8, quantized } from "../ours.ts";
import { ap, type Part, points } from "../part.ts";
import { score } from "../score.ts";

const counts = [50, 100, 200, 500, 1000];

/** How many pictures a calibration wants. */
export const images: Part = {
  summary: "AP by number of calibration images, with a plot: about 45 minutes",
  async run(context) {
    const data: unknown[] = [];
    const tables = [];
    const plots: Record<string, string> = {};
    // Of COCO there are 128 pictures to calibrate on.
    for (const subject of context.subjects.filter(({ name }) => name !== "yolox-nano")) {
      const { AP: float } = await score(context, subject.file, subject.held);
      const rows: { count: number; seconds: number; figures: Record<string, number> }[] = [];
      for (const count of context.quick ? [10, 20, 40] : counts) {
        const from = { images: subject.calibration.images, count };
        const AP = async (file: string) => (await score(context, file, subject.held)).AP;
        const model = subject.file;
        const ours = await quantized(context, { model, from });
        const all = await allInt8(context, model, ours);
        const theirs = await nncf(context, "default", { model, ...from });
        const mixed = await nncf(context, "mixed", { model, ...from });
        rows.push({
          count,
          seconds: ours.seconds,
          figures: {
            "ours": await AP(ours.file),
            "ours, all INT8": await AP(all.file),
            "NNCF default": await AP(theirs.file),
            "NNCF mixed": await AP(mixed.file),
          },
        });
      }
      const names = Object.keys(rows[0]!.figures);
      data.push({ subject: subject.title, float, rows });
      tables.push({
        title: `${subject.title}: AP by number of calibration images, FP32 ${ap(float)}`,
        head: ["images", ...names, "ours: points", "seconds"],
        rows: rows.map(({ count, figures, seconds }) => [
          `${count}`,
          ...names.map((name) => ap(figures[name])),
          points(figures.ours! - float),
          seconds.toFixed(0),
        ]),
        notes: subject.name === "deeppcb" ? ["900 images are all there are"] : [],
      });
      plots[`images-${subject.name}`] = chart(
        names.map((name) => ({
          name,
          joined: true,
          points: rows.map(({ count, figures }) => ({ x: count, y: figures[name]! })),
        })),
        {
          title: `${subject.title}: calibration images`,
          x: "calibration images",
          y: "AP on held-out images",
          marks: rows.map(({ count }) => count),
          level: { y: float, name: "FP32" },
        },
      );
    }
    return { data, tables, plots };
  },
};
