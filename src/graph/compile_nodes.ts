import { optionNames } from "./catalog.ts";
import { fillOptions, type Workshop } from "./compile.ts";
import type { Draft, ElementDraft } from "./draft.ts";
import { textOf } from "./draft_element.ts";
import { cameras, findElement } from "./ids.ts";
import { compileQueue, compileTimeout } from "./items.ts";
import { misfit, outputOf, takes } from "./links.ts";
import { shown } from "./names.ts";
import type { Entry } from "./node.ts";
import { checkOptions } from "./options.ts";
import type { NodePlan } from "./plan.ts";

/** An element with what feeds it; `parent` is undefined where that could not be made out. */
interface Linked {
  readonly draft: ElementDraft;
  readonly parent: ElementDraft | null | undefined;
  /** Where the link was written: at `from`, or at the element where it follows another. */
  readonly at: Entry["at"];
}

/** Links elements, orders them and checks their options, item keys and ports. */
export function compileNodes(
  draft: Draft,
  workshop: Workshop,
): NodePlan[] {
  const linked = link(draft, workshop);
  const ordered = order(linked, workshop);
  checkShares(ordered, workshop);
  const done = new Map<ElementDraft, NodePlan>();
  for (const one of ordered) {
    const node = compileNode(one, done, workshop);
    if (node) done.set(one.draft, node);
  }
  return [...done.values()];
}

function link(draft: Draft, workshop: Workshop): Linked[] {
  let previous: ElementDraft | null | undefined = null;
  return draft.elements.map((element) => {
    const from = element.keys.get("from");
    const linked: Linked = from
      ? { draft: element, parent: parentOf(from, element, draft, workshop), at: from.value.at }
      : { draft: element, parent: previous, at: element.at };
    previous = element;
    return linked;
  });
}

function parentOf(
  from: Entry,
  self: ElementDraft,
  draft: Draft,
  workshop: Workshop,
): ElementDraft | null | undefined {
  const { interpolator, report } = workshop;
  const name = textOf({ ...from, value: interpolator.fill(from.value) }, "`from`", report);
  if (name === undefined) return undefined;
  if (name === cameras) return null;
  const found = findElement(draft, name, self);
  if (!("problem" in found)) return found;
  const camera = draft.cameras.some((camera) => camera.name === name);
  report.error(
    from.value.at,
    camera && found.problem.startsWith("there is no")
      ? `${shown(name)} is a camera: \`from\` takes an element's id, or \`cameras\` for them all`
      : found.problem,
  );
  return undefined;
}

/** Each after the one it is fed by. Cycles are reported at the `from` that closes them. */
function order(linked: readonly Linked[], workshop: Workshop): Linked[] {
  const byDraft = new Map(linked.map((one) => [one.draft, one]));
  const ordered: Linked[] = [];
  const state = new Map<ElementDraft, "open" | "done">();
  for (const start of linked) {
    const path: Linked[] = [];
    let next: Linked | undefined = start;
    while (next && !state.has(next.draft)) {
      state.set(next.draft, "open");
      path.push(next);
      next = next.parent ? byDraft.get(next.parent) : undefined;
    }
    if (next && state.get(next.draft) === "open") {
      reportCycle(path.slice(path.indexOf(next)), workshop);
    }
    for (const one of path.reverse()) {
      state.set(one.draft, "done");
      ordered.push(one);
    }
  }
  return ordered;
}

function reportCycle(cycle: readonly Linked[], workshop: Workshop): void {
  const ids = cycle.map((one) => one.draft.id).reverse();
  // Walked against the flow; every cycle has a `from`, as a list alone only leads on.
  const closing = cycle.find((one) => one.draft.keys.has("from")) ?? cycle[0]!;
  const from = ids.indexOf(closing.draft.id);
  const round = [...ids.slice(from), ...ids.slice(0, from), ids[from]!];
  workshop.report.error(
    closing.at,
    round.length === 2
      ? `${shown(round[0]!)} feeds itself`
      : `the elements form a cycle: ${round.map((id) => shown(id)).join(" → ")}`,
  );
}

/** A tensor or raw output never leaves the native library, so one element alone can have it. */
function checkShares(ordered: readonly Linked[], workshop: Workshop): void {
  const first = new Map<ElementDraft, Linked>();
  for (const one of ordered) {
    const { parent } = one;
    const gives = parent?.element?.gives;
    if (!parent || (gives !== "tensor" && gives !== "raw")) continue;
    const other = first.get(parent);
    if (!other) {
      first.set(parent, one);
      continue;
    }
    workshop.report.error(
      one.at,
      `${shown(parent.id)} already feeds ${
        shown(other.draft.id)
      }: what it gives (${gives}) stays ` +
        "in the native library and goes to one element; branch before it, or after `nms`",
    );
  }
}

function compileNode(
  { draft, parent, at }: Linked,
  done: ReadonlyMap<ElementDraft, NodePlan>,
  workshop: Workshop,
): NodePlan | undefined {
  const { report, catalog } = workshop;
  const { element } = draft;
  const written = { queue: draft.keys.get("queue"), timeout: draft.keys.get("timeout") };
  const linkPlan = compileQueue(written.queue, workshop);
  const timeout = compileTimeout(written.timeout, workshop);
  if (!element) return undefined;
  const known = optionNames(element);
  const subject = { label: `\`${element.name}\``, at: draft.at, names: known };
  const options = checkOptions(
    element.options,
    fillOptions(draft.options, workshop),
    subject,
    report,
  );
  const feeding = parent ? done.get(parent) : undefined;
  // With its parent unknown or wrong, an element's input is anybody's guess.
  if (parent === undefined || (parent && !feeding)) {
    return undefined;
  }
  const input = feeding?.output ?? "image";
  if (!takes(element, input)) {
    const producer = feeding ? shown(feeding.id) : "a camera";
    report.error(draft.keys.has("from") ? at : draft.at, misfit(producer, input, element, catalog));
  }
  return {
    id: draft.id,
    element,
    options: options ?? {},
    from: feeding?.id ?? null,
    link: linkPlan,
    timeout,
    input,
    output: outputOf(element, input),
    position: draft.at,
  };
}
