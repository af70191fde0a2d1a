import type { Draft, ElementDraft } from "./draft.ts";
import { textOf } from "./draft_element.ts";
import type { Interpolator } from "./interpolate.ts";
import { listed, namePattern, shown, suggestion } from "./names.ts";
import type { Position } from "./plan.ts";
import type { Report } from "./report.ts";

/** The id that stands for the cameras' pictures in `from`. */
export const cameras = "cameras";

/** Gives every element its id: the one written, else its name, `name-2`, `name-3` … */
export function assignIds(draft: Draft, interpolator: Interpolator, report: Report): void {
  const taken = new Map<string, Position>();
  for (const element of draft.elements) {
    const entry = element.keys.get("id");
    if (!entry) continue;
    const filled = { ...entry, value: interpolator.fill(entry.value) };
    const id = textOf(filled, "`id`", report);
    if (id === undefined) continue;
    const first = taken.get(id);
    if (first) {
      report.error(
        entry.value.at,
        `two elements have the id ${shown(id)}, the first at ${first.line}:${first.column}`,
      );
      continue;
    }
    if (!namePattern.test(id) || id === cameras) {
      report.error(
        entry.value.at,
        id === cameras
          ? "`cameras` cannot be an id: it stands for the cameras' pictures"
          : `${shown(id)} cannot be an id: expected letters, digits, \`_\` and \`-\``,
      );
    }
    taken.set(id, entry.value.at);
    element.id = id;
    element.named = true;
  }
  for (const element of draft.elements) {
    if (element.named || !element.element) continue;
    const { name } = element.element;
    let id = name;
    for (let number = 2; taken.has(id); number++) id = `${name}-${number}`;
    taken.set(id, element.at);
    element.id = id;
  }
}

/** Why a name leads to no element. */
export interface NotFound {
  readonly problem: string;
}

/** The element that an id means, or a name where only one has it; `self` is not suggested. */
export function findElement(
  draft: Draft,
  name: string,
  self?: ElementDraft,
): ElementDraft | NotFound {
  const byId = draft.elements.find((element) => element.id === name);
  if (byId?.named) return byId;
  const byName = draft.elements.filter((element) => element.element?.name === name);
  if (byName.length === 1) return byName[0]!;
  if (byName.length > 1) {
    const ids = byName.map((element) => element.id).filter((id) => id !== name);
    return {
      problem: `${shown(name)} could be any of ${byName.length} elements: give the one an \`id\`` +
        (ids.length > 0 ? `, or name ${listed(ids, "or")}` : ""),
    };
  }
  if (byId) return byId;
  const known = draft.elements.filter((element) => element.element && element !== self)
    .map((element) => element.id);
  return { problem: `there is no element ${shown(name)}${suggestion(name, known)}` };
}
