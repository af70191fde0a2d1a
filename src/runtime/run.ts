import type { Plan } from "../graph/plan.ts";
import { type NativeEngine, type NativeRuntime, openNative } from "../native/mod.ts";
import { Camera } from "./camera.ts";
import { type EngineNeed, type Needs, openEngine, readNeeds } from "./engines.ts";
import { reasonOf } from "./error.ts";
import { group } from "./groups.ts";
import { countedSince } from "./int8/counted.ts";
import { type Int8Engine, openInt8 } from "./int8/prepare.ts";
import { openQuantized } from "./int8/quantized.ts";
import { type Int8Report, trust } from "./int8/trust.ts";
import type { Run, RunOptions, RunReport } from "./report.ts";
import { World } from "./world.ts";

/** Milliseconds between looks at what should be answering. */
const watchInterval = 250;
/** Milliseconds that a stopped run may take to drain; closing then has what is left of five seconds. */
const drainLimit = 4000;

/**
 * Runs a plan. Returns at once; `done` settles when everything is closed.
 *
 * @example
 * ```ts
 * const running = run(plan, { frames: 100, onMessage: (message) => console.error(message) });
 * const report = await running.done;
 * console.log(report.cameras[0]?.framesOut);
 * ```
 */
export function run(plan: Plan, options: RunOptions = {}): Run {
  return new RunAtWork(plan, options);
}

