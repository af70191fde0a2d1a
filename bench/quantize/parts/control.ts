import { nncf, nncfControl } from "../nncf.ts";
import { quantized } from "../ours.ts";
import { ap, type Part, percent, points, type Table } from "../part.ts";
import { score } from "../score.ts";

/** Mixed precision where answers are known: 100 annotated pictures of the calibration's. */
export const control: Part = {
  summary: "ours with --annotations beside NNCF's accuracy control: about 15 minutes a model",
  async run(context) {
    const data: unknown[] = [];
    const tables: Table[] = [];
    for (const subject of context.subjects) {
      const { file: model, held, count, calibration } = subject;
      const from = { images: calibration.images, count };
      const float = (await score(context, model, held)).AP;
      const options = ["--annotations", calibration.annotations];
      const ours = await quantized(context, { model, from, options });
      const mixed = await nncf(context, "mixed", { model, ...from });
      const theirs = await nncfControl(context, subject);
      const rows = [];
      for (
        const { name, file, share, seconds } of [
          { name: "ours with annotations", ...ours },
          { name: "NNCF mixed", ...mixed, share: mixed.int8 },
          { name: "NNCF mixed, accuracy control", ...theirs, share: theirs.int8 },
        ]
      ) {
        rows.push({ name, share, seconds, AP: (await score(context, file, held)).AP });
      }
      data.push({ subject: subject.title, float, rows });
      tables.push({
        title: `${subject.title}: within 0.3 points by annotations, FP32 ${ap(float)}`,
        head: ["model", "AP", "points", "multiply-adds in INT8", "seconds"],
        rows: rows.map(({ name, AP, share, seconds }) => [
          ...[name, ap(AP), points(AP - float), percent(share), seconds.toFixed(0)],
        ]),
      });
    }
    return { data, tables };
  },
};
