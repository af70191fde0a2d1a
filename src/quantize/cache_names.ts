import { GraphIndex } from "../onnx/mod.ts";
import { cacheTensors } from "./export/mod.ts";
import type { QuantGroup } from "./graph/mod.ts";
import type { Subject } from "./subject.ts";

/** Tensors that a group's nodes make, from the computing node's to the one that comes out. */
function madeBy(index: GraphIndex, group: QuantGroup): Set<string> {
  const made = new Set<string>();
  const stack = [group.output];
  for (let name = stack.pop(); name !== undefined; name = stack.pop()) {
    if (made.has(name)) continue;
    made.add(name);
    if (name !== group.node) {
      stack.push(
        ...(index.producer(name)?.input ?? []).filter((read) =>
          index.producer(read) && !group.reads.includes(read)
        ),
      );
    }
  }
  return made;
}

/**
 * Tensors whose ranges a calibration cache needs besides the plan's: TensorRT 8 asks for those
 * inside a group too. What lies behind the last convolutions is not among them and stays float, as
 * do the outputs of these.
 */
export function cacheNames({ original, prepared, plan }: Subject): string[] {
  const index = new GraphIndex(prepared.graph);
  const within = new Set(
    plan.groups.filter(({ last }) => !last).flatMap((group) => [...madeBy(index, group)]),
  );
  const known = new Set(plan.tensors);
  const asked = new Set(cacheTensors(original).map(({ like }) => like));
  return prepared.graph.node.flatMap(({ output }) => output).filter((name) =>
    asked.has(name) && within.has(name) && !known.has(name)
  );
}

/** Whether TensorRT 8 was seen to compute a group in float too, where a range is missing. */
function isPlain({ kind, operators }: QuantGroup): boolean {
  return (kind === "convolution" || kind === "depthwise") &&
    operators.slice(1).every((operator) => operator === "Relu");
}

/**
 * The groups that are float with a cache that leaves their tensors out: the last convolutions
 * always, others where they are to be and TensorRT can build that. It takes a convolution and its SiLU
 * as one, and without a range for what that reads or makes, 8.5.3 ended the build: "Could not find any
 * implementation for node" (on an H200, without cuDNN and cuBLAS; of convolutions with and without a
 * Split behind, of readers of a sum or a bare convolution without a range). With Relu it built.
 */
export function floatInCache(
  { prepared, plan: { groups } }: Pick<Subject, "prepared" | "plan">,
  keepFloat: ReadonlySet<string>,
): QuantGroup[] {
  const index = new GraphIndex(prepared.graph);
  const plain = new Set(groups.filter(isPlain).map(({ node }) => index.producer(node)));
  const able = ({ node, output }: QuantGroup) =>
    plain.has(index.producer(node)) && index.uses(output).every(({ node }) => plain.has(node));
  return groups.filter((group) => group.last || (keepFloat.has(group.id) && able(group)));
}

/** Tensors to leave out of a cache, so that TensorRT 8 computes in float what makes them. */
export function floatNames(
  subject: Pick<Subject, "prepared" | "plan">,
  keepFloat: ReadonlySet<string>,
): Set<string> {
  const index = new GraphIndex(subject.prepared.graph);
  return new Set(
    floatInCache(subject, keepFloat).flatMap((group) => [...madeBy(index, group)]),
  );
}
