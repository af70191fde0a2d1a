import { multiplyAdds, type QuantizationPlan } from "../../quantize/graph/mod.ts";
import type { Analysis } from "../../quantize/sensitivity/analyse.ts";
import type { MixLimits } from "../../quantize/sensitivity/mixed.ts";
import { sizeText } from "../../quantize/subject.ts";
import type { Target } from "../../quantize/targets.ts";
import { table } from "../tables.ts";
import { lossText, points } from "./loss_text.ts";

/** More rows are not shown, but for groups that stay float. */
const mostRows = 12;
const barWidth = 20;

/**
 * The damage by group, most first, what the mixes lose, and which limit was reached.
 *
 * @param int8 Ids of the groups that are INT8 for a target.
 */
export function damageTable(
  analysis: Analysis,
  { groups }: QuantizationPlan,
  int8: (target: Target) => ReadonlySet<string>,
  limits: MixLimits | undefined,
): string {
  const { damages, mixed, tensorrt, sizes } = analysis;
  const sorted = damages.toSorted((a, b) => b.damage - a.damage);
  const total = multiplyAdds(groups);
  const greatest = sorted[0]?.damage || 1;
  const forms = [int8("openvino"), ...tensorrt ? [int8("tensorrt")] : []];
  const chosen = [...mixed.chosen.float, ...tensorrt?.chosen.float ?? []];
  const shown = sorted.filter(({ group }, i) => i < mostRows || chosen.includes(group.id))
    .slice(0, 2 * mostRows);
  const rows = shown.map(({ group, damage }) => [
    group.id,
    damage.toFixed(damage < 1 ? 3 : 2),
    "█".repeat(Math.max(1, Math.round(barWidth * damage / greatest))),
    total > 0 && group.multiplyAdds !== undefined
      ? `${(100 * group.multiplyAdds / total).toFixed(1)} %`
      : "–",
    ...forms.map((ids) => ids.has(group.id) ? "INT8" : "float"),
  ]);
  const more = sorted.length - shown.length;
  const rest = more > 0 ? `and ${more} groups more\n` : "";
  const stays = tensorrt ? ["OpenVINO", "TensorRT"] : ["stays"];
  return table(
    ["group alone in INT8", "error %", "", "multiply-adds", ...stays],
    rows,
    { from: 1, to: 2 },
    Deno.stdout,
  ) + rest + "\n" + lossText(analysis, limits) + "\n" + sizeTable(sizes);
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