class RunAtWork implements Run {
  readonly done: Promise<RunReport>;
  readonly #began = performance.now();
  #seconds: number | undefined;
  #cameras: Camera[] = [];
  readonly #engines: {
    name: string;
    engine: NativeEngine;
    int8?: Int8Report;
    /** Its counters before the first frame. */
    before?: Record<string, unknown>;
  }[] = [];
  /** Of engines that were made INT8. */
  readonly #int8: Int8Engine[] = [];
  #engineReports: RunReport["engines"] | undefined;
  #native: NativeRuntime | undefined;
  #liveFrames = 0;
  #stopping = false;
  #hurrying = false;
  /** Concerns the whole run. */
  #failure: unknown;
  #drainTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly plan: Plan, readonly options: RunOptions) {
    this.done = this.#work().finally(() => clearTimeout(this.#drainTimer));
    // Whoever only watches the report need not handle it.
    this.done.catch(() => {});
  }

  report(): RunReport {
    return {
      seconds: this.#seconds ?? (performance.now() - this.#began) / 1000,
      cameras: this.#cameras.length > 0
        ? this.#cameras.map((camera) => camera.report())
        : this.plan.cameras.map(({ name }) => (
          { name, state: "opening", framesIn: 0, framesOut: 0, fps: 0, drops: {} } as const
        )),
      elements: this.#cameras.flatMap((camera) => camera.elements()),
      engines: this.#engineReports ?? this.#reportEngines(),
      liveFrames: this.#seconds === undefined ? this.#native?.liveFrames() ?? 0 : this.#liveFrames,
    };
  }

  stop(): Promise<RunReport> {
    if (!this.#stopping) {
      this.#stopping = true;
      this.#stopCameras();
      this.#drainTimer = setTimeout(() => this.#hurry(), drainLimit);
    }
    return this.done;
  }

  stopNow(): Promise<RunReport> {
    this.#stopping = true;
    for (const camera of this.#cameras) camera.fail("stopped at once");
    this.#hurry();
    return this.done;
  }

  #stopCameras(): void {
    for (const camera of this.#cameras) camera.stop();
  }

  #hurry(): void {
    this.#hurrying = true;
    for (const camera of this.#cameras) camera.hurry();
  }

  async #work(): Promise<RunReport> {
    const { plan, options } = this;
    // Whoever called run() gets to hear of everything, the first message included.
    await Promise.resolve();
    const needs = await readNeeds(plan);
    const native = this.#native = options.native ?? openNative();
    const world = new World(native, new Date(), plan.secrets, plan.file);
    const messages = world.messages.subscribe((message) => options.onMessage?.(message));
    const stop = () => void this.stop();
    options.signal?.addEventListener("abort", stop);
    // A promise that an element forgot would end the process, and with it every camera.
    const forgotten = (event: PromiseRejectionEvent) => {
      event.preventDefault();
      const message = `a rejected promise that nobody waits for: ${reasonOf(event.reason)}`;
      world.report({ level: "error", message });
    };
    globalThis.addEventListener("unhandledrejection", forgotten);
    const watch = setInterval(
      () => this.#cameras.forEach((camera) => camera.watch()),
      watchInterval,
    );
    const limit = options.duration === undefined
      ? undefined
      : setTimeout(stop, options.duration * 1000);
    try {
      await this.#runCameras(world, needs);
    } finally {
      clearInterval(watch);
      clearTimeout(limit);
      globalThis.removeEventListener("unhandledrejection", forgotten);
      options.signal?.removeEventListener("abort", stop);
      await this.#close(world);
      messages.unsubscribe();
    }
    if (this.#failure !== undefined) throw this.#failure;
    return this.report();
  }

  async #runCameras(world: World, needs: Needs): Promise<void> {
    const { plan, options } = this;
    const groups = group(plan.nodes);
    world.activeCameras = plan.cameras.length;
    this.#cameras = plan.cameras.map((camera) => new Camera(camera, groups, world, options.frames));
    if (options.signal?.aborted) void this.stop();
    if (this.#stopping) this.#stopCameras();
    if (this.#hurrying) this.#hurry();
    const engines = this.#openEngines(world, needs);
    engines.catch((error) => {
      this.#failure ??= error;
      for (const camera of this.#cameras) camera.fail(error, true);
    });
    for (const camera of this.#cameras) void camera.open(engines);
    await Promise.all(this.#cameras.map((camera) => camera.finished));
    // Engines that are still loading must be there to be closed.
    await Promise.allSettled([engines]);
  }

  async #openEngines(world: World, needs: Needs): Promise<void> {
    await Promise.all(needs.engines.map(async (need) => {
      let engine: NativeEngine;
      try {
        engine = await this.#openEngine(world, need);
      } catch (error) {
        throw new Error(`engine ${need.name}: ${reasonOf(error)}`, { cause: error });
      }
      this.#engines.push({ name: need.name, engine });
      engine.onFailed = (error) => {
        const reason = new Error(`engine ${need.name}: ${error.message}`, { cause: error });
        for (const camera of this.#cameras) camera.fail(reason);
      };
      for (const [id, other] of needs.byNode) {
        if (other === need) world.engines.set(id, { engine, model: need.model });
      }
    }));
    // One after the other: they are timed.
    for (const opened of this.#int8) await this.#trust(world, opened);
  }

  async #openEngine(world: World, need: EngineNeed): Promise<NativeEngine> {
    const { native } = world;
    if (need.quantized) {
      return await openQuantized(
        native,
        need,
        (message) => world.report({ level: "warning", message: `engine ${need.name}: ${message}` }),
      );
    }
    if (!need.int8) return await openEngine(native, need);
    const opened = await openInt8(native, need, need.int8);
    this.#int8.push(opened);
    return opened.engine;
  }

  async #trust(world: World, opened: Int8Engine): Promise<void> {
    const { name } = opened.need;
    const int8 = await trust(
      world.native,
      opened,
      (level, message) => world.report({ level, message: `engine ${name}: ${message}` }),
    );
    const entry = this.#engines.find(({ engine }) => engine === opened.engine)!;
    entry.int8 = int8;
    entry.before = opened.engine.statistics();
  }

  async #close(world: World): Promise<void> {
    const { native } = world;
    await world.closeShared();
    this.#engineReports = this.#reportEngines();
    await Promise.all(this.#engines.map(({ engine }) => engine.close()));
    await Promise.all(this.#int8.map((opened) => opened.close()));
    this.#liveFrames = this.options.native ? native.liveFrames() : await native.close();
    this.#seconds = (performance.now() - this.#began) / 1000;
    if (this.#liveFrames > 0) {
      world.report({
        level: "error",
        message: `${this.#liveFrames} frames were never given back: an element keeps them`,
      });
    }
  }

  #reportEngines(): RunReport["engines"] {
    return this.#engines.map(({ name, engine, int8, before }) => ({
      name,
      ...engine.info,
      ...countedSince(engine.statistics(), before),
      ...(int8 && { int8 }),
    }));
  }
}
