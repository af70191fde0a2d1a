import type { Analysis } from "../../quantize/sensitivity/analyse.ts";
import type { Mixed, MixLimits } from "../../quantize/sensitivity/mixed.ts";
import { some } from "../figures.ts";

/** What one form's mix of INT8 and float is told with. */
interface Words {
  /** Whose loss it is. */
  readonly of: string;
  /** Whether to name the groups: sums of two activations are in no table. */
  readonly named: boolean;
  /** How sure the time is. */
  readonly time: string;
  /** Why nothing more was tried where the loss is over its limit. */
  readonly end: (limits: MixLimits) => string;
}

const tensorrtWords: Words = {
  of: "in TensorRT's form",
  named: true,
  time: ", by an estimate,",
  end: ({ maxSlowdown }) =>
    `: no groups in float within the budget of speed, ${maxSlowdown} %, mend that; in 16 bits as a ` +
    "whole the model loses next to nothing, and is not much slower",
};

/**
 * What INT8 loses with the groups in float that were chosen, and which limit was reached.
 *
 * @param limits Undefined where any loss is allowed.
 */
export function lossText(
  { mixed, tensorrt, images, measure }: Pick<
    Analysis,
    "mixed" | "tensorrt" | "images" | "measure"
  >,
  limits: MixLimits | undefined,
): string {
  const of = measure.kind === "annotations"
    ? `loss of mAP on ${images} annotated images`
    : `loss of mAP to be expected, from ${images} images`;
  const end = () => " with any of the groups in float that were tried";
  const openvino = { of, named: false, time: "", end };
  return mixText(mixed, limits, openvino) +
    (tensorrt ? mixText(tensorrt, limits, tensorrtWords) : "");
}

function mixText(mixed: Mixed, limits: MixLimits | undefined, words: Words): string {
  const { int8, chosen: { float, loss, slowdown } } = mixed;
  const end = limits ? limitText(mixed, limits, words) : "";
  if (float.length === 0) return `${words.of}: ${points(int8.loss)} points\n${end}`;
  const takes = float.length === 1 ? "takes" : "take";
  const slower = slowdown === undefined
    ? ""
    : `, which${words.time} ${takes} ${slowdown.toFixed(1)} % more time`;
  return `${words.of}: ${points(int8.loss)} points in INT8, ${points(loss)} with ` +
    `${groupsText(float.length)} float${words.named ? ` (${some(float)})` : ""}${slower}\n${end}`;
}

function limitText({ chosen, wanted }: Mixed, limits: MixLimits, { end }: Words): string {
  const { maxDrop, maxSlowdown } = limits;
  const over = chosen.loss > maxDrop ? `, over ${points(maxDrop)}` : "";
  const loss = `${points(chosen.loss)} points${over}`;
  if (!wanted) return over && `${loss}${end(limits)}\n`;
  return `${loss}: the budget of speed, ${maxSlowdown} %, is spent; --max-slowdown ` +
    `${Math.ceil(wanted.slowdown ?? 0)} would reach ${points(wanted.loss)} with ` +
    `${groupsText(wanted.float.length)} float\n`;
}

/** Points of mean average precision. */
export const points = (value: number): string => value.toFixed(2);
const groupsText = (count: number) => `${count} group${count === 1 ? "" : "s"}`;
