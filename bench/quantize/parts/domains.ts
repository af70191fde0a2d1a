import { chart } from "../chart.ts";
import { nncf } from "../nncf.ts";
import { allInt8, pure, quantized } from "../ours.ts";
import { ap, type Part, points } from "../part.ts";
import { score } from "../score.ts";
import { subjectsOf } from "../subjects.ts";

/** What calibrating on the wrong line costs, and 200 pictures of the right one bring back. */
export const domains: Part = {
  summary: "AP on the line's second domain by what was calibrated on, with a plot: 6 minutes",
  async run(context) {
    const { material } = context;
    const subject = subjectsOf(material).find(({ name }) => name === "parts-n")!;
    const [first, second] = [material.line.calibration, material.otherLine.calibration];
    const bases = (context.quick ? [40, 10, 40] : [300, 50, 200]).map((count, i) => ({
      name: `${count} of the ${i === 0 ? "first" : "second"} domain`,
      images: (i === 0 ? first : second).images,
      count,
    }));
    const sets = [
      { name: "first domain", held: material.line.held },
      { name: "second domain", held: material.otherLine.held },
    ];
    const model = subject.file;
    const rows: { name: string; kind: string; figures: number[] }[] = [];
    for (const { name, images, count } of bases) {
      const from = { images, count };
      const ours = await quantized(context, { model, from });
      const files = {
        "ours": ours.file,
        "ours, all INT8": (await allInt8(context, model, ours)).file,
        "ours, all INT8, min/max":
          (await quantized(context, { model, from, options: [...pure, "--method", "minmax"] }))
            .file,
        "NNCF default": (await nncf(context, "default", { model, ...from })).file,
        "NNCF mixed": (await nncf(context, "mixed", { model, ...from })).file,
      };
      for (const [kind, file] of Object.entries(files)) {
        const figures: number[] = [];
        for (const { held } of sets) figures.push((await score(context, file, held)).AP);
        rows.push({ name, kind, figures });
      }
    }
    const float: number[] = [];
    for (const { held } of sets) float.push((await score(context, model, held)).AP);
    const kinds = [...new Set(rows.map(({ kind }) => kind))];
    return {
      data: { float, rows },
      tables: [{
        title: "parts-n: AP by domain",
        head: ["model", "calibrated on", ...sets.flatMap(({ name }) => [name, "points"])],
        rows: [
          ["FP32", "", ...float.flatMap((value) => [ap(value), ""])],
          ...rows.map(({ name, kind, figures }) => [
            kind,
            name,
            ...figures.flatMap((value, i) => [ap(value), points(value - float[i]!)]),
          ]),
        ],
      }],
      plots: {
        domains: chart(
          kinds.map((kind) => ({
            name: kind,
            joined: true,
            points: rows.filter((row) => row.kind === kind)
              .map(({ figures }, i) => ({ x: i, y: (float[1]! - figures[1]!) * 100 })),
          })),
          {
            title: "parts-n on the second domain, by what it was calibrated on",
            x: "calibrated on",
            y: "points of AP lost on the second domain",
            names: bases.map(({ name }) => name),
          },
        ),
      },
    };
  },
};
