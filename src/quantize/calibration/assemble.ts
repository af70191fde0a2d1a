import type { ModelContract } from "../../model/mod.ts";
import type { CalibratedTensor, Calibration, Preprocessing } from "./calibration.ts";
import { inputRanges } from "./input_range.ts";
import { mergeSizes, type TensorHistogram } from "./histogram.ts";
import { letterboxPart } from "./instrumented.ts";
import { type Method, methodText, rangeOf } from "./method.ts";
import type { Observed } from "./observe.ts";

/** What is put into a calibration beside what was observed. */
export interface CalibrationHead {
  /** `lineside 0.1.0` */
  readonly tool: string;
  /** The model itself, without the added outputs. */
  readonly model: Calibration["model"];
  /** See `preprocessingOf`. */
  readonly preprocessing: Preprocessing;
  /** The tensor that pictures are put into, if it is one of the observed: its range is known. */
  readonly input?: string;
  /** For all tensors alike. */
  readonly method: Method;
  /** For symmetric ranges; the same if it is not given. */
  readonly symmetricMethod?: Method;
  /** Whether the observed model was the equalised one. */
  readonly equalised?: boolean;
  /** Ids of groups that are to stay float. */
  readonly float?: readonly string[];
  /** Tensors of which the channels are kept apart, where that was observed; none if not given. */
  readonly byChannel?: ReadonlySet<string>;
}

/** A calibration of what was observed, all tensors' ranges by the same methods. */
export function calibrationOf(observed: Observed, head: CalibrationHead): Calibration {
  const { count, skipped, sha256 } = observed.images;
  const [first] = observed.sizes;
  return {
    tool: head.tool,
    model: head.model,
    images: { count, skipped: skipped.length, sha256 },
    sizes: observed.sizes.map(({ width, height }) => ({ width, height })),
    preprocessing: head.preprocessing,
    method: methodsText(head.method, head.symmetricMethod),
    tensors: [...first?.histograms.keys() ?? []].map((name) => {
      const seen = observed.sizes.map(({ histograms }) => histograms.get(name)!);
      // The range of each channel would be of what was seen: the picture keeps its whole numbers.
      const apart = head.byChannel?.has(name) && name !== head.input;
      const histograms = apart ? seen : seen.map(withoutChannels);
      if (name !== head.input) return calibrated(histograms, head.method, head.symmetricMethod);
      return { name, ...inputRanges(head.preprocessing), histograms };
    }),
    ...(head.equalised && { equalised: true as const }),
    ...(head.float && head.float.length > 0 && { float: head.float }),
  };
}

function methodsText(method: Method, symmetric: Method = method): string {
  const texts = [method, symmetric].map(methodText);
  return [...new Set(texts)].join("/");
}

/** Ranges of one tensor, of its histograms at all sizes. */
export function calibrated(
  histograms: readonly TensorHistogram[],
  method: Method,
  symmetricMethod: Method = method,
): CalibratedTensor {
  const merged = mergeSizes(histograms);
  return {
    name: merged.name,
    method,
    ...(methodText(symmetricMethod) !== methodText(method) && { symmetricMethod }),
    asymmetric: rangeOf(merged, method, "asymmetric"),
    symmetric: rangeOf(merged, symmetricMethod, "symmetric"),
    histograms,
  };
}

function withoutChannels({ channels: _, ...rest }: TensorHistogram): TensorHistogram {
  return rest;
}

/** How a pipeline's `letterbox` prepares pictures for this model, but for the size. */
export function preprocessingOf(contract: ModelContract): Preprocessing {
  const { width, height } = contract.input;
  const part = letterboxPart(contract, { width: width ?? 32, height: height ?? 32 });
  const { width: _, height: __, ...rest } = part;
  return rest as unknown as Preprocessing;
}
