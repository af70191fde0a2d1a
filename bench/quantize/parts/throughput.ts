import { computesBf16 } from "../../machine.ts";
import { ap, type Part, points, type Table } from "../part.ts";
import { speeds, spread, times } from "../speed.ts";
import { both, byNncf, float, type Row } from "./accuracy.ts";
import { variants } from "../nncf.ts";

/** How fast the models are without a pipeline, one beside the other. */
export const throughput: Part = {
  summary: "raw pictures/s of FP32, BF16, ours and NNCF's, in turn: about 8 minutes and `accuracy`",
  async run(context) {
    const data: unknown[] = [];
    const tables: Table[] = [];
    const bf16 = await computesBf16();
    for (const subject of context.subjects) {
      const fp32 = await float(context, subject);
      const ours = await both(context, subject);
      const theirs: Row[] = [];
      for (const variant of variants) theirs.push(await byNncf(context, subject, variant));
      const best = theirs.toSorted((a, b) => b.AP - a.AP)[0]!;
      const rows = [
        { ...fp32, precision: "fp32" as const },
        ...(bf16 ? [{ ...fp32, name: "BF16", precision: "bf16" as const }] : []),
        ...[...ours, ...new Set([theirs[0]!, best])].map((row) => (
          { ...row, precision: "fp32" as const }
        )),
      ];
      const measured = await speeds(context, rows);
      const base = measured.find(({ name }) => name === theirs[0]!.name)!;
      data.push({ subject: subject.title, rows, measured });
      tables.push({
        title: `${subject.title}: raw OpenVINO, ${context.rounds} rounds of ${context.frames}`,
        head: ["model", "pictures/s", "× FP32", "× NNCF default", "points of AP"],
        rows: measured.map((one, i) => [
          one.name,
          spread(one.fps, 1),
          spread(one.ratio, 2),
          spread(times(one, base), 2),
          rows[i]!.file === fp32.file ? "" : points(rows[i]!.AP - fp32.AP),
        ]),
        notes: [
          `FP32 has AP ${ap(fp32.AP)}; ` +
          (bf16 ? "BF16's AP is not scored here" : "this processor computes no BF16"),
        ],
      });
    }
    return { data, tables };
  },
};
