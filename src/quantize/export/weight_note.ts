import type { OnnxModel } from "../../onnx/model.ts";
import type { WeightForm } from "./weights.ts";

const key = "lineside.weights";

/**
 * Notes in a model's metadata what its weights may be. From the integers alone it can't be told that
 * paired ones do not saturate: that depends on how large their inputs become.
 */
export function noteWeights({ message }: OnnxModel, form: WeightForm): void {
  message.metadataProps = [
    ...message.metadataProps.filter((entry) => entry.key !== key),
    { key, value: form },
  ];
}

/** Whether a model notes that its weights are paired. */
export function notedPaired({ message }: OnnxModel): boolean {
  return message.metadataProps.some((entry) => entry.key === key && entry.value === "paired");
}
