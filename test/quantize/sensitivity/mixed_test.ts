import assert from "node:assert/strict";
import type { QuantGroup } from "../../../src/quantize/graph/mod.ts";
import { gpuCosts } from "../../../src/quantize/sensitivity/cost.ts";
import { findMix, type MixLimits, mixOrder } from "../../../src/quantize/sensitivity/mixed.ts";

/** The search with losses and times that are said, by how many groups are float. */
async function search(losses: readonly number[], slowdowns: readonly number[], limits: MixLimits) {
  const order = losses.slice(1).map((_, i) => `group ${i}`);
  const costs = new Map(order.map((id) => [id, 7]));
  const of = (values: readonly number[]) => (float: readonly string[]) => {
    assert.deepEqual(float, order.slice(0, float.length));
    return Promise.resolve(values[float.length]!);
  };
  const { int8, chosen, wanted } = await findMix({
    ...{ order, costs, loss: of(losses), slowdown: of(slowdowns) },
    ...limits,
  });
  const told = (mix: typeof chosen) => [mix.float.length, mix.loss, mix.slowdown];
  return { int8: told(int8), chosen: told(chosen), wanted: wanted && told(wanted) };
}

const limits = { maxDrop: 0.3, maxSlowdown: 5 };

Deno.test("a mix: none where INT8 is good enough", async () => {
  assert.deepEqual(await search([0.2, 0.1], [0, 1], limits), {
    int8: [0, 0.2, undefined],
    chosen: [0, 0.2, undefined],
    wanted: undefined,
  });
});

Deno.test("a mix: the fewest groups in float that are within the loss", async () => {
  const { chosen, wanted } = await search([0.9, 0.7, 0.5, 0.25, 0.2], [0, 1, 2, 3, 4], limits);
  assert.deepEqual(chosen, [3, 0.25, 3]);
  assert.equal(wanted, undefined);
});

Deno.test("a mix: the best within the time, where that does not do", async () => {
  const found = await search([0.9, 0.7, 0.5, 0.25, 0.2], [0, 2, 4, 9, 12], limits);
  assert.deepEqual(found.chosen, [2, 0.5, 4]);
  assert.deepEqual(found.wanted, [3, 0.25, 9]);
});

Deno.test("a mix: never one that loses more than INT8", async () => {
  const found = await search([0.42, 0.58, 0.45, 0.25, 0.2], [0, 3, 8, 9, 12], limits);
  assert.deepEqual(found.chosen, [0, 0.42, 0]);
  assert.deepEqual(found.wanted!.slice(0, 2), [3, 0.25]);
});

Deno.test("a mix: within the time, though a machine's times differ from one to the next", async () => {
  const found = await search([0.9, 0.5, 0.7, 0.25, 0.2], [0, 5.5, 4.9, 7, 12], limits);
  assert.deepEqual(found.chosen, [1, 0.5, 4.9]);
  assert.deepEqual(found.wanted, [3, 0.25, 7]);
});

Deno.test("a mix: few groups where a few do, though twice as many would not", async () => {
  const losses = [0.5, 0.55, 0.6, 0.55, 0.55, 0.4, 0.27, 0.35, 0.4, 0.35, 0.3, 0.3];
  const { chosen } = await search(losses, losses.map(() => 0), limits);
  assert.deepEqual(chosen.slice(0, 2), [6, 0.27]);
});

Deno.test("a mix: what loses least, where nothing is within the loss", async () => {
  for (const maxSlowdown of [50, Infinity]) {
    const { chosen, wanted } = await search([0.9, 0.8, 0.6, 0.7, 0.95], [0, 1, 2, 3, 4], {
      maxDrop: 0.3,
      maxSlowdown,
    });
    assert.deepEqual(chosen, [2, 0.6, maxSlowdown === Infinity ? undefined : 2]);
    assert.equal(wanted, undefined);
  }
  const { chosen } = await search([0.9], [0], limits);
  assert.deepEqual(chosen, [0, 0.9, undefined]);
});

Deno.test("a mix: all there is, where nothing is within the loss and time does not matter", async () => {
  const { chosen, wanted } = await search([9, 8, 7], [0, 50, 99], {
    maxDrop: 1,
    maxSlowdown: Infinity,
  });
  assert.deepEqual(chosen, [2, 7, undefined]);
  assert.equal(wanted, undefined);
});

Deno.test("the order of a mix: damage squared for the time, the same for any scale", () => {
  const group = (id: string, damage: number) => ({ group: { id } as QuantGroup, damage });
  const damages = [group("a", 1), group("b", 2), group("c", 3), group("unknown", 0.1)];
  const costs = (factor: number) =>
    new Map([["a", 1], ["b", 8], ["c", 3]].map(([id, cost]) => [`${id}`, Number(cost) * factor]));
  assert.deepEqual(mixOrder(damages, costs(1)).slice(0, 3), ["c", "a", "b"]);
  assert.deepEqual(mixOrder(damages.slice(0, 3), costs(1e9)), ["c", "a", "b"]);
});

Deno.test("the time on a GPU: one per cent a group, and its share of what all cost", () => {
  const costs = new Map([["a", 1], ["b", 3], ["c", 4], ["never in INT8", 100]]);
  assert.deepEqual([...gpuCosts(costs, ["a", "b", "c"])], [["a", 13.5], ["b", 38.5], ["c", 51]]);
  assert.deepEqual([...gpuCosts(new Map(), ["a"])], [["a", 1]]);
});
