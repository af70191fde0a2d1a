import type { NodeMessage } from "../../onnx/messages.ts";
import type { GroupKind } from "./plan.ts";

/** Gives groups readable ids, each once. */
export class GroupNames {
  readonly #taken = new Set<string>();
  readonly #counts = new Map<string, number>();

  /**
   * From the weights' name without what every such name ends in (`model.2.cv1.conv.weight` is
   * `model.2.cv1`), or the node's (`/conv1/conv/Conv` is `conv1.conv`); numbers that an exporter
   * made up (`onnx::Conv_1178`, `Conv_41`) are no names, then it is the kind and a count of it.
   */
  idOf(node: NodeMessage, weights: string | undefined, kind: GroupKind): string {
    const number = this.#counts.get(kind) ?? 0;
    this.#counts.set(kind, number + 1);
    const own = weights && /^[A-Za-z_][\w.]*\.weight$/.test(weights)
      ? weights.replace(/(\.conv)?\.weight$/, "")
      : undefined;
    const path = node.name?.includes("/")
      ? node.name.split("/").filter((part) => part !== "")
      : undefined;
    // A part that repeats the one above, `cv2.0/cv2.0.1`, says no more than the lower one.
    const short = path?.filter((part, i) => !path[i + 1]?.startsWith(`${part}.`));
    const wish = own ?? short?.join(".").replace(/(\.conv)?\.(Conv|Gemm|MatMul)$/, "");
    const alone = wish && !this.#taken.has(wish) ? wish : short?.join(".");
    let id = alone ?? `${kind}.${number}`;
    for (let i = 2; this.#taken.has(id); i++) id = `${alone ?? kind}#${i}`;
    this.#taken.add(id);
    return id;
  }
}
