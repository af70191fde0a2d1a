import { parseMethod, readCalibration } from "../../../src/quantize/calibration/mod.ts";
import { allInt8, quantized } from "../ours.ts";
import { ap, type Part, points } from "../part.ts";
import { reranged } from "../rerange.ts";
import { score } from "../score.ts";
import { speeds, spread } from "../speed.ts";

/** From one calibration's histograms, so that nothing but the ranges differs. */
const methods = [
  ...["minmax", "entropy", "mse", "percentile:99.9", "percentile:99.99", "percentile:99.999"],
];

/** Which ranges are best, and what a float head gives and costs. */
export const ranges: Part = {
  summary: "AP by method of ranges, head in INT8 and in float, and speed of both: about 20 minutes",
  async run(context) {
    const data: unknown[] = [];
    const tables = [];
    for (const subject of context.subjects) {
      const { AP: float } = await score(context, subject.file, subject.held);
      const from = { images: subject.calibration.images, count: subject.count };
      const mixed = await quantized(context, { model: subject.file, from });
      const full = await allInt8(context, subject.file, mixed);
      const rows: { method: string; int8: number; floatHead: number }[] = [];
      let pair: { name: string; file: string }[] = [];
      const made = async (file: string, options: readonly string[] = []) =>
        (await quantized(context, { model: subject.file, from: { file }, options })).file;
      const chosen = `as it comes (${(await readCalibration(full.calibration)).method})`;
      for (const method of [...methods, chosen]) {
        const file = method === chosen
          ? full.calibration
          : await reranged(context, subject.file, full.calibration, parseMethod(method));
        pair = [
          { name: "head INT8", file: await made(file) },
          { name: "head float", file: await made(file, ["--head", "float"]) },
        ];
        const AP = [];
        for (const { file } of pair) AP.push((await score(context, file, subject.held)).AP);
        rows.push({ method, int8: AP[0]!, floatHead: AP[1]! });
      }
      const measured = await speeds(context, [{ name: "FP32", file: subject.file }, ...pair]);
      data.push({ subject: subject.title, float, rows, measured });
      tables.push({
        title: `${subject.title}: all INT8 by method, FP32 ${ap(float)}`,
        head: ["method", "head INT8", "points", "head float", "points"],
        rows: rows.map(({ method, int8, floatHead }) => [
          ...[method, ap(int8), points(int8 - float), ap(floatHead), points(floatHead - float)],
        ]),
      }, {
        title: `${subject.title}: raw OpenVINO with the last of these`,
        head: ["model", "pictures/s", "× FP32"],
        rows: measured.map(({ name, fps, ratio }) => [name, spread(fps, 1), spread(ratio, 2)]),
      });
    }
    return { data, tables };
  },
};
