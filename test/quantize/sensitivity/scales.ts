import { GraphIndex, type OnnxModel } from "../../../src/onnx/mod.ts";
import { floats } from "../../../src/onnx/tensor.ts";
import { readCalibration } from "../../../src/quantize/calibration/mod.ts";
import { scaleTensors } from "../../../src/quantize/sensitivity/ranges.ts";
import { openSubject } from "../../../src/quantize/subject.ts";
import { repository } from "../../shared.ts";

const parts = repository("pipelines/assets/parts-n.onnx");
/** A real model, and its calibration. */
export const subject = await openSubject(parts, [], []);
export const calibration = await readCalibration(parts.replace(".onnx", ".calibration.json"));
export const input = subject.contract.input.name;
const reads = new Map(
  subject.plan.groups.map((group) => [group, scaleTensors(subject.plan, group)]),
);
/** The first, which reads the picture, and five that read a tensor which no other reads. */
export const groups = subject.plan.groups.filter((group) => {
  const tensors = reads.get(group)!;
  if (tensors.has(input)) return true;
  if (group.kind !== "convolution" || tensors.size !== 1) return false;
  return [...reads].every(([other, all]) => other === group || !all.has([...tensors][0]!));
}).slice(0, 6);

/** The scale of what each group reads; undefined in float. */
export function scales(model: OnnxModel): (number | undefined)[] {
  const index = new GraphIndex(model.graph);
  return groups.map(({ node }) => {
    const { opType, input } = index.producer(index.producer(node)!.input[0]!) ?? {};
    return opType === "DequantizeLinear" ? floats(index.constant(input![1]!)!)[0] : undefined;
  });
}
