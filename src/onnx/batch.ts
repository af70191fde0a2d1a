import { ModelError } from "../model/error.ts";
import { integer } from "./attributes.ts";
import { GraphIndex } from "./graph_index.ts";
import type { OnnxModel } from "./model.ts";
import { inferShapes } from "./shapes.ts";
import { dimensions, integerTensor, numbers } from "./tensor.ts";

/**
 * A copy of a model for `batch` pictures at once in place of one: inputs and outputs are declared so,
 * and constants that say how something is reshaped or resized for one picture say it for all.
 *
 * @throws {ModelError} An input whose first dimension is neither free nor 1.
 */
export function withBatch(model: OnnxModel, batch: number): OnnxModel {
  const copy = model.clone();
  const shapes = inferShapes(model);
  const index = new GraphIndex(copy.graph);
  const first = (name: string) => shapes.get(name)?.[0];
  for (const node of copy.graph.node) {
    // A reshape's second input; a resize's fourth.
    const at = { Reshape: 1, Resize: 3 }[node.opType];
    const name = at === undefined ? undefined : node.input[at];
    const constant = name ? index.constant(name) : undefined;
    if (!name || !constant || index.constant(node.input[0]!) || integer(node, "allowzero", 0)) {
      continue;
    }
    const sizes = [...numbers(constant)];
    if (dimensions(constant).length !== 1 || sizes[0] !== 1 || first(node.input[0]!) !== 1) {
      continue;
    }
    sizes[0] = batch;
    const changed = index.freshName(`${name}_batch${batch}`);
    copy.graph.initializer.push(integerTensor(changed, sizes));
    node.input[at!] = changed;
  }
  const filled = new Set(copy.graph.initializer.map((tensor) => tensor.name));
  for (const value of [...copy.graph.input, ...copy.graph.output]) {
    const dim = value.type?.tensorType?.shape?.dim?.[0];
    if (!dim || filled.has(value.name)) continue;
    const size = Number(dim.dimValue ?? 0);
    const isInput = copy.graph.input.includes(value);
    if (size > 1 && isInput) {
      throw new ModelError(
        `its input \`${value.name}\` takes ${size} pictures at once; 1 or any is expected`,
        model.path,
      );
    }
    if (size > 1) continue;
    delete dim.dimParam;
    dim.dimValue = batch;
  }
  copy.graph.valueInfo = [];
  return copy;
}
