/**
 * `deno task bench`: every speed that the project claims, measured in one run, in one table.
 *
 * Needs the references (scripts/references) and the shared test data; takes about ten minutes on
 * two cores, `--quick` about two.
 */
import { Command, InvalidArgumentError } from "commander";
import { elementCost } from "./elements.ts";
import { computesBf16, machine } from "./machine.ts";
import { nativeCosts } from "./native.ts";
import { exists, inData, python } from "./places.ts";
import { findings, print, type Results } from "./results.ts";
import { startTime } from "./start.ts";
import { settings, type Throughput, throughput } from "./throughput.ts";

const parts = ["throughput", "native", "elements", "start"] as const;

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new InvalidArgumentError("a whole number from 1");
  }
  return value;
}

const options = new Command("bench")
  .description("Measures throughput beside raw OpenVINO and Python, and what the parts cost.")
  .option("--rounds <n>", "rounds of each measurement", whole, 3)
  .option("--frames <n>", "of the clip's 1189, in each round", whole, 1189)
  .option("--quick", "one round over 300 frames: an impression, no figures to quote", false)
  .option("--json", "print one JSON object", false)
  .option("--markdown", "print tables as the README has them", false)
  .argument("[parts...]", `which of ${parts.join(", ")}`)
  .parse(Deno.args, { from: "user" });
const { quick, json, markdown } = options.opts<Record<"quick" | "json" | "markdown", boolean>>();
const given = options.opts<{ rounds: number; frames: number }>();
const count = quick ? 1 : given.rounds;
const frames = quick ? 300 : given.frames;
const wanted = new Set(options.args.length ? options.args : parts);
for (const part of wanted) {
  if (!parts.some((known) => known === part)) {
    options.error(`error: no part ${part}; there are: ${parts.join(", ")}`);
  }
}
if (!exists(python)) options.error("error: no Python references; run scripts/references first");
if (!exists(inData("video"))) options.error(`error: no test data at ${inData("")}`);

const report = (text: string) => console.error(text);
const rows: Throughput[] = [];
if (wanted.has("throughput")) {
  const bf16 = await computesBf16();
  if (!bf16) report("BF16 is left out, with its targets: this processor does not compute it");
  for (const setting of settings) {
    if (setting.precision === "bf16" && !bf16) continue;
    rows.push(await throughput(setting, count, frames, report));
  }
}
const results: Results = {
  machine: await machine(),
  rounds: count,
  frames,
  throughput: rows,
  native: wanted.has("native") ? await nativeCosts(report) : null,
  elements: wanted.has("elements") ? await elementCost(quick ? 2 : 5, quick ? 5 : 10) : null,
  start: wanted.has("start") ? await startTime(quick ? 1 : 5) : null,
};
if (json) console.log(JSON.stringify({ ...results, findings: findings(results) }));
else print(results, markdown);
