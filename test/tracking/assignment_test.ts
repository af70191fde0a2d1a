import assert from "node:assert/strict";
import { Assignment } from "../../src/tracking/assignment.ts";
import { DenseAssignment } from "../../src/tracking/lap.ts";
import { referencePython, skipped } from "../shared.ts";
import { random } from "./random.ts";

/** The least sum of (cost − limit) over all ways to match, by trying them all. */
function best(costs: number[][], limit: number, row = 0, used = 0): number {
  if (row === costs.length) return 0;
  let least = best(costs, limit, row + 1, used);
  for (const [column, cost] of costs[row]!.entries()) {
    if (used & (1 << column) || cost > limit) continue;
    least = Math.min(least, cost - limit + best(costs, limit, row + 1, used | (1 << column)));
  }
  return least;
}

function solve(assignment: Assignment, costs: number[][], columns: number, limit: number): number {
  assignment.begin(costs.length, columns);
  for (const [row, line] of costs.entries()) {
    for (const [column, cost] of line.entries()) {
      if (cost < Infinity) assignment.allow(row, column, cost);
    }
  }
  assignment.solve(limit);
  let sum = 0;
  for (const [row, line] of costs.entries()) {
    const column = assignment.columnOf[row]!;
    if (column === -1) continue;
    assert.equal(assignment.rowOf[column], row);
    assert.ok(line[column]! <= limit, "a match costs more than the limit");
    sum += line[column]! - limit;
  }
  for (let column = 0; column < columns; column++) {
    const row = assignment.rowOf[column]!;
    if (row !== -1) assert.equal(assignment.columnOf[row], column);
  }
  return sum;
}

Deno.test("matches as well as trying all ways: 4000 problems, sparse and dense, with ties", () => {
  const next = random(3);
  const assignment = new Assignment();
  for (let problem = 0; problem < 4000; problem++) {
    const rows = Math.floor(next() * 7);
    const columns = Math.floor(next() * 7);
    const density = next();
    const steps = problem % 2 ? 4 : 1e6; // coarse costs tie often
    const costs = Array.from({ length: rows }, () =>
      Array.from(
        { length: columns },
        () => next() < density ? Math.round(next() * steps) / steps : Infinity,
      ));
    const limit = next();
    const sum = solve(assignment, costs, columns, limit);
    assert.ok(Math.abs(sum - best(costs, limit)) < 1e-9, `problem ${problem}`);
  }
});

Deno.test("a single pair at the limit is matched, one over it is not", () => {
  const assignment = new Assignment();
  solve(assignment, [[0.8]], 1, 0.8);
  assert.equal(assignment.columnOf[0], 0);
  solve(assignment, [[0.81]], 1, 0.8);
  assert.equal(assignment.columnOf[0], -1);
});

Deno.test("more rows than columns are refused by the dense solver", () => {
  assert.throws(() => new DenseAssignment().solve(new Float64Array(2), 2, 1), RangeError);
});

const python = referencePython();
Deno.test({
  name: "sums as scipy's linear_sum_assignment does, up to 300 × 400",
  ignore: skipped("assignment against scipy", { "scripts/references": python }),
  async fn() {
    const next = random(4);
    const sizes = [[3, 3], [50, 80], [80, 50], [200, 200], [300, 400]] as const;
    const problems = sizes.map(([rows, columns]) =>
      Array.from({ length: rows }, () => Array.from({ length: columns }, next))
    );
    const script = `
import json, sys, numpy as np
from scipy.optimize import linear_sum_assignment as solve
sums = []
for costs in json.load(sys.stdin):
    gains = np.minimum(np.array(costs) - 0.4, 0)
    sums.append(gains[solve(gains)].sum())
print(json.dumps(sums))`;
    const child = new Deno.Command(python!, {
      args: ["-c", script],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const output = child.output();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(JSON.stringify(problems)));
    await writer.close();
    const sums = JSON.parse(new TextDecoder().decode((await output).stdout)) as number[];
    const assignment = new Assignment();
    for (const [i, costs] of problems.entries()) {
      const sum = solve(assignment, costs, costs[0]!.length, 0.4);
      assert.ok(Math.abs(sum - sums[i]!) < 1e-9, `${sizes[i]}: ${sum}, scipy ${sums[i]}`);
    }
  },
});
