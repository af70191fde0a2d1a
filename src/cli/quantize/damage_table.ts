import { multiplyAdds, type QuantizationPlan } from "../../quantize/graph/mod.ts";
import type { Analysis } from "../../quantize/sensitivity/analyse.ts";
import { sizeText } from "../../quantize/subject.ts";
import { table } from "../tables.ts";
import type { limitsOf } from "./measure.ts";

/** More rows are not shown, but for groups that stay float. */
const mostRows = 12;
const barWidth = 20;

/** The damage by group, most first, what the mix loses, and which limit was reached. */
export function damageTable(
  { damages, mixed, images, measure, tensorrt, sizes }: Analysis,
  { groups }: QuantizationPlan,
  kept: ReadonlySet<string>,
  limits: ReturnType<typeof limitsOf>,
): string {
  const sorted = damages.toSorted((a, b) => b.damage - a.damage);
  const total = multiplyAdds(groups);
  const greatest = sorted[0]?.damage || 1;
  const shown = sorted.filter(({ group }, i) => i < mostRows || kept.has(group.id))
    .slice(0, 2 * mostRows);
  const rows = shown.map(({ group, damage }) => [
    group.id,
    damage.toFixed(damage < 1 ? 3 : 2),
    "█".repeat(Math.max(1, Math.round(barWidth * damage / greatest))),
    total > 0 && group.multiplyAdds !== undefined
      ? `${(100 * group.multiplyAdds / total).toFixed(1)} %`
      : "–",
    kept.has(group.id) ? "float" : "INT8",
  ]);
  const more = sorted.length - shown.length;
  const rest = more > 0 ? `and ${more} groups more\n` : "";
  return table(
    ["group alone in INT8", "error %", "", "multiply-adds", "stays"],
    rows,
    { from: 1, to: 2 },
    Deno.stdout,
  ) + rest + "\n" + lossText(mixed, images, measure.kind) +
    (limits ? limitText(mixed, limits) : "") + tensorrtText(tensorrt, limits) + "\n" +
    sizeTable(sizes);
}

/** One set of ranges against each size's own. */
function sizeTable(sizes: Analysis["sizes"]): string {
  if (sizes.length === 0) return "";
  const rows = sizes.map(({ size, reference, merged, own }) => [
    sizeText(size),
    points(reference),
    points(reference - merged),
    points(reference - own),
  ]);
  const heads = ["input", "float mAP", "INT8, ranges for all sizes", "for this one alone"];
  return table(heads, rows, { from: 1, to: 4 }, Deno.stdout) + "\n";
}

const points = (value: number) => value.toFixed(2);

function lossText(
  { int8, chosen }: Analysis["mixed"],
  images: number,
  kind: Analysis["measure"]["kind"],
): string {
  const how = kind === "annotations"
    ? `loss of mAP on ${images} annotated images`
    : `loss of mAP to be expected, from ${images} images`;
  const count = chosen.float.length;
  if (count === 0) return `${how}: ${points(int8.loss)} points\n`;
  const slower = chosen.slowdown === undefined
    ? ""
    : `, which take${count === 1 ? "s" : ""} ${chosen.slowdown.toFixed(1)} % more time`;
  return `${how}: ${points(int8.loss)} points in INT8, ${points(chosen.loss)} with ${count} ` +
    `group${count === 1 ? "" : "s"} float${slower}\n`;
}

/** What TensorRT's form loses, and what to do where that is too much. */
function tensorrtText(loss: number | undefined, limits: ReturnType<typeof limitsOf>): string {
  if (loss === undefined) return "";
  const over = limits && loss > limits.maxDrop
    ? `, over ${points(limits.maxDrop)}: --keep leaves more groups float, --head float the head`
    : "";
  return `in TensorRT's form: ${points(loss)} points${over}\n`;
}

/** Why it ended where it did. */
function limitText(
  { chosen, wanted }: Analysis["mixed"],
  { maxDrop, maxSlowdown }: NonNullable<ReturnType<typeof limitsOf>>,
): string {
  if (!wanted) return "";
  const slowdown = Math.ceil(wanted.slowdown ?? 0);
  const over = chosen.loss > maxDrop ? `, over ${points(maxDrop)}` : "";
  const count = wanted.float.length;
  return `${points(chosen.loss)} points${over}: the budget of speed, ${maxSlowdown} %, is spent; ` +
    `--max-slowdown ${slowdown} would reach ${points(wanted.loss)} with ${count} ` +
    `group${count === 1 ? "" : "s"} float\n`;
}
