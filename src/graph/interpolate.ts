import type { Node, Scalar } from "./node.ts";
import type { Report } from "./report.ts";
import { resolvePlain } from "./scalar.ts";

/** Where `${…}` get their values. */
export interface Surroundings {
  /** An environment variable, or undefined where it is unset. */
  readonly env?: (name: string) => string | undefined;
  /** The text of a file. May throw; its message is shown. */
  readonly readFile?: (path: string) => string;
}

/** Fills in `${env:NAME}`, `${env:NAME:-default}` and `${file:PATH}`; keeps what is secret of them. */
export class Interpolator {
  readonly #secrets = new Set<string>();
  readonly #surroundings: Surroundings;
  readonly #report: Report;

  constructor(surroundings: Surroundings, report: Report) {
    this.#surroundings = surroundings;
    this.#report = report;
  }

  /** Values that came from outside, longest first, for {@linkcode redact}. */
  get secrets(): string[] {
    return [...this.#secrets].sort((a, b) => b.length - a.length);
  }

  /** A tree without placeholders. What cannot be filled in is reported and becomes nothing. */
  fill(node: Node): Node {
    if (node.kind === "list") return { ...node, items: node.items.map((item) => this.fill(item)) };
    if (node.kind === "mapping") {
      const entries = node.entries.map((entry) => ({ ...entry, value: this.fill(entry.value) }));
      return { ...node, entries };
    }
    if (node.template) return this.#fillScalar(node);
    return node.text.includes("${") ? this.#unclosed(node) : node;
  }

  /** Marks a value that stands openly under a key which hides. */
  keep(secret: string): void {
    if (secret !== "") this.#secrets.add(secret);
  }

  #fillScalar(node: Scalar): Scalar {
    let text = "";
    let secret = false;
    for (const part of node.template!) {
      if (typeof part === "string") {
        if (part.includes("${")) return this.#unclosed(node);
        text += part;
        continue;
      }
      const { value, outside } = this.#lookUp(part.raw, (message) => {
        this.#report.error(part.at, message);
      });
      // Not found: reported, and nothing more is to be said about this value.
      if (value === undefined) return { ...node, template: undefined, broken: true };
      text += value;
      if (!outside) continue;
      secret = true;
      // Numbers and switches are no secrets; hiding every 1 in a log would hide the log.
      if (value.length > 2 && typeof resolvePlain(value) === "string") this.#secrets.add(value);
    }
    const value = node.plain ? resolvePlain(text) : text;
    return { kind: "scalar", value, text, plain: node.plain, at: node.at, secret };
  }

  #unclosed(node: Scalar): Scalar {
    this.#report.error(node.at, "a `${` has no `}` on its line: write `$${…}` for a plain one");
    return { ...node, template: undefined, broken: true };
  }

  #lookUp(
    raw: string,
    fail: (message: string) => void,
  ): { value?: string; outside?: boolean } {
    if (raw.startsWith("$$")) return { value: raw.slice(1) };
    const content = raw.slice(2, -1);
    const [, kind, rest] = /^(env|file):(.*)$/s.exec(content) ?? [];
    if (kind === undefined || rest === undefined) {
      fail(
        `\`${raw}\`: expected \${env:NAME}, \${env:NAME:-default} or \${file:PATH}; $\${ stands for a plain \${`,
      );
      return {};
    }
    if (rest.includes("${")) {
      fail(`\`${raw}\`: a \${…} cannot stand inside another`);
      return {};
    }
    return kind === "env" ? this.#variable(rest, fail) : this.#file(rest, fail);
  }

  #variable(rest: string, fail: (message: string) => void): { value?: string; outside?: boolean } {
    const split = rest.indexOf(":-");
    const name = split < 0 ? rest : rest.slice(0, split);
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      fail(`\`${name}\` is no name of an environment variable`);
      return {};
    }
    let value: string | undefined;
    try {
      value = this.#surroundings.env?.(name);
    } catch (error) {
      fail(`environment variable \`${name}\` cannot be read: ${messageOf(error)}`);
      return {};
    }
    // As in a shell, `:-` also stands in for an empty variable.
    if (split >= 0 && (value === undefined || value === "")) {
      return { value: rest.slice(split + 2) };
    }
    if (value !== undefined) return { value, outside: true };
    fail(`environment variable \`${name}\` is not set: set it, or write \${env:${name}:-default}`);
    return {};
  }

  #file(path: string, fail: (message: string) => void): { value?: string; outside?: boolean } {
    if (path === "") {
      fail("`${file:}` names no file");
      return {};
    }
    try {
      const text = this.#surroundings.readFile?.(path);
      if (text !== undefined) return { value: text.replace(/\r?\n$/, ""), outside: true };
      fail(`\`${path}\` cannot be read: files are not available here`);
    } catch (error) {
      fail(`\`${path}\` cannot be read: ${messageOf(error)}`);
    }
    return {};
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
