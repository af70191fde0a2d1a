import type { Calibration } from "../../quantize/calibration/mod.ts";
import { floatNodes } from "../../quantize/float_nodes.ts";
import { multiplyAdds, type QuantGroup } from "../../quantize/graph/mod.ts";
import { sizeText, type Subject } from "../../quantize/subject.ts";
import type { Analysis } from "../../quantize/sensitivity/analyse.ts";
import { activeGroups, type Target } from "../../quantize/targets.ts";
import type { QuantizeOptions } from "./options.ts";
import { table } from "../tables.ts";
import { print } from "../terminal.ts";
import { damageTable } from "./damage_table.ts";
import { limitsOf } from "./measure.ts";
import { cacheNote, depthwiseNote, floatNote } from "./notes.ts";

/** A file that was written for a target. */
export interface Made {
  readonly target: Target;
  readonly file: string;
  /** Bytes. */
  readonly size: number;
  /** Groups that are in INT8 there. */
  readonly active: readonly QuantGroup[];
}

/** All that there is to tell. */
export interface Result {
  readonly subject: Subject;
  readonly calibration: Calibration;
  /** Of the calibration. */
  readonly path: string;
  /** Ids of groups that stay float for a target. */
  readonly float: (target: Target) => ReadonlySet<string>;
  readonly made: readonly Made[];
  /** Whether the calibration was there before. */
  readonly reused: boolean;
  /** What INT8 costs; null where it was not measured now. */
  readonly analysis: Analysis | null;
}

/** Prints what was made, as a table or as JSON. */
export async function showResult(result: Result, options: QuantizeOptions): Promise<void> {
  const { subject, calibration, path, float, made, reused, analysis } = result;
  const { plan, model } = subject;
  const bytes = (await Deno.stat(path)).size;
  const others = floatNodes(subject);
  if (options.json) {
    return print(
      JSON.stringify({
        model: model.file,
        sha256: model.sha256,
        calibration: { file: path, bytes, reused },
        images: calibration.images,
        sizes: calibration.sizes,
        method: calibration.method,
        groups: plan.groups.map(({ id, kind, head, multiplyAdds }) => ({
          ...{ id, kind, head, multiplyAdds },
          kept: float("openvino").has(id),
          keptTensorrt: float("tensorrt").has(id),
        })),
        float: others,
        sensitivity: calibration.sensitivity ?? null,
        ...(analysis && analysis.sizes.length > 0 && { lossBySize: analysis.sizes }),
        ...(analysis?.mixed.wanted && { withinMaxDrop: analysis.mixed.wanted }),
        files: made.map(({ target, file, size, active }) => ({
          target,
          file,
          bytes: size,
          int8: active.length,
          float: plan.groups.length - active.length,
          multiplyAddsInt8: share(active, plan.groups) ?? null,
          int8AllTheSame: active.map(({ id }) => id).filter((id) => float(target).has(id)),
        })),
      }) + "\n",
    );
  }
  const rows = made.map(({ target, file, size, active }) => [
    target,
    `${active.length}`,
    `${plan.groups.length - active.length}`,
    percentText(share(active, plan.groups)),
    sizeOf(size),
    file,
  ]);
  const { count, skipped } = calibration.images;
  const sizes = calibration.sizes.map(sizeText).join(", ");
  const how = `${count} images${skipped > 0 ? ` (${skipped} skipped)` : ""} at ${sizes}, ` +
    calibration.method;
  if (analysis) {
    const int8 = (target: Target) =>
      new Set(activeGroups(subject, target, float(target)).map(({ id }) => id));
    print(damageTable(analysis, plan, int8, limitsOf(options)));
  }
  print(
    table(
      ["target", "groups in INT8", "float", "multiply-adds in INT8", "size", "file"],
      [...rows, [reused ? "(used)" : "calibration", "", "", "", sizeOf(bytes), path]],
      { from: 1, to: 5 },
      Deno.stdout,
    ) + `calibrated on ${how}\n` + floatNote(others.map(({ operator }) => operator)) +
      made.map(({ target, active }) => {
        const kept = active.filter(({ id }) => float(target).has(id)).length;
        return cacheNote(kept) + (target === "tensorrt" ? depthwiseNote(plan.groups) : "");
      }).join(""),
  );
}

/** Of all multiplications and additions, how many these do; undefined if it can't be told. */
function share(active: readonly QuantGroup[], all: readonly QuantGroup[]): number | undefined {
  const total = multiplyAdds(all);
  return total > 0 ? multiplyAdds(active) / total : undefined;
}

function percentText(share: number | undefined): string {
  return share === undefined ? "–" : `${(share * 100).toFixed(1)} %`;
}

function sizeOf(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
