import {
  type Alias,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node as YamlNode,
  parseDocument,
  type YAMLMap,
} from "yaml";
import { shown } from "./names.ts";
import type { Entry, Node, Placeholder } from "./node.ts";
import { MaskedText } from "./placeholders.ts";
import { Places } from "./places.ts";
import type { Position } from "./plan.ts";
import type { Report } from "./report.ts";
import { maxDepth, syntaxMessage, telling, tooDeepAt } from "./syntax.ts";

/** Characters a pipeline file may have; a hundred cameras with all their options need 20 thousand. */
export const maxCharacters = 256 * 1024;
/** Values a document may hold once its aliases are followed. */
const maxValues = 20_000;
class TooMuch extends Error {}

/**
 * Reads YAML 1.2 (core schema) into a tree with positions. Every syntax error goes to the report;
 * undefined where there were any, as what follows one would be noise.
 */
export function readDocument(text: string, file: string, report: Report): Node | undefined {
  if (text.length > maxCharacters) {
    const start = { file, line: 1, column: 1 };
    report.error(
      start,
      `the file has ${text.length} characters: expected at most ${maxCharacters}`,
    );
    return undefined;
  }
  const masked = new MaskedText(text);
  const places = new Places(text, file);
  const at = (offset: number) => places.at(offset);
  const tooDeep = `values are nested too deeply: expected at most ${maxDepth} levels`;
  const deep = tooDeepAt(masked.text);
  if (deep !== undefined) {
    report.error(at(deep), tooDeep);
    return undefined;
  }
  try {
    const document = parseDocument(masked.text, {
      prettyErrors: false,
      uniqueKeys: false,
      logLevel: "error",
      version: "1.2",
    });
    const problems = telling([...document.errors, ...document.warnings]);
    for (const problem of problems) {
      if (problem.message.includes("call stack")) {
        report.error(at(problem.pos[0]), tooDeep);
        return undefined;
      }
      const message = syntaxMessage(problem, masked.text, (piece) => masked.restore(piece));
      report.error(at(problem.pos[0]), message);
    }
    if (problems.length > 0) return undefined;
    const reader = new Reader(masked, at, report);
    return isNode(document.contents) ? reader.read(document.contents, 0) : undefined;
  } catch (error) {
    if (error instanceof TooMuch) return undefined;
    // The yaml package recurses; what the check above lets through may still exhaust the stack.
    if (!(error instanceof RangeError)) throw error;
    report.error(at(0), tooDeep);
    return undefined;
  }
}

/** yaml's nodes into ours: aliases followed, duplicate keys reported, sizes bounded. */
class Reader {
  readonly #anchors = new Map<string, YamlNode>();
  readonly #targets = new Map<Alias, YamlNode>();
  readonly #open = new Set<YamlNode>();
  #values = 0;
  #expanding = 0;

  constructor(
    readonly masked: MaskedText,
    readonly position: (offset: number) => Position,
    readonly report: Report,
  ) {}

  read(node: YamlNode, depth: number): Node {
    const at = this.position(node.range?.[0] ?? 0);
    if (++this.#values > maxValues) {
      this.report.error(
        at,
        this.#expanding > 0
          ? `aliases unfold to more than ${maxValues} values: refused, as a YAML bomb does that`
          : `the file has more than ${maxValues} values`,
      );
      throw new TooMuch();
    }
    if (depth > maxDepth) {
      this.report.error(at, `values are nested too deeply: expected at most ${maxDepth} levels`);
      throw new TooMuch();
    }
    if (isAlias(node)) return this.#alias(node, at, depth);
    if (node.anchor && this.#expanding === 0) this.#anchors.set(node.anchor, node);
    if (isMap(node)) {
      this.#open.add(node);
      const entries = this.#entries(node, depth);
      this.#open.delete(node);
      return { kind: "mapping", entries, at };
    }
    if (isSeq(node)) {
      this.#open.add(node);
      const items = node.items.map((item) => this.read(item as YamlNode, depth + 1));
      this.#open.delete(node);
      return { kind: "list", items, at };
    }
    return this.#scalar(node, at);
  }

  #alias(alias: Alias, at: Position, depth: number): Node {
    const target = this.#targets.get(alias) ?? this.#anchors.get(alias.source);
    if (!target || this.#open.has(target)) {
      const problem = target ? "stands inside what it refers to" : "refers to no anchor before it";
      this.report.error(at, `alias \`*${alias.source}\` ${problem}`);
      return { kind: "scalar", value: null, text: "", plain: true, at, broken: true };
    }
    this.#targets.set(alias, target);
    this.#expanding++;
    const node = this.read(target, depth);
    this.#expanding--;
    return node;
  }

  #entries(map: YAMLMap, depth: number): Entry[] {
    const entries = new Map<string, Entry>();
    for (const pair of map.items) {
      const keyNode = pair.key as YamlNode | null;
      const at = this.position(keyNode?.range?.[0] ?? map.range?.[0] ?? 0);
      if (!isScalar(keyNode)) {
        this.report.error(at, "a key must be plain text");
        continue;
      }
      const key = this.masked.restore(keyNode.source ?? String(keyNode.value ?? ""));
      const first = entries.get(key);
      if (first) {
        const { line, column } = first.at;
        this.report.error(at, `key ${shown(key)} is given twice, first at ${line}:${column}`);
        continue;
      }
      const value: Node = isNode(pair.value)
        ? this.read(pair.value, depth + 1)
        : { kind: "scalar", value: null, text: "", plain: true, at };
      entries.set(key, { key, at, value });
    }
    return [...entries.values()];
  }

  #scalar(node: YamlNode, at: Position): Node {
    const { value, source = "", type } = node as { value: unknown; source?: string; type?: string };
    const plain = type === "PLAIN" && !node.tag;
    const parts = this.masked.split(source);
    const simple = typeof value === "string" || typeof value === "number" ||
        typeof value === "boolean"
      ? value
      : null;
    if (parts.every((part) => typeof part === "string")) {
      return { kind: "scalar", value: simple, text: source, plain, at };
    }
    const template = parts.map((part): string | Placeholder =>
      typeof part === "string" ? part : { raw: part.raw, at: this.position(part.offset) }
    );
    const text = this.masked.restore(source);
    return { kind: "scalar", value: text, text, plain, at, template };
  }
}
