import { chart } from "../chart.ts";
import { inData } from "../../places.ts";
import { pure, quantized } from "../ours.ts";
import { ap, type Part, points } from "../part.ts";
import { score } from "../score.ts";

const sizes = [320, 480, 640];
const model = inData("models/yolov8n_deeppcb_fp32_dynamic.onnx");

/** One set of scales for several input sizes, beside each size's own. */
export const merged: Part = {
  summary: "sizes 320, 480, 640 of the boards' model: merged against own scales: about 15 minutes",
  async run(context) {
    const { calibration, held } = context.material.boards;
    const from = { images: calibration.images, count: context.quick ? 20 : 200 };
    const made = async (list: readonly number[]) => {
      const options = ["--sizes", list.join(","), ...pure];
      return (await quantized(context, { model, from, options })).file;
    };
    const candidates = [
      { name: "FP32", file: model },
      { name: "merged", file: await made(sizes) },
    ];
    for (const size of sizes) candidates.push({ name: `of ${size}`, file: await made([size]) });
    const rows: { name: string; figures: number[] }[] = [];
    for (const { name, file } of candidates) {
      const figures: number[] = [];
      for (const size of sizes) figures.push((await score(context, file, held, { size })).AP);
      rows.push({ name, figures });
    }
    const [float] = rows;
    return {
      data: rows,
      tables: [{
        title: `YOLOv8n, DeepPCB, dynamic, all INT8, ${from.count} images: AP by input size`,
        head: ["scales", ...sizes.flatMap((size) => [`at ${size}`, "points"])],
        rows: rows.map(({ name, figures }, at) => [
          name,
          ...figures.flatMap((value, i) => [
            ap(value),
            at === 0 ? "" : points(value - float!.figures[i]!),
          ]),
        ]),
      }],
      plots: {
        sizes: chart(
          rows.slice(1).map(({ name, figures }) => ({
            name: name === "merged" ? "merged scales" : `scales ${name}`,
            joined: true,
            points: figures.map((value, i) => (
              { x: sizes[i]!, y: (float!.figures[i]! - value) * 100 }
            )),
          })),
          {
            title: "One set of scales for several input sizes",
            x: "input size the model runs at",
            y: "points of AP lost",
            marks: sizes,
          },
        ),
      },
    };
  },
};
