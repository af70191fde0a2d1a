import assert from "node:assert/strict";
import fc from "fast-check";
import { Subject, Subscription } from "rxjs";
import type { QueuePolicy } from "../../src/graph/plan.ts";
import { Flight, Item } from "../../src/runtime/flight.ts";
import type { Gate } from "../../src/runtime/gate.ts";
import type { Group } from "../../src/runtime/groups.ts";
import { Meter } from "../../src/runtime/meter.ts";
import type { Packet } from "../../src/runtime/packet.ts";
import { Stage } from "../../src/runtime/stage.ts";
import { plant } from "../../src/runtime/tree.ts";
import { scriptWork } from "../../src/runtime/work.ts";
import { type CountedFrame, packet } from "./frames.ts";

type Process = (packet: Packet) => Packet | undefined | Promise<Packet | undefined>;

interface Shape {
  readonly policy: QueuePolicy;
  readonly size: number;
  readonly concurrency: number;
  readonly process: Process;
  readonly children: readonly Shape[];
}

/** A tree of stages that is fed on credit, as a camera's is. */
class Bench {
  readonly root = new Subject<Item>();
  readonly stages: Stage[] = [];
  readonly frames: CountedFrame[] = [];
  readonly arrived = new Map<number, number[]>();
  readonly causes: string[] = [];
  readonly subscriptions = new Subscription();
  landed = 0;
  completed = 0;
  error: Error | undefined;
  #credits: number;

  constructor(shapes: readonly Shape[], readonly count: number, credits: number) {
    this.#credits = credits;
    const shapeOf = new Map<Group, Shape>();
    const groups = (shapes: readonly Shape[]): Group[] =>
      shapes.map((shape) => {
        const group = { children: groups(shape.children) } as unknown as Group;
        shapeOf.set(group, shape);
        return group;
      });
    let branch = 0;
    const tree = plant(
      groups(shapes),
      (group, outlet) => this.#stage(shapeOf.get(group)!, outlet, branch++),
      {
        arrived: (item) => {
          const lane = item.packet.data?.lane as number;
          this.arrived.set(lane, [...this.arrived.get(lane) ?? [], item.packet.number]);
          item.arrive();
        },
        failed: (error) => this.error ??= error,
        completed: () => this.completed++,
      },
    );
    const source = this.#stage(
      { policy: "block", size: credits, concurrency: 1, process: (p) => p, children: [] },
      tree.gate,
      -1,
    );
    tree.connect(this.root.pipe(source.operator), this.subscriptions);
    this.#feed();
  }

  #stage(shape: Shape, outlet: Gate, lane: number): Stage {
    const stage = new Stage({
      name: `stage ${lane}`,
      native: false,
      link: { size: shape.size, policy: shape.policy },
      outlet,
      concurrency: () => shape.concurrency,
      work: scriptWork({
        process: (packet) => {
          const result = shape.process(packet);
          const mark = (packet: Packet | undefined) =>
            packet && shape.children.length === 0 ? { ...packet, data: { lane } } : packet;
          return result instanceof Promise ? result.then(mark) : mark(result);
        },
      }),
      meter: new Meter(),
    });
    this.stages.push(stage);
    return stage;
  }

  #feed(): void {
    while (this.#credits > 0 && this.frames.length < this.count && !this.error) {
      this.#credits--;
      const next = packet(this.frames.length);
      this.frames.push(next.frame);
      const ledger = {
        landed: (_: Flight, cause: string | undefined) => {
          if (cause !== undefined) this.causes.push(cause);
          this.landed++;
          this.#credits++;
          queueMicrotask(() => this.#feed());
        },
      };
      this.root.next(new Item(next, new Flight(ledger, 0)));
    }
    if (this.frames.length === this.count) this.root.complete();
  }
}

const shape = (depth: number): fc.Arbitrary<Shape> =>
  fc.record({
    policy: fc.constantFrom<QueuePolicy>("block", "block", "drop-oldest", "drop-newest", "latest"),
    size: fc.integer({ min: 1, max: 4 }),
    concurrency: fc.integer({ min: 1, max: 3 }),
    process: fc.constantFrom("inline", "soon", "later", "mixed", "filter"),
    children: depth === 0 ? fc.constant([]) : fc.array(shape(depth - 1), { maxLength: 2 }),
  }).map((drawn) => ({ ...drawn, process: processes[drawn.process]! }));

