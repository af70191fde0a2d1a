import { closest } from "fastest-levenshtein";
import type { QuantizationPlan } from "./graph/mod.ts";

/** What is to stay float. */
export interface KeepWishes {
  /** Whether the whole detection head is. */
  readonly head: boolean;
  /** Ids of groups; `*` stands for any text, `?` for a character. */
  readonly patterns: readonly string[];
}

/**
 * Ids of the groups that stay float, in the plan's order.
 *
 * @throws {RangeError} A pattern that no group fits, or nothing would be left to be in INT8.
 */
export function keptGroups({ groups }: QuantizationPlan, wishes: KeepWishes): Set<string> {
  const ids = groups.map(({ id }) => id);
  const tests = wishes.patterns.map((pattern) => {
    const test = expression(pattern);
    if (!ids.some((id) => test.test(id))) {
      throw new RangeError(
        `no group fits \`${pattern}\`; the nearest is \`${closest(pattern, ids)}\``,
      );
    }
    return test;
  });
  const kept = new Set(
    groups.filter(({ id, head }) => (wishes.head && head) || tests.some((test) => test.test(id)))
      .map(({ id }) => id),
  );
  if (groups.every(({ id, weights }) => weights === undefined || kept.has(id))) {
    throw new RangeError("all groups are to stay float: nothing would be in INT8");
  }
  return kept;
}

function expression(pattern: string): RegExp {
  const text = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${text.replaceAll("*", ".*").replaceAll("?", ".")}$`);
}
