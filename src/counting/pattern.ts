/**
 * A test of class names: one of the patterns, in which `*` stands for any text, is the whole name.
 * `*:*` is every name with a colon in it.
 */
export function matcher(patterns: readonly string[]): (name: string) => boolean {
  const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const tests = patterns.map((pattern) =>
    new RegExp(`^${pattern.split("*").map(literal).join(".*")}$`, "s")
  );
  return (name) => tests.some((test) => test.test(name));
}

/** What kind of part a class name is of: the text before its first colon, if there is one. */
export function kindOf(name: string): string {
  const colon = name.indexOf(":");
  return colon < 0 ? name : name.slice(0, colon);
}

/** The defect that a class name of a bad part tells: what follows its first colon, else all of it. */
export function defectOf(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}
