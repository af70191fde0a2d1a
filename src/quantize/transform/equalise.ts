import { removeUnused } from "../../onnx/edit.ts";
import { GraphIndex, type OnnxModel } from "../../onnx/mod.ts";
import { dimensions, floats, floatTensor } from "../../onnx/tensor.ts";
import type { QuantGroup, QuantizationPlan } from "../graph/mod.ts";
import type { Subject } from "../subject.ts";
import { isReplaceable, type Layer, layerOf, replaceConstant } from "../graph/layer.ts";

/** What may lie between: f(s·x) = s·f(x) for any s > 0. SiLU, Clip and HardSwish are not so. */
const homogeneous = new Set(["Relu", "LeakyRelu", "PRelu"]);
/** Of chains of layers each pair changes the next one's ranges; they are gone through so often. */
const mostRounds = 20;
/** Ends it earlier: no channel is scaled by more than this share of itself. */
const settledAt = 1e-3;
/** A channel is scaled by no more than this in all: one that is nearly dead would have a huge bias. */
const mostScale = 256;

/** Two groups, of which the second alone reads what the first makes. */
export interface EqualPair {
  /** Makes the tensor. */
  readonly first: QuantGroup;
  /** Reads it. */
  readonly second: QuantGroup;
}

interface LayerPair {
  readonly first: Layer;
  readonly second: Layer;
}

/**
 * The pairs of a model's layers that can be equalised: convolutions and products joined by a tensor
 * that only the second reads, with Relu, LeakyRelu, PRelu or nothing between.
 */
export function equalPairs(model: OnnxModel, plan: QuantizationPlan): EqualPair[] {
  return found(new GraphIndex(model.graph), plan).map(({ groups }) => groups);
}

/**
 * Cross-layer equalisation (Nagel et al. 2019, https://arxiv.org/abs/1906.04721, section 4.1): a model
 * that computes the same, up to rounding, in which the channels between two layers have weights of
 * like ranges, so that one scale for all channels of a tensor wastes less. What makes channel c is
 * divided, and what reads it multiplied, by s = √(r1 / r2), of the greatest absolute weights r1 that
 * lead to it and r2 that lead from it. Channels without such weights stay as they are.
 *
 * It depends on the weights alone: the same model gives the same numbers. Tensors keep their names.
 *
 * @param model As `prepare` made it. It is not changed.
 * @param plan Of that model.
 */
export function equalise(model: OnnxModel, plan: QuantizationPlan): OnnxModel {
  const copy = model.clone();
  const index = new GraphIndex(copy.graph);
  const pairs = found(index, plan).map(({ layers }) => layers);
  const weights = new Map<string, Float64Array>();
  for (const { weights: name } of pairs.flatMap(({ first, second }) => [first, second])) {
    weights.set(name, Float64Array.from(floats(index.constant(name)!)));
  }
  const scales = pairs.map(({ first }) => new Float64Array(first.outputs).fill(1));
  for (let round = 0; round < mostRounds; round++) {
    let most = 0;
    pairs.forEach(({ first, second }, i) => {
      const [made, read] = [weights.get(first.weights)!, weights.get(second.weights)!];
      const whole = scales[i]!;
      const factors = whole.slice().fill(1);
      const r1 = greatest(made, first.outputs, (at) => first.joins(at)[1]);
      const r2 = greatest(read, first.outputs, (at) => second.joins(at)[0]);
      for (let c = 0; c < factors.length; c++) {
        if (r1[c] === 0 || r2[c] === 0) continue;
        const wished = whole[c]! * Math.sqrt(r1[c]! / r2[c]!);
        const scale = Math.min(mostScale, Math.max(1 / mostScale, wished));
        factors[c] = scale / whole[c]!;
        whole[c] = scale;
        most = Math.max(most, Math.abs(factors[c]! - 1));
      }
      for (let at = 0; at < made.length; at++) made[at]! /= factors[first.joins(at)[1]]!;
      for (let at = 0; at < read.length; at++) read[at]! *= factors[second.joins(at)[0]]!;
    });
    if (most < settledAt) break;
  }
  for (const [name, values] of weights) {
    const shape = dimensions(index.constant(name)!);
    replaceConstant(index, name, floatTensor(name, shape, Float32Array.from(values)));
  }
  pairs.forEach(({ first: { bias } }, i) => {
    if (!bias) return;
    const old = index.constant(bias.node.input[bias.index]!)!;
    const values = floats(old).map((value, c) => value / scales[i]![c]!);
    // Others may read the old one.
    const name = index.freshName(bias.node.input[bias.index]!);
    copy.graph.initializer.push(floatTensor(name, dimensions(old), values));
    bias.node.input[bias.index] = name;
  });
  removeUnused(copy);
  return copy;
}

function found(
  index: GraphIndex,
  { groups }: QuantizationPlan,
): { groups: EqualPair; layers: LayerPair }[] {
  const makers = new Map(groups.map((group) => [group.output, group]));
  return groups.flatMap((second) => {
    const [tensor] = second.reads;
    const first = tensor === undefined ? undefined : makers.get(tensor);
    if (!first || index.uses(tensor!).length !== 1 || index.isOutput(tensor!)) return [];
    const [made, read] = [layerOf(index, first), layerOf(index, second)];
    if (!made || !read || read.node.input[0] !== tensor || made.channels !== read.channels) {
      return [];
    }
    if (made.outputs !== read.inputs) return [];
    const between = first.operators.slice(made.node.opType === "MatMul" && made.bias ? 2 : 1);
    if (!between.every((operator) => homogeneous.has(operator))) return [];
    if (![made, read].every(({ weights }) => isReplaceable(index, weights))) return [];
    return [{ groups: { first, second }, layers: { first: made, second: read } }];
  });
}

function greatest(
  weights: Float64Array,
  channels: number,
  channel: (at: number) => number,
): Float64Array {
  const most = new Float64Array(channels);
  for (let at = 0; at < weights.length; at++) {
    const c = channel(at);
    most[c] = Math.max(most[c]!, Math.abs(weights[at]!));
  }
  return most;
}

const made = new WeakMap<OnnxModel, OnnxModel>();

/**
 * The float model that a calibration's ranges are of, and that becomes INT8: the prepared one, or
 * that one equalised. It is made once.
 */
export function floatModel(
  { prepared, plan }: Pick<Subject, "prepared" | "plan">,
  equalised: boolean,
): OnnxModel {
  if (!equalised) return prepared;
  const model = made.get(prepared) ?? equalise(prepared, plan);
  made.set(prepared, model);
  return model;
}
