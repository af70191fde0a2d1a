import { distance } from "fastest-levenshtein";

/** The name among `names` that was probably meant, if any is near enough. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  // Two letters swapped are two steps.
  const limit = wanted.length < 4 ? 1 : Math.max(2, Math.floor(wanted.length / 3));
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of names) {
    const known = candidate.toLowerCase();
    const prefix = wanted.length >= 3 && (known.startsWith(wanted) || wanted.startsWith(known));
    const steps = prefix ? 0.5 : distance(wanted.slice(0, 100), known);
    if (steps < bestDistance && steps <= limit) [best, bestDistance] = [candidate, steps];
  }
  return best;
}

/** Names as a sentence lists them, in backquotes. */
export function listed(names: readonly string[], word: "and" | "or" = "and"): string {
  const quoted = names.map((name) => `\`${name}\``);
  if (quoted.length < 2) return quoted.join("");
  return `${quoted.slice(0, -1).join(", ")} ${word} ${quoted.at(-1)}`;
}

/** What to say after an unknown name: the nearest right one, or all there are. */
export function suggestion(name: string, names: Iterable<string>): string {
  const known = [...names];
  const near = nearest(name, known);
  if (near !== undefined) return `: did you mean \`${near}\`?`;
  if (known.length === 0) return "";
  if (known.length > 24) return "";
  return `: there ${known.length === 1 ? "is" : "are"} ${listed(known)}`;
}

/** A name as a message shows it: in backquotes, shortened, without control characters. */
export function shown(name: string): string {
  // deno-lint-ignore no-control-regex
  const clean = name.replace(/[\u0000-\u001f\u007f-\u009f]/g, "?");
  return `\`${clean.length > 60 ? `${clean.slice(0, 57)}…` : clean}\``;
}

/** What cameras, engines and elements may be called: they become parts of paths and of settings. */
export const namePattern = /^[\p{L}\p{N}_][\p{L}\p{N}_-]*$/u;
