import type { Position } from "./plan.ts";

/** A `${…}` as it stands in the text. */
export interface Placeholder {
  /** With its dollar sign and braces. */
  readonly raw: string;
  readonly at: Position;
}

/** One value of a pipeline, whether it was written as YAML or as a launch line. */
export interface Scalar {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  /** As written, without quotes: `null` stays readable as a name. */
  readonly text: string;
  /** Written without quotes: what is filled in takes the type it would have had there. */
  readonly plain: boolean;
  readonly at: Position;
  /** Present while `${…}` are still to be filled in. */
  readonly template?: readonly (string | Placeholder)[];
  /** Came from a file or the environment: never to be shown. */
  readonly secret?: boolean;
  /** Could not be filled in. That is reported; nothing more is to be said about the value. */
  readonly broken?: boolean;
}

export interface Entry {
  readonly key: string;
  readonly at: Position;
  readonly value: Node;
}

export interface Mapping {
  readonly kind: "mapping";
  /** Each key once. */
  readonly entries: readonly Entry[];
  readonly at: Position;
}

export interface List {
  readonly kind: "list";
  readonly items: readonly Node[];
  readonly at: Position;
}

/** A tree of values with positions. Immutable: settings and interpolation make new ones. */
export type Node = Scalar | Mapping | List;

/** The entry under a key. */
export function entryOf(mapping: Mapping, key: string): Entry | undefined {
  return mapping.entries.find((entry) => entry.key === key);
}

/** A scalar that is text and nothing else. */
export function textNode(text: string, at: Position): Scalar {
  return { kind: "scalar", value: text, text, plain: false, at };
}

/** The plain JavaScript value, as option schemas take it. */
export function valueOf(node: Node): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(valueOf);
  return Object.fromEntries(node.entries.map((entry) => [entry.key, valueOf(entry.value)]));
}

/** A value in the words of an error message; a secret one is not shown. */
export function describe(node: Node): string {
  if (node.kind === "mapping") return "a mapping";
  if (node.kind === "list") return "a list";
  if (node.secret) return "•••";
  if (node.value === null) return "nothing";
  if (typeof node.value !== "string") return String(node.value);
  const text = node.value.length > 60 ? `${node.value.slice(0, 57)}…` : node.value;
  return `text ${JSON.stringify(text)}`;
}
