import { withBatch } from "../../onnx/batch.ts";
import { removeUnused } from "../../onnx/edit.ts";
import type { OnnxModel } from "../../onnx/model.ts";
import { planQuantization } from "../graph/find.ts";
import type { QuantizationPlan } from "../graph/plan.ts";
import { checkExportable } from "./check.ts";
import { QdqEditor } from "./editor.ts";
import { toHalf } from "./half.ts";
import { placeQuantizers } from "./placement.ts";
import { type Ranges, symmetric } from "./ranges.ts";
import { splitConvolutions } from "./split.ts";

/** What may be chosen besides. */
export interface TensorrtOptions {
  /**
   * Whether what is not INT8 is 16-bit float, as a strongly typed network (TensorRT 10 and newer)
   * has it: only the tail stays 32-bit, because boxes need it. Such a model is of opset 19.
   */
  readonly half?: boolean;
  /** Pictures at once, for a model that takes one or any number; as in the model if not given. */
  readonly batch?: number;
  /** Whether depthwise convolutions are in INT8 too; false if not given. */
  readonly depthwise?: boolean;
  /**
   * Whether weights are plain floats, rounded all the same: then OpenVINO computes in floats, on any
   * processor, what TensorRT computes in INT8.
   */
  readonly plainWeights?: boolean;
  /** Changes weights or biases before they are quantised; gets a copy. */
  readonly transform?: (model: OnnxModel) => OnnxModel;
}

/**
 * A model with Q/DQ as TensorRT wants them, from 8.5 to 11: signed and symmetric, and not on
 * convolutions alone, which was measured to be slower than FP16, but wherever a tensor can stay in
 * INT8: after activation functions, sums, Concat, MaxPool, Resize, with one scale where tensors meet.
 * A convolution whose channels are split right after it becomes one for each part.
 *
 * Depthwise convolutions stay float: TensorRT takes scales by channel for weights alone, with one scale
 * for all that they read they lose the most, and in INT8 they are no faster there.
 *
 * @param model As {@link prepare} made it. It is not changed.
 * @param plan Of that model.
 * @param ranges Of the plan's tensors.
 * @param keepFloat Ids of groups that stay float.
 * @throws {RangeError} A range that is missing, or none.
 * @throws {ModelError} A model that has Q/DQ already, one not prepared, another one's plan, or a batch
 * that it can't have.
 */
export function exportTensorrt(
  model: OnnxModel,
  plan: QuantizationPlan,
  ranges: Ranges,
  keepFloat: ReadonlySet<string> = new Set(),
  options: TensorrtOptions = {},
): OnnxModel {
  checkExportable(model, plan);
  const changed = options.transform?.(model.clone()) ?? model;
  const split = splitConvolutions(changed, plan);
  const copy = options.batch === undefined ? split.model : withBatch(split.model, options.batch);
  const parts = planQuantization(copy);
  const active = parts.groups.filter((group) =>
    !keepFloat.has(split.parts.get(group.node) ?? group.id) &&
    (options.depthwise || group.kind !== "depthwise")
  );
  const editor = new QdqEditor(copy);
  const quantizers = placeQuantizers(editor.index, parts, {
    active,
    ranges,
    shareWithin: Infinity,
    everywhere: true,
  });
  for (const { tensor, range, uses } of quantizers) {
    editor.quantize(tensor, symmetric(range), "s8", uses);
  }
  const stored = options.plainWeights ? "plain" : "float";
  for (const group of active) editor.quantizeWeights(group, { form: "free", stored });
  editor.finish();
  removeUnused(copy);
  return options.half ? toHalf(copy, parts) : copy;
}
