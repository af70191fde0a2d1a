import { ModelError } from "../../model/error.ts";
import { DataType } from "../../onnx/messages.ts";
import type { OnnxModel } from "../../onnx/model.ts";
import type { QuantizationPlan } from "../graph/plan.ts";
import { qdqOpset } from "../graph/prepare.ts";

/**
 * Refuses what Q/DQ can't be put into.
 * @throws {ModelError} A model that has them already, one too old for them, one of 16-bit floats, or
 * another model's plan.
 */
export function checkExportable(model: OnnxModel, plan: QuantizationPlan): void {
  const { existing } = plan;
  if (existing) {
    const { activations, weights } = existing;
    throw new ModelError(
      `has Q/DQ already (${activations.length} activations, ${weights.length} weights), which are ` +
        "not replaced: use it as it is",
      model.path,
    );
  }
  if (model.opset < qdqOpset) {
    throw new ModelError(
      `is of opset ${model.opset}, which has no scales by channel; expected what prepare() makes of it`,
      model.path,
    );
  }
  const halves = model.graph.initializer.find(({ dataType }) =>
    dataType === DataType.float16 || dataType === DataType.bfloat16
  );
  if (halves) {
    throw new ModelError(
      `has 16-bit weights (\`${halves.name}\`); expected the model of 32-bit floats that it comes from`,
      model.path,
    );
  }
  const made = new Set(model.graph.node.flatMap((node) => node.output));
  const strange = plan.groups.find((group) => !made.has(group.node));
  if (strange) {
    throw new ModelError(
      `makes no tensor \`${strange.node}\`, of which the plan speaks: it is another model's`,
      model.path,
    );
  }
}
