import assert from "node:assert/strict";
import { formatDiagnostics } from "../../src/graph/diagnostics.ts";
import type { ParseResult } from "../../src/graph/parse.ts";

/** What holds of every result, whatever the text. */
export function hold(result: ParseResult): void {
  const failed = result.diagnostics.some(({ level }) => level === "error");
  assert.equal(result.plan === undefined, failed, "a plan if and only if there is no error");
  for (const { position: { file, line, column }, message } of result.diagnostics) {
    const text = result.sources.get(file);
    assert.ok(text !== undefined, `positions refer to a known text: ${file}`);
    const rows = text.split(/\n/);
    assert.ok(line >= 1 && line <= rows.length, `line ${line} of ${rows.length}: ${message}`);
    const { length } = rows[line - 1]!;
    assert.ok(column >= 1 && column <= length + 1, `column ${column} of ${length}: ${message}`);
    assert.doesNotMatch(message, /undefined|\[object|NaN of|secret-(of|in)-./, message);
  }
  const shown = formatDiagnostics(result.diagnostics, result);
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(shown, /[\x00-\x09\x0b-\x1f]/);
  const ids = new Set<string | null>([null]);
  for (const node of result.plan?.nodes ?? []) {
    assert.ok(ids.has(node.from), "each node comes after the one it is fed by");
    assert.ok(!ids.has(node.id), "ids are unique");
    ids.add(node.id);
  }
}
