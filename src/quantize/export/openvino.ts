import { removeUnused } from "../../onnx/edit.ts";
import type { GraphIndex } from "../../onnx/graph_index.ts";
import type { TensorMessage } from "../../onnx/messages.ts";
import type { OnnxModel } from "../../onnx/model.ts";
import type { QuantGroup, QuantizationPlan } from "../graph/plan.ts";
import { checkExportable } from "./check.ts";
import { QdqEditor } from "./editor.ts";
import { placeQuantizers } from "./placement.ts";
import { quantizeByChannel, readByPointwise } from "./pointwise.ts";
import { noteWeights } from "./weight_note.ts";
import type { WeightForm } from "./weights.ts";
import { asymmetric, type Quantization, type Range, type Ranges } from "./ranges.ts";
import { maximaOf } from "./maxima.ts";

/** What may be chosen besides. */
export interface OpenvinoOptions {
  /** See {@link PlacementWishes.shareWithin}; 1.25 if it is not given. */
  readonly shareWithin?: number;
  /** Whether residual connections are added in INT8; false if not given: it gains next to nothing. */
  readonly sums?: boolean;
  /**
   * Ranges by channel of tensors that convolutions read. Where depthwise ones alone read one, or
   * pointwise ones, it has a scale and a zero point for each channel: OpenVINO still computes them in
   * INT8, as fast. They tell too how large paired weights may be.
   */
  readonly channels?: ReadonlyMap<string, readonly Range[]>;
  /** `paired` if not given. */
  readonly weights?: WeightForm;
  /** Changes weights or biases before they are quantised (a bias correction, say); gets a copy. */
  readonly transform?: (model: OnnxModel) => OnnxModel;
}

/**
 * A model with Q/DQ as OpenVINO turns them into INT8: activations of 8 bits without sign, whose zero
 * is exact, weights of 8 bits with sign, a scale a channel, biases float.
 *
 * Q/DQ stand after activation functions, never between a convolution and its SiLU, which are computed
 * together.
 *
 * @param model As {@link prepare} made it. It is not changed.
 * @param plan Of that model.
 * @param ranges Of the plan's tensors.
 * @param keepFloat Ids of groups that stay float.
 * @throws {RangeError} A range that is missing, or none.
 * @throws {ModelError} A model that has Q/DQ already, one not prepared, or another one's plan.
 */
export function exportOpenvino(
  model: OnnxModel,
  plan: QuantizationPlan,
  ranges: Ranges,
  keepFloat: ReadonlySet<string> = new Set(),
  options: OpenvinoOptions = {},
): OnnxModel {
  checkExportable(model, plan);
  const copy = options.transform?.(model.clone()) ?? model.clone();
  const editor = new QdqEditor(copy);
  const active = plan.groups.filter((group) =>
    !keepFloat.has(group.id) && (options.sums || group.kind !== "sum")
  );
  const shareWithin = options.shareWithin ?? 1.25;
  const channels = options.channels ?? new Map<string, readonly Range[]>();
  const apart = readAlone(editor.index, active, channels);
  const pointwise = readByPointwise(editor.index, active, channels);
  const quantizers = placeQuantizers(editor.index, plan, {
    active,
    ranges,
    shareWithin,
    apart: new Set([...apart.values(), ...pointwise.values()].flat()),
  });
  const first = new Map<string, string>();
  const integers = new Map<string, Quantization | readonly Quantization[]>();
  for (const { tensor, range, uses, again } of quantizers) {
    const from = again ? first.get(tensor) : tensor;
    const made = editor.quantize(tensor, asymmetric(range), "u8", uses, from);
    integers.set(made, asymmetric(range));
    if (!again) first.set(tensor, made);
  }
  for (const tensor of apart.keys()) {
    const scales = channels.get(tensor)!.map(asymmetric);
    editor.quantize(tensor, scales, "u8", editor.index.uses(tensor));
  }
  const folded = new Map<QuantGroup, TensorMessage>();
  for (const [tensor, groups] of pointwise) {
    const quantized = quantizeByChannel(editor, tensor, channels.get(tensor)!, groups);
    integers.set(quantized.made, quantized.how);
    for (const [group, weights] of quantized.folded) folded.set(group, weights);
  }
  const { weights: form = "paired" } = options;
  for (const group of active) {
    const maxima = maximaOf(editor.index, group, { channels, integers });
    editor.quantizeWeights(group, { form, maxima, folded: folded.get(group) });
  }
  editor.finish();
  noteWeights(copy, form);
  removeUnused(copy);
  return copy;
}

/**
 * Depthwise convolutions by the tensor that they read, where it has ranges by channel and nobody else
 * reads it. If others do, they would need it in a scale of its own, so that it would be written as
 * float and quantised twice: on YOLOX-Nano's four such tensors that gained nothing.
 */
function readAlone(
  index: GraphIndex,
  active: readonly QuantGroup[],
  channels: ReadonlyMap<string, readonly Range[]>,
): Map<string, QuantGroup[]> {
  const depthwise = active.filter(({ kind }) => kind === "depthwise");
  const nodes = new Set(depthwise.map(({ node }) => index.producer(node)));
  const found = new Map<string, QuantGroup[]>();
  for (const group of depthwise) {
    const [tensor = ""] = group.reads;
    if (!channels.has(tensor) || index.isOutput(tensor)) continue;
    if (!index.uses(tensor).every(({ node }) => nodes.has(node))) continue;
    found.set(tensor, [...found.get(tensor) ?? [], group]);
  }
  return found;
}
