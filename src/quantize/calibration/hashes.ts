import { createHash } from "node:crypto";
import { basename } from "node:path";

/**
 * SHA-256 of a model: of its file and of the files that hold its weights, in this order.
 *
 * @param external Paths of those files, where weights are outside the model.
 * @returns 64 hexadecimal digits.
 */
export async function modelHash(path: string, external: readonly string[] = []): Promise<string> {
  const hash = createHash("sha256");
  for (const file of [path, ...external]) {
    using opened = await Deno.open(file);
    for await (const chunk of opened.readable) hash.update(chunk);
  }
  return hash.digest("hex");
}

/** SHA-256 of a list of pictures: of their names and what is in them, in their order. */
export class ImagesHash {
  readonly #lines: string[] = [];

  /** Picture `index` of the list; they may come in any order. */
  add(index: number, file: string, bytes: Uint8Array): void {
    const content = createHash("sha256").update(bytes).digest("hex");
    this.#lines[index] = `${content} ${basename(file)}\n`;
  }

  /** 64 hexadecimal digits. */
  digest(): string {
    const hash = createHash("sha256");
    for (const line of this.#lines) if (line) hash.update(line);
    return hash.digest("hex");
  }
}
