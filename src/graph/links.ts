import type { ListedElement } from "./catalog.ts";
import type { Catalog } from "./catalog.ts";
import { fits, portSummaries, type PortType } from "../elements/ports.ts";
import { listed } from "./names.ts";

/** Whether an element takes packets of this type. */
export function takes(element: ListedElement, given: PortType): boolean {
  return fits(given, element.accepts);
}

/** What an element gives on, given what it was given. */
export function outputOf(element: ListedElement, given: PortType): PortType {
  return element.gives === "same" ? given : element.gives;
}

/**
 * Elements that lead from packets of type `given` to ones that `target` takes: the fewest, found by
 * breadth over all declarations. Undefined where no elements do.
 */
export function between(
  given: PortType,
  target: ListedElement,
  catalog: Catalog,
): string[] | undefined {
  const seen = new Set<PortType>([given]);
  let paths: { type: PortType; names: string[] }[] = [{ type: given, names: [] }];
  while (paths.length > 0) {
    const next: typeof paths = [];
    for (const { type, names } of paths) {
      if (takes(target, type)) return names;
      for (const element of catalog.elements.values()) {
        // `same` leads nowhere; what takes any picture would start over, not lead on.
        if (element.gives === "same" || seen.has(element.gives)) continue;
        const leads = element.accepts.includes(type) ||
          (type === "tracks" && element.accepts.includes("detections"));
        if (!leads) continue;
        seen.add(element.gives);
        next.push({ type: element.gives, names: [...names, element.name] });
      }
    }
    paths = next;
  }
  return undefined;
}

/** The message for a link whose ends do not fit. */
export function misfit(
  producer: string,
  given: PortType,
  target: ListedElement,
  catalog: Catalog,
): string {
  const wanted = target.accepts.map((type) => `${type} (${portSummaries[type]})`).join(" or ");
  const message = `\`${target.name}\` takes ${wanted}, but ${producer} gives ${given} ` +
    `(${portSummaries[given]})`;
  const missing = between(given, target, catalog);
  if (missing && missing.length > 0) {
    return `${message}: ${listed(missing)} ${missing.length === 1 ? "belongs" : "belong"} between`;
  }
  const givers = [...catalog.elements.values()].filter(({ gives }) =>
    gives !== "same" && target.accepts.includes(gives)
  );
  if (givers.length === 0) return message;
  return `${message}: put it after ${listed(givers.map(({ name }) => name), "or")}`;
}
