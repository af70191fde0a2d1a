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

/**
 * Whether a group is float with a cache that leaves its tensors out: the last convolutions always are,
 * others only where they are to be and no activation function follows. In INT8 TensorRT 8 computes
 * that together with the convolution; without a range for what comes out, 8.5.3 ended the build ("Could
 * not find any implementation for node", seen of YOLOv8n's `model.2.cv1`).
 */
export function floatInCache(
  { id, kind, operators, last }: QuantGroup,
  keepFloat: ReadonlySet<string>,
): boolean {
  return last || (keepFloat.has(id) && kind !== "sum" && operators.length === 1);
}

/** Tensors to leave out of a cache, so that TensorRT 8 computes in float what makes them. */
export function floatNames(
  { prepared, plan }: Subject,
  keepFloat: ReadonlySet<string>,
): Set<string> {
  const index = new GraphIndex(prepared.graph);
  return new Set(
    plan.groups.filter((group) => floatInCache(group, keepFloat))
      .flatMap((group) => [...madeBy(index, group)]),
  );
}
