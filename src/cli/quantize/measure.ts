import { parseAnnotations } from "../../evaluate/mod.ts";
import { openNative } from "../../native/mod.ts";
import type { Calibration } from "../../quantize/calibration/mod.ts";
import { analyse, type Analysis } from "../../quantize/sensitivity/analyse.ts";
import { annotate } from "../../quantize/sensitivity/annotated.ts";
import type { Mixed } from "../../quantize/sensitivity/mixed.ts";
import type { Subject } from "../../quantize/subject.ts";
import { readData } from "../evaluate/errors.ts";
import { CliError } from "../exit.ts";
import { Progress } from "../progress.ts";
import type { QuantizeOptions } from "./options.ts";

/** Where nothing else is said: points, and per cent. */
export const defaultLimits = { maxDrop: 0.3, maxSlowdown: 5 };

/** What is said of the loss that is allowed; undefined: any. */
export function limitsOf({ maxDrop, maxSlowdown }: QuantizeOptions) {
  if (maxDrop === "none") return undefined;
  return {
    maxDrop: maxDrop ?? defaultLimits.maxDrop,
    maxSlowdown: maxSlowdown ?? defaultLimits.maxSlowdown,
  };
}

/** Whether trials are wanted: to choose ranges, or to find what must stay float. */
export function measures(options: QuantizeOptions): boolean {
  return limitsOf(options) !== undefined || isAuto(options);
}

/** Whether each range is by the method that does best. */
export function isAuto({ method, percentile }: QuantizeOptions): boolean {
  return (method ?? (percentile === undefined ? "auto" : "percentile")) === "auto";
}

/** What a measurement needs of the verb. */
export interface MeasureContext {
  readonly signal: AbortSignal;
  /** Called with each bar that is drawn. */
  readonly begun: (bar: Progress) => void;
}

/** Says early what would be found out only after minutes. */
export function checkMeasurable(options: QuantizeOptions): void {
  if (!measures(options)) return;
  const native = openNative();
  const backends = native.devices().backends as { name: string; error?: string }[];
  const backend = backends.find(({ name }) => name === "openvino");
  void native.close();
  if (backend && backend.error === undefined) return;
  throw new CliError(
    `accuracy is measured by OpenVINO, which is not to be had: ${
      backend?.error ?? "there is no such backend"
    }; --max-drop none --method percentile does without`,
  );
}

/** Chooses ranges and finds the groups to keep float; null where neither is wanted. */
export async function measured(
  subject: Subject,
  calibration: Calibration,
  images: readonly string[],
  kept: ReadonlySet<string>,
  options: QuantizeOptions,
  { signal, begun }: MeasureContext,
): Promise<Analysis | null> {
  if (!measures(options)) return null;
  const limits = limitsOf(options) ?? { maxDrop: Infinity, maxSlowdown: Infinity };
  const { annotations } = options;
  const { labels } = subject.contract;
  const annotated = annotations === undefined ? undefined : annotate(
    parseAnnotations(await readData(annotations), annotations),
    images,
    labels,
    subject.model.file,
  );
  const shown = !options.quiet && Deno.stderr.isTerminal();
  let bar: Progress | undefined;
  let label = "";
  const native = openNative();
  try {
    return await analyse({
      native,
      subject,
      calibration,
      images,
      annotated,
      auto: isAuto(options),
      tensorrt: options.targets.some((target) => target !== "openvino"),
      keepFloat: kept,
      limits,
      signal,
      step(phase, unit, done, total) {
        if (phase !== label) {
          bar?.stop();
          bar = new Progress(shown, label = phase, total, unit);
          begun(bar);
        }
        bar!.update(done);
      },
    });
  } finally {
    bar?.stop();
    await native.close();
  }
}

/**
 * A calibration with what was found out: it alone makes the same models again.
 *
 * @param kept Ids of the groups that were to stay float.
 */
export function settled(
  kept: ReadonlySet<string>,
  { calibration, images, measure, damages, mixed, tensorrt }: Analysis,
): Calibration {
  const float = [...kept, ...mixed.chosen.float];
  return {
    ...calibration,
    ...(float.length > 0 && { float }),
    ...(tensorrt && { floatTensorrt: [...kept, ...tensorrt.chosen.float] }),
    sensitivity: {
      images,
      measure: measure.kind,
      reference: measure.reference,
      ...lossesOf(mixed),
      ...(tensorrt && { tensorrt: lossesOf(tensorrt) }),
      groups: damages.map(({ group: { id }, damage }) => ({ id, damage })),
    },
  };
}

const lossesOf = ({ int8, chosen: { loss, slowdown } }: Mixed) => ({
  lossInt8: int8.loss,
  loss,
  ...(slowdown !== undefined && { slowdown }),
});
