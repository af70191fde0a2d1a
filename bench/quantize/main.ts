/**
 * `deno task bench:quantize`: what INT8 costs in accuracy and gains in speed, ours and NNCF's.
 *
 * Needs the references with NNCF (scripts/references nncf) and the shared test data.
 */
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import sharp from "sharp";
import { machine } from "../machine.ts";
import { exists, inData, inRepository, python } from "../places.ts";
import { table } from "../table.ts";
import { fewer, material } from "./material.ts";
import { nncfPython } from "./nncf.ts";
import type { Context, Outcome, Part } from "./part.ts";
import { accuracy } from "./parts/accuracy.ts";
import { curve } from "./parts/curve.ts";
import { domains } from "./parts/domains.ts";
import { images } from "./parts/images.ts";
import { layers } from "./parts/layers.ts";
import { pipeline } from "./parts/pipeline.ts";
import { ranges } from "./parts/ranges.ts";
import { merged } from "./parts/sizes.ts";
import { throughput } from "./parts/throughput.ts";
import { subjectNames, subjectsOf } from "./subjects.ts";

const parts: Readonly<Record<string, Part>> = {
  accuracy,
  throughput,
  pipeline,
  curve,
  ranges,
  images,
  domains,
  sizes: merged,
  layers,
};

const width = Math.max(...Object.keys(parts).map(({ length }) => length));
const help = `
Parts:
${
  Object.entries(parts).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`)
    .join("\n")
}

Models, calibrations and scores are kept in the work folder, by hashes of what made them: a part
that is run again measures speed anew and takes the rest from there.`;

function natural(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new InvalidArgumentError("a whole number from 1");
  }
  return value;
}

function names(text: string): string[] {
  const list = text.split(",");
  const strange = list.find((name) => !subjectNames.some((known) => known === name));
  if (strange !== undefined) {
    throw new InvalidArgumentError(`no model ${strange}; there are: ${subjectNames.join(", ")}`);
  }
  return list;
}

const options = new Command("bench:quantize")
  .description("Compares INT8 models by `lineside quantize` with float ones and with NNCF's.")
  .argument("[parts...]", "which, in this order; all if none is said")
  .option("--models <names>", `some of ${subjectNames.join(",")}`, names, [...subjectNames])
  .option("--work <folder>", "what is made", inRepository(".lineside/bench-quantize"))
  .option("--plots <folder>", "write plots there, as SVG and PNG")
  .option("--rounds <n>", "of timings", natural, 3)
  .option("--frames <n>", "in each of them", natural, 300)
  .option("--quick", "few pictures and points, one round: to see that it runs, no figures", false)
  .option("--json", "print one JSON object", false)
  .option("--markdown", "print tables as the README has them", false)
  .addHelpText("after", help)
  .parse(Deno.args, { from: "user" });
const given = options.opts<{
  models: string[];
  work: string;
  plots?: string;
  rounds: number;
  frames: number;
  quick: boolean;
  json: boolean;
  markdown: boolean;
}>();
const wanted = options.args.length > 0 ? options.args : Object.keys(parts);
const strange = wanted.find((name) => !(name in parts));
if (strange !== undefined) {
  options.error(`error: no part ${strange}; there are: ${Object.keys(parts).join(", ")}`);
}
if (!exists(python)) options.error("error: no Python references; run scripts/references first");
if (!exists(nncfPython)) options.error("error: no NNCF; run scripts/references nncf first");
if (!exists(inData("deeppcb"))) options.error(`error: no test data at ${inData("")}`);

const report = (text: string) => console.error(text);
const both = wanted.includes("domains");
const whole = await material(given.work, [
  ...both || given.models.includes("parts-n") ? ["first" as const] : [],
  ...both ? ["second" as const] : [],
], report);
const made = given.quick ? await fewer(whole, given.work, 20) : whole;
const context: Context = {
  ...given,
  material: made,
  subjects: subjectsOf(made, given.quick ? 40 : Infinity)
    .filter(({ name }) => given.models.includes(name)),
  rounds: given.quick ? 1 : given.rounds,
  report,
};
const outcomes: Record<string, Outcome & { seconds: number }> = {};
for (const name of wanted) {
  const start = performance.now();
  const outcome = await parts[name]!.run(context);
  const seconds = (performance.now() - start) / 1000;
  outcomes[name] = { ...outcome, seconds };
  report(`${name}: ${seconds.toFixed(0)} s`);
  if (!given.json) {
    for (const { title, head, rows, notes = [] } of outcome.tables) {
      const lines = [
        title,
        "",
        table(head, rows, given.markdown),
        ...notes.map((n) => `${n}.`),
        "",
      ];
      console.log(lines.join("\n"));
    }
  }
  if (given.plots !== undefined) {
    await Deno.mkdir(given.plots, { recursive: true });
    for (const [file, svg] of Object.entries(outcome.plots ?? {})) {
      const path = join(given.plots, file);
      await Deno.writeTextFile(`${path}.svg`, svg);
      await sharp(new TextEncoder().encode(svg), { density: 144 }).png().toFile(`${path}.png`);
    }
  }
}
if (given.json) {
  const found = Object.entries(outcomes).map(([name, { data, seconds }]) => [
    name,
    { seconds, data },
  ]);
  console.log(JSON.stringify({ machine: await machine(), parts: Object.fromEntries(found) }));
}
