import { type OnnxModel, readModel } from "../../../src/onnx/mod.ts";
import type { Range, Ranges } from "../../../src/quantize/export/mod.ts";
import {
  channelTensors,
  planQuantization,
  prepare,
  type QuantGroup,
  type QuantizationPlan,
} from "../../../src/quantize/graph/mod.ts";
import { output } from "../../process.ts";
import { referencePython, repository, shared } from "../../shared.ts";

/** What is fed to a model. */
export interface Pictures {
  /** Height and width. */
  readonly size: readonly [number, number];
  /** A pixel becomes this times its value. */
  readonly scale: number;
  readonly images: readonly string[];
}

/** A script beside this file. */
export const script = (name: string) => repository(`test/quantize/export/${name}`);

/** Pictures' shape and scale as the scripts take them. */
export const asArguments = ({ size, scale }: Pictures) => [size.join("x"), `${scale}`];

/** A real model with its plan, and ranges that Python observes on the pictures. */
export async function observed(name: string, pictures: Pictures): Promise<{
  path: string;
  model: OnnxModel;
  plan: QuantizationPlan;
  ranges: Ranges;
  channels: ReadonlyMap<string, readonly Range[]>;
}> {
  const path = `${shared("models")}/${name}.onnx`;
  const model = prepare(readModel(path));
  const plan = planQuantization(model, { images: [1, 3, ...pictures.size] });
  const found: Record<string, [number, number, [number, number][]]> = JSON.parse(
    await output([
      ...[referencePython()!, script("observe.py"), path, ...asArguments(pictures)],
      ...[JSON.stringify(plan.tensors), ...pictures.images],
    ]),
  );
  const ranges = new Map(
    Object.entries(found).map(([tensor, [min, max]]) => [tensor, { min, max }]),
  );
  const wanted = channelTensors(plan);
  const channels = new Map(
    Object.entries(found).filter(([tensor]) => wanted.has(tensor)).map(([tensor, [, , all]]) => [
      tensor,
      all.map(([min, max]) => ({ min, max })),
    ]),
  );
  return { path, model, plan, ranges, channels };
}

/** Ids of the groups that a test keeps float. */
export function kept(plan: QuantizationPlan, keep?: (group: QuantGroup) => boolean): Set<string> {
  return new Set(plan.groups.filter((group) => keep?.(group)).map(({ id }) => id));
}

/** Two boards of DeepPCB, for the model trained on them. */
export const boards = (): Pictures => ({
  size: [640, 640],
  scale: 1 / 255,
  images: ["00041000", "20085250"].map((name) => `${shared("deeppcb/images")}/${name}.jpg`),
});

/** Two photographs of COCO. */
export function photographs(size: readonly [number, number], scale: number): Pictures {
  const folder = `${shared("coco/images")}/train2017`;
  const names = [...Deno.readDirSync(folder)].map(({ name }) => `${folder}/${name}`).sort();
  return { size, scale, images: names.slice(0, 2) };
}
