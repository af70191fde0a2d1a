import type { GraphMessage, ModelMessage, ValueMessage } from "./messages.ts";
import { cloneMessage } from "./schema.ts";

/** A dimension: its size, or undefined where it is free. */
export type Size = number | undefined;

/** A whole ONNX model in memory, weights included. */
export class OnnxModel {
  /**
   * Takes what was read; {@link readModel} and {@link parseModel} make it.
   *
   * @param message What the file holds. It may be edited; the bytes of its tensors may not.
   * @param path Where it came from, for messages.
   * @param external Paths of the files beside it that its weights were read from.
   */
  constructor(
    readonly message: ModelMessage,
    readonly path: string,
    readonly external: readonly string[] = [],
  ) {}

  /** Its graph. */
  get graph(): GraphMessage {
    return this.message.graph;
  }

  /** The version of ONNX's own operators that it is written in; 1 where it does not say. */
  get opset(): number {
    const own = this.message.opsetImport.find((entry) => isDefaultDomain(entry.domain));
    return Number(own?.version ?? 1);
  }

  /** A copy that can be edited without changing this one. Tensors' data is shared. */
  clone(): OnnxModel {
    return new OnnxModel(cloneMessage(this.message), this.path, this.external);
  }

  /** The inputs to feed: those of the graph that no initializer fills. */
  get inputs(): ValueMessage[] {
    const filled = new Set(this.graph.initializer.map((tensor) => tensor.name));
    return this.graph.input.filter((input) => !filled.has(input.name));
  }
}

/** Whether a domain is ONNX's own, which has two names. */
export function isDefaultDomain(domain: string | undefined): boolean {
  return domain === undefined || domain === "" || domain === "ai.onnx";
}

/** A value's shape as it is declared; undefined where not even its rank is. */
export function declaredShape(value: ValueMessage): Size[] | undefined {
  return value.type?.tensorType?.shape &&
    (value.type.tensorType.shape.dim ?? []).map((dim) => {
      const size = dim.dimValue === undefined || dim.dimParam ? 0 : Number(dim.dimValue);
      return size > 0 ? size : undefined;
    });
}
