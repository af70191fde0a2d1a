import { ModelError } from "../model/error.ts";
import { GraphIndex } from "./graph_index.ts";
import type { NodeMessage } from "./messages.ts";
import { isDefaultDomain, type OnnxModel } from "./model.ts";
import { changes, unchanged, type UpgradeContext } from "./opset_rules.ts";
import { integerTensor } from "./tensor.ts";
import { innerGraphs } from "./walk.ts";

/** Before, attributes were read in ways that no model of today has. */
const oldest = 7;

/**
 * A model that says the same in a newer version of ONNX's operators, for operators that only that
 * version has. The model itself is returned if it is new enough.
 *
 * @param to The version wished for; 13, 19 and 21 were tried.
 * @throws {ModelError} An operator that changed in between in a way not known here: it is named.
 */
export function upgradeOpset(model: OnnxModel, to: number): OnnxModel {
  const from = model.opset;
  if (from >= to) return model;
  if (from < oldest) {
    throw new ModelError(`is of opset ${from}; opset ${oldest} or newer is expected`, model.path);
  }
  const copy = model.clone();
  const index = new GraphIndex(copy.graph);
  const context: UpgradeContext = {
    from,
    to,
    index,
    constant(name, values) {
      const fresh = index.freshName(name);
      copy.graph.initializer.push(integerTensor(fresh, values));
      return fresh;
    },
    add(tensor) {
      const name = index.freshName(tensor.name ?? "");
      copy.graph.initializer.push({ ...tensor, name });
      return name;
    },
  };
  copy.graph.node = copy.graph.node.flatMap((node) => upgraded(node, context, model.path));
  for (const entry of copy.message.opsetImport) {
    if (isDefaultDomain(entry.domain)) entry.version = to;
  }
  // https://github.com/onnx/onnx/blob/main/docs/Versioning.md: the IR that goes with an opset.
  const ir = to >= 21 ? 10 : to >= 19 ? 9 : to >= 15 ? 8 : 7;
  copy.message.irVersion = Math.max(Number(copy.message.irVersion ?? 0), ir);
  return copy;
}

function upgraded(node: NodeMessage, context: UpgradeContext, path: string): NodeMessage[] {
  if (!isDefaultDomain(node.domain)) return [node];
  const fail = (what: string): never => {
    throw new ModelError(
      `can't be brought from opset ${context.from} to ${context.to}: the operator ${node.opType} ` +
        `(node \`${node.name || node.output[0]}\`) ${what}`,
      path,
    );
  };
  if (innerGraphs(node).length > 0) fail("has a graph of its own");
  if (unchanged.has(node.opType)) return [node];
  const rules = changes[node.opType];
  if (!rules) return fail("may have changed in between, and how is not known here");
  let nodes: NodeMessage[] = [node];
  for (const [version, rule] of rules) {
    if (context.from >= version || context.to < version) continue;
    const result = rule(nodes.at(-1)!, context);
    if (typeof result === "string") return fail(result);
    nodes = [...nodes.slice(0, -1), ...result];
  }
  return nodes;
}
