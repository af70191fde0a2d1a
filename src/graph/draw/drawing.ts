import type { z } from "zod";
import { optionSchema, usesEngine } from "../catalog.ts";
import { hides } from "../options.ts";
import type { NodePlan, Plan } from "../plan.ts";
import { redact } from "../secrets.ts";
import { formatDuration, isDuration } from "../values.ts";

/** What a box stands for. */
export type Kind = "camera" | "engine" | "native" | "transform" | "sink";

/** A box of a drawing. */
export interface Box {
  /** Safe in any language: letters and digits. */
  readonly key: string;
  readonly kind: Kind;
  readonly title: string;
  /** Smaller print: the element's name where the title is another, and what was set. */
  readonly details: readonly string[];
  /** Boxes of one number are one native job. */
  readonly job?: number;
}

/** An arrow of a drawing. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  /** An engine serves an element: no packets flow. */
  readonly serves: boolean;
}

/** A plan as boxes and arrows, before it takes the form of some language. */
export interface Drawing {
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

const mostDetails = 5;

/** Lays out what is to be drawn of a plan. Secrets are left out. */
export function drawing(plan: Plan, engineOptions: z.ZodType): Drawing {
  const boxes: Box[] = [];
  const arrows: Arrow[] = [];
  const say = (text: string) => redact(text, plan.secrets);
  const jobs = nativeJobs(plan.nodes);
  const keys = new Map(plan.nodes.map((node, index) => [node.id, `n${index}`]));
  plan.cameras.forEach(({ name, source, options }, index) => {
    const details = [source.name, ...told(source.options, options).map(say)];
    boxes.push({ key: `c${index}`, kind: "camera", title: say(name), details });
  });
  plan.engines.forEach(({ name, options }, index) => {
    const details = told(engineOptions, options).map(say);
    boxes.push({ key: `e${index}`, kind: "engine", title: say(name), details });
  });
  for (const node of plan.nodes) {
    const key = keys.get(node.id)!;
    const { element, id } = node;
    const { engine, ...own } = node.options;
    const serves = usesEngine(element) && typeof engine === "string";
    // What an element says of its engine is shown at the engine.
    const details = serves ? [] : told(element.options, own).map(say);
    boxes.push({
      key,
      kind: element.role,
      title: say(id),
      details: id === element.name ? details : [element.name, ...details],
      job: jobs.get(node),
    });
    if (serves) {
      const index = plan.engines.findIndex(({ name }) => name === engine);
      if (index >= 0) arrows.push({ from: `e${index}`, to: key, label: "", serves: true });
    }
    const label = `${node.input}\n${queue(node)}`;
    const froms = node.from === null
      ? plan.cameras.map((_, index) => `c${index}`)
      : [keys.get(node.from)!];
    for (const from of froms) arrows.push({ from, to: key, label, serves: false });
  }
  return { boxes, arrows };
}

/** `block 4`, `latest`. */
function queue({ link: { policy, size } }: NodePlan): string {
  return policy === "latest" ? policy : `${policy} ${size}`;
}

/** Consecutive native elements run as one job; only jobs of several are worth a frame. */
function nativeJobs(nodes: readonly NodePlan[]): Map<NodePlan, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const children = Map.groupBy(nodes, (node) => node.from);
  const jobs = new Map<NodePlan, number>();
  let count = 0;
  for (const node of nodes) {
    const parent = node.from === null ? undefined : byId.get(node.from);
    const joins = node.element.role === "native" && parent?.element.role === "native" &&
      children.get(parent.id)!.length === 1;
    if (!joins) continue;
    const job = jobs.get(parent) ?? count++;
    jobs.set(parent, job);
    jobs.set(node, job);
  }
  return jobs;
}

/** Options that are not as they would be by default, `score 0.3` each. */
function told(schema: z.ZodType, options: Readonly<Record<string, unknown>>): string[] {
  const { properties, required } = optionSchema(schema);
  const needed = Object.fromEntries(required.map((key) => [key, options[key]]));
  const base = schema.safeParse(needed);
  const standard = (base.success ? base.data : {}) as Record<string, unknown>;
  const lines: string[] = [];
  for (const [key, value] of Object.entries(options)) {
    const usual = !required.includes(key) &&
      JSON.stringify(value) === JSON.stringify(standard[key]);
    if (usual || value === undefined) continue;
    lines.push(`${key} ${hides(key) ? "•••" : inWords(value, properties[key])}`);
  }
  if (lines.length <= mostDetails) return lines;
  return [...lines.slice(0, mostDetails - 1), `… ${lines.length - mostDetails + 1} more`];
}

function inWords(value: unknown, schema: unknown): string {
  if (typeof value === "number" && isDuration(schema)) return formatDuration(value);
  if (typeof value === "object" && value !== null && "width" in value && "height" in value) {
    return `${value.width}x${value.height}`;
  }
  const text = typeof value === "string" ? value : JSON.stringify(value);
  // The end of a path says more than its beginning.
  return text.length > 40 ? `…${text.slice(-39)}` : text;
}

/** Text without what XML and diagram languages cannot hold: control characters, lone surrogates. */
export function plain(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.toWellFormed().replace(/[\u0000-\u001f\u007f-\u009f\ufffe\uffff]/g, "�");
}