const processes: Record<string, Process> = {
  inline: (packet) => packet,
  soon: (packet) => Promise.resolve(packet),
  // Answers of concurrent packets come out of order.
  later: async (packet) => {
    for (let i = 0; i < (packet.number * 7) % 5; i++) await Promise.resolve();
    return packet;
  },
  mixed: (packet) => packet.number % 3 ? packet : Promise.resolve({ ...packet }),
  filter: (packet) => packet.number % 4 === 0 ? undefined : packet,
};

Deno.test("in any tree of stages every frame ends, in order, within the queues' caps", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(shape(2), { minLength: 1, maxLength: 2 }),
      fc.integer({ min: 1, max: 6 }),
      async (shapes, credits) => {
        const bench = new Bench(shapes, 40, credits);
        for (let i = 0; i < 2000 && bench.landed < 40; i++) await Promise.resolve();
        assert.equal(bench.error, undefined);
        assert.equal(bench.landed, 40, "frames are under way for ever");
        assert.ok(bench.frames.every((frame) => frame.references === 0));
        for (const numbers of bench.arrived.values()) {
          assert.deepEqual(numbers, numbers.toSorted((a, b) => a - b));
          assert.equal(new Set(numbers).size, numbers.length);
        }
        for (const { link } of bench.stages) assert.ok(link.peak <= link.size);
        const blocking = (all: readonly Shape[]): boolean =>
          all.every((one) =>
            one.policy === "block" && one.process !== processes.filter && blocking(one.children)
          );
        if (blocking(shapes)) {
          assert.equal(bench.causes.length, 0);
          for (const numbers of bench.arrived.values()) assert.equal(numbers.length, 40);
        }
        assert.ok(bench.completed > 0);
      },
    ),
    { numRuns: 300 },
  );
});

const one = (process: Process, more: Partial<Shape> = {}): Shape => ({
  policy: "block",
  size: 2,
  concurrency: 1,
  process,
  children: [],
  ...more,
});

Deno.test("a fault ends the tree with the element's name, and gives all frames back", async () => {
  for (
    const fault of [
      (packet: Packet) => {
        if (packet.number === 5) throw new Error("broken");
        return packet;
      },
      (packet: Packet) =>
        packet.number === 5 ? Promise.reject(new Error("broken")) : Promise.resolve(packet),
    ]
  ) {
    const bench = new Bench([one(processes.later!, { children: [one(fault)] })], 40, 6);
    for (let i = 0; i < 500; i++) await Promise.resolve();
    assert.match(bench.error!.message, /^stage \d+: broken$/);
    bench.subscriptions.unsubscribe();
    for (let i = 0; i < 50; i++) await Promise.resolve();
    assert.ok(bench.frames.every((frame) => frame.references === 0));
  }
});

Deno.test("an element that answers after its camera has ended leaks nothing", async () => {
  const answer = Promise.withResolvers<void>();
  const derived: CountedFrame[] = [];
  const slow: Process = async (given) => {
    await answer.promise;
    const made = packet(1000 + given.number);
    derived.push(made.frame);
    return { ...given, frame: made.frame };
  };
  const bench = new Bench([one(slow, { concurrency: 2 })], 10, 6);
  assert.ok(bench.stages[0]!.overdue(performance.now() + 1));
  assert.equal(bench.stages[0]!.overdue(performance.now() - 1000), undefined);
  bench.subscriptions.unsubscribe();
  assert.ok(bench.frames.every((frame) => frame.references === 0));
  answer.resolve();
  for (let i = 0; i < 50; i++) await Promise.resolve();
  assert.equal(derived.length, 2);
  assert.ok(derived.every((frame) => frame.references === 0));
});

Deno.test("what process() must not return is a fault that says so", async () => {
  const bench = new Bench(
    [one(() => 5 as unknown as Packet, { children: [one(processes.inline!)] })],
    10,
    2,
  );
  await Promise.resolve();
  assert.match(bench.error!.message, /must return a packet .* but returned number/);
});
