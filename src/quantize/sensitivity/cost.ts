import { inputShape } from "../../model/mod.ts";
import { inferShapes } from "../../onnx/shapes.ts";
import type { InputSize } from "../calibration/mod.ts";
import type { QuantGroup } from "../graph/mod.ts";
import type { Subject } from "../subject.ts";

/** Multiply-adds that take as long as moving one value in 32 bits in place of 8. */
const perValue = 30;

/**
 * About how much longer each group takes in float than in INT8, by id; only the proportions mean
 * something. Arithmetic takes longer, and so does what is moved, which is most of a depthwise
 * convolution.
 */
export function floatCosts(
  { prepared, plan, contract: { input } }: Subject,
  size: InputSize,
): Map<string, number> {
  const shapes = inferShapes(prepared, { [input.name]: inputShape(input, size) });
  const values = (name: string) =>
    (shapes.get(name) ?? []).reduce<number>((product, size) => product * (size ?? 1), 1);
  const cost = ({ multiplyAdds, reads, output }: QuantGroup) => {
    const moved = [...reads, output].reduce((sum, name) => sum + values(name), 0);
    return (multiplyAdds ?? 0) + perValue * moved;
  };
  return new Map(plan.groups.map((group) => [group.id, cost(group)]));
}
